"""Days, periods and digits as official Thai documents write them."""

from datetime import date

from chalicelib.domain.calendar import BUDDHIST_ERA, fiscal_year_of
from chalicelib.domain.periods import Cadence, Period

# fmt: off
MONTHS = [
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
]
# fmt: on
_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


def thai_digits(text: str) -> str:
    """The text with all of its digits as Thai ones."""
    return text.translate(_DIGITS)


def long_date(day: date) -> str:
    """A day as letters write it: 24 พฤศจิกายน 2569."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def long_period(about: Period) -> str:
    """A period as a title writes it."""
    first, last = about.first_day, about.last_day
    match about.cadence:
        case Cadence.MONTHLY:
            return f"ประจำเดือน{MONTHS[first.month - 1]} {first.year + BUDDHIST_ERA}"
        case Cadence.HALF_YEARLY:
            which = "แรก" if first.month == 10 else "หลัง"
            months = " – ".join(f"{MONTHS[d.month - 1]} {d.year + BUDDHIST_ERA}" for d in (first, last))
            return f"ประจำปีงบประมาณ {fiscal_year_of(first)} รอบ 6 เดือน{which} ({months})"
        case Cadence.YEARLY:
            return f"ประจำปีงบประมาณ {fiscal_year_of(first)}"

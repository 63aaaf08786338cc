"""Dates, numbers and bilingual names as a reader of either language expects them.

Thai pages count years in the Buddhist era (C.E. + 543); English ones in the common era. Digits are Arabic.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.domain.calendar import BANGKOK, BUDDHIST_ERA, fiscal_year_of
from chalicelib.domain.periods import Cadence, Period

# fmt: off
_THAI_MONTHS = [
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
]
_ENGLISH_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]
# fmt: on


def thai_date(day: date | str, lang: str) -> str:
    """A day: `24 พ.ย. 2569`, in English `24 November 2026`.

    Takes a date, an instant (shown as its day in Bangkok), or either in ISO 8601 as records keep them.
    """
    if isinstance(day, str):
        day = date.fromisoformat(day) if len(day) == len("2026-11-24") else datetime.fromisoformat(day)
    if isinstance(day, datetime):
        day = day.astimezone(BANGKOK)
    if lang == "th":
        return f"{day.day} {_THAI_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def datetime_bangkok(instant: datetime | str, lang: str) -> str:
    """An instant on Bangkok's clock: `24 พ.ย. 2569 เวลา 14:05 น.`, `24 November 2026 at 14:05`."""
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant)
    local = instant.astimezone(BANGKOK)
    if lang == "th":
        return f"{thai_date(local, lang)} เวลา {local:%H:%M} น."
    return f"{thai_date(local, lang)} at {local:%H:%M}"


def period(about: Period | str, lang: str) -> str:
    """What a document is about: `ปีงบประมาณ 2570 รอบ 6 เดือนแรก`, in English `FY 2570, first half`.

    Fiscal years are counted in the Buddhist era in both languages.
    """
    if isinstance(about, str):
        about = Period.parse(about)
    year = fiscal_year_of(about.first_day)
    match about.cadence:
        case Cadence.MONTHLY:
            month = thai_date(about.first_day, lang).partition(" ")[2]
            return f"เดือน {month}" if lang == "th" else month
        case Cadence.HALF_YEARLY:
            first = about.first_day.month == 10
            if lang == "th":
                return f"ปีงบประมาณ {year} รอบ 6 เดือน{'แรก' if first else 'หลัง'}"
            return f"FY {year}, {'first' if first else 'second'} half"
        case Cadence.YEARLY:
            return f"ปีงบประมาณ {year}" if lang == "th" else f"FY {year}"


def number(value: int | float) -> str:
    """A number with its thousands apart, and no decimals that say nothing: `1,250`, `81.5`."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def in_lang(names: Mapping[str, str] | Any, lang: str) -> str:
    """Pick from `{th, en}`, a mapping or an object with these attributes; Thai where English is wanting."""
    if isinstance(names, Mapping):
        return names.get(lang) or names["th"]
    return str(getattr(names, lang, None) or names.th)

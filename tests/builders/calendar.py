"""Calendars to test by."""

from datetime import date, datetime

from chalicelib.adapters.holidays import ThaiHolidays
from chalicelib.domain.calendar import BANGKOK, DayName, WorkingCalendar

YEARS = range(2020, 2031)


def government_calendar(
    days_off: dict[date, DayName] | None = None, days_on: frozenset[date] = frozenset()
) -> WorkingCalendar:
    """The real days off of Thai government offices from 2020 to 2030."""
    return WorkingCalendar(ThaiHolidays().of(YEARS), days_off or {}, days_on)


def bangkok(clock: str) -> datetime:
    """An instant by Bangkok's clock: "2026-09-30 23:59"."""
    return datetime.fromisoformat(clock).replace(tzinfo=BANGKOK)

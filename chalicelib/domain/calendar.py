"""Days, fiscal years and working days of a Thai local government. Today and the holidays are arguments."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from chalicelib.domain.errors import DomainError
from chalicelib.domain.text import to_arabic_digits

# Thailand has kept one offset since 1920 and no daylight saving time: no time zone database is needed.
BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")

BUDDHIST_ERA = 543
"""Years that the Buddhist Era (B.E.) is ahead of the Common Era (C.E.)."""

OFFICE_OPENS = time(8, 30)
OFFICE_CLOSES = time(16, 30)

_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6

_TYPED_DATE = re.compile(
    r"(?P<day>[0-9]{1,2})\s*/\s*(?P<month>[0-9]{1,2})\s*/\s*(?P<year>[0-9]{4})"
    r"|(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{2})-(?P<iso_day>[0-9]{2})"
)
# A typed year from here on is B.E.: nobody plans for the year 2400 C.E.
_FIRST_BE_YEAR = 2400
_TYPED_YEARS = range(1900, 2200)


class MalformedDateError(DomainError):
    """What was typed is no date: neither day/month/year with four digits of the year nor ISO 8601."""


class NoSuchDayError(DomainError):
    """The date is well formed, but the calendar has no such day (31/4, 29/2 of a common year)."""


class DateOutOfRangeError(DomainError):
    """The date's year is before 1900 or after 2199 C.E."""


class UnknownYearError(DomainError):
    """The calendar was asked about a year whose holidays it was not given."""


DayName: TypeAlias = tuple[str, str]
"""Why nobody works on a day, in Thai and in English."""

SATURDAY: DayName = ("วันเสาร์", "Saturday")
SUNDAY: DayName = ("วันอาทิตย์", "Sunday")


class DayRange(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


def bangkok_day(instant: datetime) -> date:
    """The day that it is in Bangkok at an instant. Raises ValueError where that carries no offset."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries an offset")
    return instant.astimezone(BANGKOK).date()


def start_of_day(day: date, plus_days: int = 0) -> datetime:
    """The instant at which a Bangkok day begins, or the one so many days later (below zero: before)."""
    return datetime.combine(day + timedelta(days=plus_days), time.min, BANGKOK)


def fiscal_year_of(day: date) -> int:
    """The fiscal year (B.E.) that a day lies in: 2570 runs from 1 October 2569 to 30 September 2570."""
    return day.year + BUDDHIST_ERA + (day.month >= 10)


def fiscal_year(number: int) -> DayRange:
    """All days of a fiscal year (B.E.)."""
    return DayRange(date(number - BUDDHIST_ERA - 1, 10, 1), date(number - BUDDHIST_ERA, 9, 30))


def half_years(number: int) -> tuple[DayRange, DayRange]:
    """The two rounds of a fiscal year (B.E.): October to March, April to September."""
    year = fiscal_year(number)
    second = date(year.last.year, 4, 1)
    return DayRange(year.first, second - _ONE_DAY), DayRange(second, year.last)


def month(year: int, number: int) -> DayRange:
    """All days of a month of a calendar year C.E."""
    after = date(year + number // 12, number % 12 + 1, 1)
    return DayRange(date(year, number, 1), after - _ONE_DAY)


def months_later(day: date, months: int) -> date:
    """The day so many months later; where that month has no such day, its last one (C.C.C. s. 193/5)."""
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(date(year, number + 1, 1) + timedelta(days=day.day - 1), month(year, number + 1).last)


class WorkingCalendar(Struct, frozen=True, dict=True):
    """On which days an organisation works.

    `holidays` are the days off of government offices; `days_off` are the organisation's own further ones,
    `days_on` those on which it works all the same, weekends too. It knows the years in which it was given
    a holiday, and raises UnknownYearError for any other: a New Year that nobody loaded must not pass for
    a working day.
    """

    holidays: Mapping[date, DayName]
    days_off: Mapping[date, DayName] = {}
    days_on: frozenset[date] = frozenset()

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.holidays)

    def reason_off(self, day: date) -> DayName | None:
        """Why nobody works on this day, None where it is a working day."""
        if day.year not in self._years:
            raise UnknownYearError(f"no holidays of {day.year} were given")
        if day in self.days_on:
            return None
        name = self.days_off.get(day) or self.holidays.get(day)
        if name is None and day.weekday() == _SATURDAY:
            return SATURDAY
        if name is None and day.weekday() == _SUNDAY:
            return SUNDAY
        return name

    def is_working_day(self, day: date) -> bool:
        return self.reason_off(day) is None

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        day += _ONE_DAY
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day


class SkippedDay(NamedTuple):
    """A day that could not end a period, and why, in both languages."""

    day: date
    th: str
    en: str


class DueDay(Struct, frozen=True):
    """The day at whose end something is due, and how it came about.

    `counted_to` is the day received plus the days allowed; `skipped` are the days without work from there
    on, in order, and `due_on` is the first day after them.
    """

    received_on: date
    counted_to: date
    due_on: date
    skipped: tuple[SkippedDay, ...]


def due_day(received_on: date, sla_days: int, calendar: WorkingCalendar) -> DueDay:
    """The day at whose end a complaint received on a day is due.

    The day of receipt is not counted (Civil and Commercial Code s. 193/3), all later ones are, working or
    not. Where the last one is a day off by official announcement or custom, the day on which work begins
    again is the last (s. 193/8).
    """
    counted_to = day = received_on + timedelta(days=sla_days)
    skipped = []
    while (reason := calendar.reason_off(day)) is not None:
        skipped.append(SkippedDay(day, *reason))
        day += _ONE_DAY
    return DueDay(received_on, counted_to, day, tuple(skipped))


def notice_from(instant: datetime, calendar: WorkingCalendar, opens: time = OFFICE_OPENS) -> datetime:
    """The earliest instant at which a notice made at `instant` may reach an officer, in Bangkok time.

    At once while the office works; else when it next opens. It works until 16:30, the end of government
    office hours: what comes later asks nobody to act before the morning, so it waits for the morning.
    """
    day = bangkok_day(instant)
    local = instant.astimezone(BANGKOK)
    if not calendar.is_working_day(day) or local.time() >= OFFICE_CLOSES:
        return datetime.combine(calendar.next_working_day(day), opens, BANGKOK)
    return max(local, datetime.combine(day, opens, BANGKOK))


def parse_date(typed: str) -> date:
    """The day that somebody typed: d/m/yyyy or ISO yyyy-mm-dd, in B.E. or C.E., in Thai digits or Arabic.

    Raises MalformedDateError, NoSuchDayError or DateOutOfRangeError.
    """
    found = _TYPED_DATE.fullmatch(to_arabic_digits(typed).strip())
    if not found:
        raise MalformedDateError
    year = int(found["year"] or found["iso_year"])
    if year >= _FIRST_BE_YEAR:
        year -= BUDDHIST_ERA
    if year not in _TYPED_YEARS:
        raise DateOutOfRangeError
    try:
        return date(year, int(found["month"] or found["iso_month"]), int(found["day"] or found["iso_day"]))
    except ValueError:
        raise NoSuchDayError from None

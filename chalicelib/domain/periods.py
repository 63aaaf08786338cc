"""The periods that published information is about, and how fresh it is.

A period is written `FY2570`, `FY2570-H1` or, a month of a calendar year in B.E., `2569-11`. It is due so
many days (the grace) after it starts or ends, at the end of that day.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from msgspec import Struct

from chalicelib.domain.calendar import BUDDHIST_ERA, DayRange, fiscal_year, fiscal_year_of, half_years, month
from chalicelib.domain.errors import DomainError
from chalicelib.domain.organisation import DisclosureRules, Stage
from chalicelib.domain.text import to_arabic_digits

_WRITTEN = re.compile(
    r"FY(?P<year>[0-9]{4})(?:-H(?P<half>[12]))?|(?P<month_year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])"
)
# B.E. A month typed in the Common Era lies outside and is refused, not taken for one long ago.
_WRITTEN_YEARS = range(2443, 2743)

_ONE_DAY = timedelta(days=1)


class MalformedPeriodError(DomainError):
    """What was typed is no period: neither FY2570 nor FY2570-H1 nor 2569-11, all in B.E."""


class Cadence(StrEnum):
    """How often something is published."""

    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    MONTHLY = "monthly"


class Due(StrEnum):
    """From which end of a period its grace is counted."""

    START = "start"
    END = "end"


class Period(Struct, frozen=True, order=True):
    """A fiscal year, a half of one, or a month. Periods of one cadence are ordered by time."""

    first_day: date
    last_day: date
    cadence: Cadence

    @classmethod
    def containing(cls, cadence: Cadence, day: date) -> Self:
        """The period of this cadence that a day lies in."""
        year = fiscal_year_of(day)
        match cadence:
            case Cadence.YEARLY:
                days = fiscal_year(year)
            case Cadence.HALF_YEARLY:
                first, second = half_years(year)
                days = first if day <= first.last else second
            case Cadence.MONTHLY:
                days = month(day.year, day.month)
        return cls(days.first, days.last, cadence)

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The period that was typed, in small letters or Thai digits too. Raises MalformedPeriodError."""
        found = _WRITTEN.fullmatch(to_arabic_digits(typed).strip().upper())
        if not found or int(found["year"] or found["month_year"]) not in _WRITTEN_YEARS:
            raise MalformedPeriodError
        if found["month"]:
            day = date(int(found["month_year"]) - BUDDHIST_ERA, int(found["month"]), 1)
            return cls.containing(Cadence.MONTHLY, day)
        year = int(found["year"])
        if found["half"]:
            return cls.containing(Cadence.HALF_YEARLY, half_years(year)[int(found["half"]) - 1].first)
        return cls.containing(Cadence.YEARLY, fiscal_year(year).first)

    def __str__(self) -> str:
        if self.cadence is Cadence.MONTHLY:
            return f"{self.first_day.year + BUDDHIST_ERA}-{self.first_day.month:02}"
        year = fiscal_year_of(self.first_day)
        if self.cadence is Cadence.HALF_YEARLY:
            return f"FY{year}-H{1 if self.first_day.month == 10 else 2}"
        return f"FY{year}"

    def next(self) -> Self:
        return self.containing(self.cadence, self.last_day + _ONE_DAY)

    def previous(self) -> Self:
        return self.containing(self.cadence, self.first_day - _ONE_DAY)


def periods_within(cadence: Cadence, days: DayRange) -> Iterator[Period]:
    """The periods that share a day with these days, oldest first."""
    period = Period.containing(cadence, days.first)
    while period.first_day <= days.last:
        yield period
        period = period.next()


class Status(StrEnum):
    """How fresh an item is."""

    FRESH = "fresh"
    DUE_SOON = "due_soon"
    STALE = "stale"
    MISSING = "missing"


class Freshness(NamedTuple):
    """How fresh an item is; the period that is wanted next, and the day at whose end that is or was due."""

    status: Status
    wanted: Period
    due_on: date


class PassedStage(NamedTuple):
    """A step of the escalation for a period that is not published, and the day on which it fell."""

    on: date
    stage: Stage
    period: Period
    due_on: date


class Schedule(Struct, frozen=True):
    """When each period of an item is due, and when somebody is told."""

    cadence: Cadence
    due: Due
    rules: DisclosureRules

    def due_on(self, period: Period) -> date:
        """The day at whose end the period must be published."""
        counted_from = period.first_day if self.due is Due.START else period.last_day
        return counted_from + timedelta(days=self.rules.grace_days[self.cadence])

    def newest_publishable(self, today: date) -> Period:
        """The last period that may be published yet, so that nobody looks fresh for years by looking ahead.

        A report is about a period that has begun; a plan is made before its period begins.
        """
        current = Period.containing(self.cadence, today)
        return current.next() if self.due is Due.START else current

    def freshness(self, published: Collection[Period], today: date) -> Freshness:
        """How fresh the item is on a day, by the newest period published of it.

        The period that is due is the last whose due day is over. What is newer stands for it: an item that
        shows this year's plan is not stale because nobody added last year's.
        """
        due = self._last_due(today)
        if not published:
            return Freshness(Status.MISSING, due, self.due_on(due))
        newest = max(published)
        if newest < due:
            return Freshness(Status.STALE, due, self.due_on(due))
        wanted = newest.next()
        due_on = self.due_on(wanted)
        soon = due_on <= today + timedelta(days=self.rules.due_soon_days)
        return Freshness(Status.DUE_SOON if soon else Status.FRESH, wanted, due_on)

    def next_stage_on(self, published: Collection[Period], after: date) -> date | None:
        """The first day after this one on which a stage falls, unless more is published; None: no stages."""
        offsets = [stage.day for stage in self.rules.stages]
        if not offsets:
            return None
        period = self._last_due(after - timedelta(days=max(offsets) - 1)).next()
        if published:
            period = max(period, max(published).next())
        days: set[date] = set()
        while not days or self.due_on(period) + timedelta(days=min(offsets)) < min(days):
            of_period = (self.due_on(period) + timedelta(days=offset) for offset in offsets)
            days.update(day for day in of_period if day > after)
            period = period.next()
        return min(days)

    def passed_stage(self, published: Collection[Period], today: date) -> PassedStage | None:
        """The last stage that fell on or before today, for a period newer than all those published.

        None where there was none. A night acts on it if it fell after the item was last acted on: a night
        that comes late acts once.
        """
        newest = max(published, default=None)
        stages = sorted(self.rules.stages, key=lambda stage: stage.day)
        if not stages:
            return None
        last: PassedStage | None = None
        period = self._last_due(today - timedelta(days=stages[0].day - 1))
        while newest is None or period > newest:
            due_on = self.due_on(period)
            if last and due_on + timedelta(days=stages[-1].day) <= last.on:
                break
            passed = [stage for stage in stages if due_on + timedelta(days=stage.day) <= today][-1]
            on = due_on + timedelta(days=passed.day)
            if last is None or on > last.on:
                last = PassedStage(on, passed, period, due_on)
            period = period.previous()
        return last

    def _last_due(self, today: date) -> Period:
        """The last period whose due day is over."""
        period = Period.containing(self.cadence, today)
        while self.due_on(period) >= today:
            period = period.previous()
        return period

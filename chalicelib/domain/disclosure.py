"""Something that must be published period after period, and goes stale in public (requirement P7)."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of, start_of_day
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.links import UnusableLinkError, web_link
from chalicelib.domain.organisation import DisclosureRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.periods import Cadence, Due, Freshness, MalformedPeriodError, Period, Schedule
from chalicelib.domain.record import SYSTEM, Event, Eventful, Fact, Json, Key, Place

LONGEST_NOTE = 1000
"""Characters of an internal note or a reason."""

OLDEST = 10
"""Fiscal years for which an item shows its documents; those before stand in its events alone."""


class Definition(Struct, frozen=True, kw_only=True):
    """Which unit publishes an item how often, and by which rules it grows stale."""

    unit: str
    cadence: Cadence
    due: Due
    rules: DisclosureRules

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.cadence, self.due, self.rules)

    def in_cadence(self, period: Period) -> Period:
        """The period, or where the cadence changed since, the last one of today's that ended by its end."""
        if period.cadence is self.cadence:
            return period
        return Period.containing(self.cadence, period.last_day + timedelta(days=1)).previous()

    def freshness(self, newest: "Publication | None", today: date) -> Freshness:
        """How fresh an item is on a day whose newest document this is."""
        published = [self.in_cadence(newest.period)] if newest else []
        return self.schedule.freshness(published, today)

    def to_data(self) -> dict[str, Json]:
        return {
            "unit": self.unit,
            "cadence": str(self.cadence),
            "due": str(self.due),
            "grace_days": dict(self.rules.grace_days),
            "due_soon_days": self.rules.due_soon_days,
            "stages": [
                {"name": s.name, "day": s.day, "to": [str(r) for r in s.to]} for s in self.rules.stages
            ],
        }

    @classmethod
    def from_data(cls, data: Any) -> Self:
        return cls(
            unit=data["unit"],
            cadence=Cadence(data["cadence"]),
            due=Due(data["due"]),
            rules=DisclosureRules(
                grace_days=data["grace_days"],
                due_soon_days=data["due_soon_days"],
                stages=tuple(
                    Stage(s["name"], s["day"], tuple(Role(r) for r in s["to"])) for s in data["stages"]
                ),
            ),
        )


class Publication(Struct, frozen=True):
    """The document of one period: where it is, and the day on which it was put there."""

    period: Period
    url: str
    published_on: date

    @property
    def host(self) -> str:
        """Whose server it is on."""
        return urlsplit(self.url).hostname or ""

    def to_data(self) -> dict[str, Json]:
        return {
            "period": str(self.period),
            "url": self.url,
            "published_on": self.published_on.isoformat(),
        }

    @classmethod
    def from_data(cls, data: Any) -> Self:
        return cls(Period.parse(data["period"]), data["url"], date.fromisoformat(data["published_on"]))


class DisclosureItem(Eventful, frozen=True, kw_only=True):
    """An item as it stands. Its record's id is its number in the plan ("1.1"). Days are Bangkok days."""

    kind: ClassVar[str] = "disclosure"

    definition: Definition
    told_through: date
    """Stages of the escalation that fell on this day or before are dealt with."""
    publications: tuple[Publication, ...] = ()
    """The newest period first; a period has one."""
    retired: bool = False
    """The plan no longer lists it."""

    @classmethod
    def define(cls, definition: Definition, *, at: datetime) -> Fact:
        """The plan lists the item."""
        return Fact(kind="defined", actor=SYSTEM, at=at, data=definition.to_data())

    def redefine(self, definition: Definition, *, at: datetime) -> Fact | None:
        """The plan or the rules say otherwise from now on, or list the item again; None for nothing new."""
        if definition == self.definition and not self.retired:
            return None
        return Fact(kind="redefined", actor=SYSTEM, at=at, data=definition.to_data())

    def retire(self, *, at: datetime) -> Fact | None:
        """The plan no longer lists the item: nobody is reminded of it. None where that is known."""
        return None if self.retired else Fact(kind="retired", actor=SYSTEM, at=at)

    def publish(self, period: str, url: str, note: str, *, by: str, at: datetime) -> Fact:
        """The document of a period can be read at a link; another link for a period stands for the former.

        Raises InvalidFieldError with `period` malformed, other_cadence, too_early, too_old or unchanged,
        `url` with the fault of the link, `note` too_long.
        """
        reasons: dict[str, str] = {}
        try:
            link = web_link(url)
        except UnusableLinkError as error:
            link = ""
            reasons["url"] = str(error.fault) if url else "required"
        try:
            about = Period.parse(period)
        except MalformedPeriodError:
            reasons["period"] = "malformed" if period else "required"
        else:
            reason = self._refuses(about, link, bangkok_day(at))
            if reason:
                reasons["period"] = reason
        if len(note) > LONGEST_NOTE:
            reasons["note"] = "too_long"
        if reasons:
            raise InvalidFieldError(**reasons)
        return Fact(
            kind="published",
            actor=by,
            at=at,
            data={"period": str(about), "url": link},
            private={"note": note} if note else {},
        )

    def withdraw(self, period: str, reason: str, *, by: str, at: datetime) -> Fact:
        """A document was published wrongly: it is taken off its period.

        Raises InvalidFieldError with `period` unknown, `reason` required or too_long.
        """
        reasons: dict[str, str] = {}
        if period not in {str(p.period) for p in self.publications}:
            reasons["period"] = "unknown"
        if not reason:
            reasons["reason"] = "required"
        if len(reason) > LONGEST_NOTE:
            reasons["reason"] = "too_long"
        if reasons:
            raise InvalidFieldError(**reasons)
        return Fact(kind="withdrawn", actor=by, at=at, data={"period": period}, private={"reason": reason})

    def overnight(self, today: date, *, at: datetime) -> Fact | None:
        """What the night must tell: the last stage that fell since it last told one; None for nothing."""
        passed = self.definition.schedule.passed_stage(self.periods, today)
        if self.retired or passed is None or passed.on <= self.told_through:
            return None
        return Fact(
            kind="reminded",
            actor=SYSTEM,
            at=at,
            data={
                "stage": passed.stage.name,
                "day": passed.stage.day,
                "to": [str(role) for role in passed.stage.to],
                "period": str(passed.period),
                "due_on": passed.due_on.isoformat(),
            },
        )

    @classmethod
    def first(cls, event: Event) -> Self:
        definition = Definition.from_data(event.data)
        return cls(definition=definition, told_through=_untold(definition, event))

    def after(self, event: Event) -> Self:
        data: Any = event.data
        match event.kind:
            case "redefined":
                definition = Definition.from_data(data)
                told = _untold(definition, event) if self.retired else self.told_through
                return replace(self, definition=definition, told_through=told, retired=False)
            case "retired":
                return replace(self, retired=True)
            case "published":
                today = bangkok_day(event.at)
                new = Publication(Period.parse(data["period"]), data["url"], today)
                kept = [
                    p for p in self.publications if p.period != new.period and not _too_old(p.period, today)
                ]
                newest_first = sorted([new, *kept], key=lambda p: p.period.last_day, reverse=True)
                return replace(self, publications=tuple(newest_first))
            case "withdrawn":
                kept = [p for p in self.publications if str(p.period) != data["period"]]
                return replace(self, publications=tuple(kept))
            case "reminded":
                return replace(self, told_through=bangkok_day(event.at))
            case _:
                return self

    @property
    def newest(self) -> Publication | None:
        return self.publications[0] if self.publications else None

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that are published, in the cadence that the item has now."""
        return tuple(self.definition.in_cadence(p.period) for p in self.publications)

    def freshness(self, today: date) -> Freshness:
        """How fresh the item is on a day."""
        return self.definition.freshness(self.newest, today)

    def place(self, key: Key) -> Place:
        if self.retired:
            return Place()
        tell_on = self.definition.schedule.next_stage_on(self.periods, self.told_through)
        return Place(
            order=order(key.id),
            summary={
                **self.definition.to_data(),
                "newest": self.newest.to_data() if self.newest else None,
            },
            due_at=start_of_day(tell_on) if tell_on else None,
        )

    def _refuses(self, period: Period, link: str, today: date) -> str | None:
        if period.cadence is not self.definition.cadence:
            return "other_cadence"
        if period > self.definition.schedule.newest_publishable(today):
            return "too_early"
        if _too_old(period, today):
            return "too_old"
        if any(p.period == period and p.url == link for p in self.publications):
            return "unchanged"
        return None


def order(number: str) -> str:
    """What sorts an item by its number in the plan: 1.10 after 1.9."""
    return ".".join(part.zfill(4) for part in number.split("."))


def _too_old(period: Period, today: date) -> bool:
    return fiscal_year_of(today) - fiscal_year_of(period.first_day) > OLDEST


def _untold(definition: Definition, event: Event) -> date:
    """The day up to which all is dealt with where an item begins: the stage that it stands at is told yet."""
    day = bangkok_day(event.at)
    passed = definition.schedule.passed_stage((), day)
    return passed.on - timedelta(days=1) if passed else day

"""What complaints count as by their raw events, told without the code that folds them.

All events are gone through in the order in which they happened, with a clock for each complaint; those that
were merged run on with the one that stands for them, whose clock is the earliest of all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.domain.calendar import bangkok_day, start_of_day
from chalicelib.domain.figures import Dimension, Figures, Part
from chalicelib.domain.record import Event

DECISIONS = {"resolved", "rejected", "referred"}


@dataclass
class Counted:
    """A complaint by its events so far."""

    received_at: datetime
    due: date
    category: str
    village: str
    channel: str
    unit: str
    contact: frozenset[str]
    late: bool = False
    into: str = ""
    with_it: dict[str, "Counted"] = field(default_factory=dict)
    explained: int = 0
    reopened: int = 0
    decided: date | None = None
    waiting: set[str] = field(default_factory=set)
    scores: list[tuple[int, ...]] = field(default_factory=list)
    said: list[bool] = field(default_factory=list)

    @property
    def is_called(self) -> bool:
        return bool(self.contact) and "email" not in self.contact

    @property
    def clocks(self) -> "list[Counted]":
        return [self, *self.with_it.values()]

    def pass_to(self, day: date) -> None:
        """Days went by up to this one."""
        if self.decided is None and not self.into:
            for one in self.clocks:
                one.late = one.late or day > one.due

    def answer(self) -> None:
        """Whoever is told by a call or a letter waits for one."""
        own = {""} if self.is_called else set()
        self.waiting = own | {id for id, one in self.with_it.items() if one.is_called}

    def parts(self) -> frozenset[Part]:
        leading = min(self.clocks, key=lambda one: one.received_at)
        answered = self.decided is not None or self.explained > 0 or self.reopened > 0
        holds = {
            Part.ON_TIME: not leading.late,
            Part.TOLD: not self.waiting and (answered or not leading.late),
            Part.EXPLAINED: self.explained > 0,
            Part.REOPENED: self.reopened > 0,
            Part.DECIDED: self.decided is not None,
        }
        return frozenset(part for part, so in holds.items() if so)

    @property
    def received_on(self) -> date:
        return bangkok_day(self.received_at)

    @property
    def days(self) -> int | None:
        return (self.decided - self.received_on).days if self.decided else None

    @property
    def year(self) -> int:
        day = self.received_on
        return day.year + 543 + (1 if day.month > 9 else 0)


def counted(events: Iterable[Event], today: date) -> dict[str, Counted]:
    """The complaints that count on a day, by id, of the events of all that there ever were."""
    known: dict[str, Counted] = {}
    # What one save writes happens at one instant: a due day moves once all else has happened.
    for event in sorted(events, key=lambda e: (e.at, e.kind == "due_day_recomputed", e.key.id, e.seq)):
        for one in known.values():
            one.pass_to(bangkok_day(event.at))
        if event.seq == 1:
            known[event.key.id] = _filed(event)
        else:
            _happened(known, known[event.key.id], event)
    for one in known.values():
        one.pass_to(today)
    return {id: one for id, one in known.items() if not one.into}


def _filed(event: Event) -> Counted:
    data: Any = event.data
    part = data.get("part")
    due = part["due_on"] if part else data["due"]["due_on"]
    came = datetime.fromisoformat(part["received_at"]) if part else event.at
    if "received_on" in data:
        came = start_of_day(date.fromisoformat(data["received_on"]))
    return Counted(
        received_at=came,
        due=date.fromisoformat(due),
        category=data["category"],
        village=data["village"],
        channel=data["channel"],
        unit=data["unit"],
        contact=frozenset({"name", "phone", "email"} & event.commitments.keys()),
        late=bool(part and part["missed"]),
    )


def _happened(known: Mapping[str, Counted], one: Counted, event: Event) -> None:
    data: Any = event.data
    day = bangkok_day(event.at)
    if event.kind == "explained" or event.kind in DECISIONS:
        one.answer()
    match event.kind:
        case "explained":
            one.explained += 1
            _all_due(one, data["due_on"])
        case "resolved" | "rejected" | "referred":
            one.decided, one.said = day, []
        case "reopened":
            one.reopened, one.decided = one.reopened + 1, None
            _all_due(one, data["due"]["due_on"])
        case "due_day_recomputed":
            # The clock that counts moves; those that rest are looked at when they count again.
            leading = min(one.clocks, key=lambda clock: clock.received_at)
            leading.due = date.fromisoformat(data["due"]["due_on"])
        case "contacted":
            one.waiting = set()
        case "assigned":
            one.unit = data["unit"]
        case "recategorised":
            one.category = data["category"]
        case "surveyed":
            one.scores.append(tuple(data["scores"]))
        case "still_solved":
            one.said.append(data["yes"])
        case "merged":
            one.into = data["into"]
            known[one.into].with_it[event.key.id] = one
        case "unmerged":
            del known[one.into].with_it[event.key.id]
            known[one.into].waiting.discard(event.key.id)
            one.into = ""


def _all_due(one: Counted, day: str) -> None:
    for clock in one.clocks:
        clock.due = date.fromisoformat(day)


def median(values: Sequence[int]) -> float:
    """Half of the values are this at most."""
    ordered = sorted(values)
    middle, odd = divmod(len(ordered), 2)
    return float(ordered[middle]) if odd else (ordered[middle - 1] + ordered[middle]) / 2


def ninth_tenth(values: Sequence[int]) -> int:
    """The least of the values within which nine of ten are."""
    return next(value for value in sorted(values) if 10 * sum(v <= value for v in values) >= 9 * len(values))


def must_agree(figures: Figures, by_events: Sequence[Counted]) -> None:
    """The published figures of a year, with nothing to hide, are those of its complaints' events."""
    of_line: dict[Dimension, Any] = {
        Dimension.MONTH: lambda one: f"{one.received_on.year + 543}-{one.received_on.month:02}",
        Dimension.CATEGORY: lambda one: one.category,
        Dimension.VILLAGE: lambda one: one.village,
        Dimension.CHANNEL: lambda one: one.channel,
        Dimension.UNIT: lambda one: one.unit,
    }
    lines = [(figures.total, by_events)]
    for dimension, table in figures.breakdowns.items():
        assert table is not None
        lines += [(line, [o for o in by_events if of_line[dimension](o) == line.id]) for line in table.lines]
        assert sum(line.counts.base for line in table.lines) == len(by_events)
    for line, ones in lines:
        assert line.counts.base == len(ones)
        for part, number in line.counts.parts.items():
            assert number == sum(part in one.parts() for one in ones), (line.id, part)
            assert line.counts.rest[part] == len(ones) - number
        taken = [one.days for one in ones if one.days is not None]
        shown = (line.days.median, line.days.p90) if line.days else None
        assert shown == ((median(taken), ninth_tenth(taken)) if taken else None)
    points = [point for one in by_events for answer in one.scores for point in answer]
    answers = sum(len(one.scores) for one in by_events)
    percent = round(100 * sum(points) / (5 * len(points)), 1) if points else None
    assert (figures.satisfaction.answers, figures.satisfaction.percent) == (answers, percent)
    said = [yes for one in by_events for yes in one.said]
    assert (figures.lasting.answers, figures.lasting.yes) == (len(said), sum(said))
    assert sum(delay.number for delay in figures.delays) == sum(one.explained > 0 for one in by_events)

"""Causes of complaints by category, and whether what was to prevent them held (requirement P11.4)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record
from chalicelib.domain.recurrence import Likeness, Verdict, Words, compared, grams, likeness, verdict
from chalicelib.services import recurrence
from chalicelib.services.ports import Row
from chalicelib.services.recurrence import Done
from chalicelib.services.world import World

A_PAGE = 25

MOST_IN_A_TABLE = 1_000
"""Preventions that one file holds, the newest: more would be a job's work."""

_MOST_COMPARED = 5
"""Later complaints of a place that one prevention is held against: by subject the nearest."""

_A_READ = 1_000


class Prevention(Struct, frozen=True, kw_only=True):
    """What was to keep a resolved complaint's problem from coming again, and what became of that."""

    id: str
    subject: str
    category: str
    village: str
    unit: str
    done: Done
    verdict: Verdict
    is_open_again: bool
    """Whoever complained was not content, or said that it did not last."""
    again: tuple[str, ...]
    """The complaints by which the same problem came again."""


class Causes(Struct, frozen=True):
    """How many resolved complaints of a category had causes of each kind; "" counts those without one."""

    category: str
    kinds: Mapping[str, int]

    @property
    def resolved(self) -> int:
        return sum(self.kinds.values())


class Analysis(Struct, frozen=True):
    """A fiscal year's resolved complaints, of those received in it; `preventions` from the newest on."""

    causes: tuple[Causes, ...]
    preventions: tuple[Prevention, ...]
    number: int
    """Of preventions, on all pages."""


def of_year(
    world: World,
    here: Record[Organisation],
    officer: Person,
    year: int,
    *,
    category: str = "",
    first: int = 0,
    most: int,
) -> Analysis:
    """What a fiscal year (B.E.) tells an officer: counts of the units that the officer's roles are for, and
    the preventions of complaints that the officer may read, of one category or all, from the `first` on.

    Reads the year's index and that of the next, then the texts of what is shown and of what resembles it.
    """
    units = officer.units(Task.READ_ANALYSIS)
    rows = [row for row in _rows(world, here.key.id, year) if units is None or _of(row)["unit"] in units]
    resolved = [row for row in rows if _year(row) == year and _of(row).get("resolution") and _is_own(row)]
    read = [row for row in resolved if recurrence.is_read(row, officer)]
    chosen = [row for row in read if not category or _of(row)["category"] == category]
    chosen.sort(key=_resolved_at, reverse=True)
    later = [row for row in rows if recurrence.is_read(row, officer)]
    shown = chosen[first : first + most]
    return Analysis(_causes(here.state, resolved), tuple(_judged(world, here, shown, later)), len(chosen))


def _rows(world: World, org: str, year: int) -> Iterator[Row]:
    """The complaints received in the year, and in the next, as far as that began."""
    this = fiscal_year_of(bangkok_day(world.clock.now()))
    for one in range(year, min(year + 1, this) + 1):
        cursor: str | None = None
        while True:
            page = world.records.list(Complaint, org, str(one), limit=_A_READ, cursor=cursor)
            yield from page.rows
            cursor = page.next_cursor
            if cursor is None:
                break


def _causes(settings: Organisation, resolved: Sequence[Row]) -> tuple[Causes, ...]:
    """By category, in the organisation's order; those without a resolved complaint are left out."""
    counted: dict[str, Counter[str]] = {}
    for row in resolved:
        summary = _of(row)
        counted.setdefault(summary["category"], Counter())[summary["resolution"]["cause_kind"]] += 1
    known = [category.id for category in settings.categories]
    order = [id for id in known if id in counted] + sorted(counted.keys() - set(known))
    return tuple(Causes(id, counted[id]) for id in order)


def _judged(
    world: World, here: Record[Organisation], rows: Sequence[Row], later: Sequence[Row]
) -> Iterator[Prevention]:
    """The preventions of these complaints, each held against what came after it."""
    days = here.state.recurrence_days
    came: dict[str, list[tuple[datetime, Row]]] = {}
    for row in later:
        summary = _of(row)
        came.setdefault(summary["category"], []).append((datetime.fromisoformat(summary["received_at"]), row))
    after = {row.key.id: _after(row, came.get(_of(row)["category"], ()), days) for row in rows}
    wanted = {id: 0 for found in after.values() for id in found}
    wanted |= {row.key.id: _of(row)["resolution"]["seq"] for row in rows}
    picked = world.records.pick(Complaint, here.key.id, wanted)
    texts = {record.key.id: (record, event) for record, event in picked}
    today = bangkok_day(world.clock.now())
    for row in rows:
        record, event = texts.get(row.key.id, (None, None))
        done = recurrence.done(record.state, event) if record else None
        if record and done:
            followed = [texts[id][0] for id in after[row.key.id] if id in texts]
            yield _prevention(record, done, followed, days, today)


def _prevention(
    record: Record[Complaint],
    done: Done,
    later: Sequence[Record[Complaint]],
    days: int,
    today: date,
) -> Prevention:
    state = record.state
    own = Words.of(state.report)
    again = tuple(
        other.key.id for other in later if compared(own, Words.of(other.state.report)) is Likeness.SAME
    )
    is_open_again = state.decision is not Status.RESOLVED or False in state.still_solved.values()
    return Prevention(
        id=record.key.id,
        subject=state.report.subject,
        category=state.report.category,
        village=state.report.village,
        unit=state.unit,
        done=done,
        verdict=verdict(done.on, came_again=bool(again) or is_open_again, days=days, today=today),
        is_open_again=is_open_again,
        again=again,
    )


def _after(row: Row, others: Sequence[tuple[datetime, Row]], days: int) -> list[str]:
    """Those of the others of its category that came within the days after its resolution, nearest first."""
    village, subject = _of(row)["village"], grams(_of(row)["subject"])
    since = _resolved_at(row)
    until = since + timedelta(days=days)

    def is_elsewhere(other: Row) -> bool:
        return bool(village) and _of(other)["village"] not in {village, ""}

    found = [
        other
        for came_at, other in others
        if since < came_at <= until and other.key.id != row.key.id and not is_elsewhere(other)
    ]
    found.sort(key=lambda other: likeness(subject, grams(_of(other)["subject"])), reverse=True)
    return [other.key.id for other in found[:_MOST_COMPARED]]


def _of(row: Row) -> Any:
    return row.summary


def _is_own(row: Row) -> bool:
    """Whether it stands for itself: what was merged into another one is counted with that."""
    return not _of(row)["merged_into"]


def _year(row: Row) -> int:
    return fiscal_year_of(bangkok_day(datetime.fromisoformat(_of(row)["received_at"])))


def _resolved_at(row: Row) -> datetime:
    return datetime.fromisoformat(_of(row)["resolution"]["at"])

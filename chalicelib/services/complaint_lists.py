"""Lists of complaints for officers: the open work of their units in one order, and all of a fiscal year.

Open work is read whole, a query a unit, so that it can be counted, unless a flood came in; a year is read as
far as a page needs.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import OPEN, Complaint, Status
from chalicelib.domain.complaint_terms import TO_BE_CALLED_QUEUE
from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.organisation import ComplaintRules, Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record
from chalicelib.domain.text import to_arabic_digits
from chalicelib.services import complaints
from chalicelib.services.ports import InvalidCursorError, Row
from chalicelib.services.world import World

A_PAGE = 50

MOST_OPEN = 5_000
"""Open complaints that one request looks at. An organisation has a few hundred; a flood brings any number."""

MOST_CALLS = 200
"""Complainants to be called that a page names."""

_MOST_READ = 20
"""Pages of a year that one request reads at the most while it looks for what fits."""

_CURSOR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-z]{1,64}")


class Urgency(StrEnum):
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    LATER = "later"


class Choice(StrEnum):
    """What a list may be narrowed to, beside each status."""

    OPEN = "open"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    TO_BE_CALLED = "to_be_called"
    ALL = "all"


class Query(Struct, frozen=True, kw_only=True):
    """What an officer asks a list for. `unit` and `text` are empty for any; `year` (B.E.) counts for what
    is not open alone."""

    unit: str = ""
    status: Status | Choice = Choice.OPEN
    text: str = ""
    year: int
    cursor: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """A complaint in a list. Days are Bangkok days."""

    id: str
    subject: str
    category: str
    village: str
    unit: str
    status: Status
    received_on: date
    due_on: date
    days_left: int
    """Until the due day; below zero, since then."""
    urgency: Urgency | None
    """None where it is open no more."""
    missed: bool
    """A due day passed without an answer or a later day."""
    to_be_called: bool
    """Its complainant is to be told by a call or a letter."""
    is_merged: bool = False
    """Another complaint stands for it."""


class Counts(Struct, frozen=True):
    """How much open work there is, and how much of it presses; `is_whole`: there is no more of it."""

    open: int
    overdue: int
    due_soon: int
    """Due today or within the days of the rules' first stage."""
    is_whole: bool = True


class Listing(Struct, frozen=True):
    """A page of a list; `counts` where it is of open work."""

    entries: Sequence[Entry]
    next_cursor: str | None
    counts: Counts | None = None


def units_of(organisation: Organisation, officer: Person) -> list[str]:
    """The units whose complaints an officer may list, in the organisation's order."""
    units = officer.units(Task.READ_COMPLAINTS)
    return [unit.id for unit in organisation.queues() if units is None or unit.id in units]


def find(world: World, organisation: Record[Organisation], officer: Person, query: Query) -> Listing:
    """The complaints that an officer may read and asks for.

    Open ones by due day, the most urgent first; of a year the newest first. Raises NotAllowedError for a
    unit that is not the officer's, InvalidCursorError.
    """
    units = units_of(organisation.state, officer)
    if query.unit:
        if query.unit not in units:
            raise NotAllowedError
        units = [query.unit]
    if query.status is Choice.TO_BE_CALLED:
        return _to_be_called(world, organisation, officer, units, query)
    if query.status in OPEN or query.status in {Choice.OPEN, Choice.OVERDUE, Choice.DUE_SOON}:
        return _open_work(world, organisation, officer, units, query)
    return _of_year(world, organisation, officer, units, query)


def entry(row: Row, today: date, soon: int) -> Entry:
    """A row as a list shows it on a day; what is due within `soon` days is due soon."""
    summary: Any = row.summary
    status = Status(summary["status"])
    due_on = date.fromisoformat(summary["due_on"])
    days_left = (due_on - today).days
    is_merged = bool(summary.get("merged_into"))
    is_open = status in OPEN and not is_merged
    return Entry(
        id=row.key.id,
        subject=summary["subject"],
        category=summary["category"],
        village=summary["village"],
        unit=summary["unit"],
        status=status,
        received_on=bangkok_day(datetime.fromisoformat(summary["received_at"])),
        due_on=due_on,
        days_left=days_left,
        urgency=urgency(days_left, soon) if is_open else None,
        missed=summary["missed"] or (is_open and days_left < 0),
        to_be_called=summary["to_be_called"],
        is_merged=is_merged,
    )


def urgency(days_left: int, soon: int) -> Urgency:
    """How pressing open work is, by the days until its due day."""
    if days_left < 0:
        return Urgency.OVERDUE
    if days_left == 0:
        return Urgency.DUE_TODAY
    return Urgency.DUE_SOON if days_left <= soon else Urgency.LATER


def days_of_soon(rules: ComplaintRules) -> int:
    """How many days before the due day the first reminder falls."""
    return max((-stage.day for stage in rules.stages if stage.day < 0), default=0)


def by_due_day(queues: Iterable[Iterable[Row]]) -> Iterable[Row]:
    """The rows of several units' queues in one order, the most urgent first."""
    return merge(*queues, key=_position)


def _open_work(
    world: World,
    organisation: Record[Organisation],
    officer: Person,
    units: Sequence[str],
    query: Query,
) -> Listing:
    if query.cursor and not _CURSOR.fullmatch(query.cursor):
        raise InvalidCursorError
    org = organisation.key.id
    today = bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)

    def read(rows: Sequence[Row]) -> Iterator[tuple[Row, Entry]]:
        return ((row, entry(row, today, soon)) for row in rows if _is_read(row, officer))

    first, is_whole = _queued(world, org, units, None)
    if query.cursor:
        day, _, id = query.cursor.partition(".")
        rows, is_end = _queued(world, org, units, (day, id))
    else:
        rows, is_end = first, is_whole
    shown = list(islice((each for each in read(rows) if _fits(each[1], query)), A_PAGE + 1))
    if len(shown) > A_PAGE:
        last: Row | None = shown[A_PAGE - 1][0]
    else:
        last = None if is_end else rows[-1]
    pressing = Counter(e.urgency for _, e in read(first))
    return Listing(
        [e for _, e in shown[:A_PAGE]],
        ".".join(_position(last)) if last else None,
        Counts(
            open=pressing.total(),
            overdue=pressing[Urgency.OVERDUE],
            due_soon=pressing[Urgency.DUE_TODAY] + pressing[Urgency.DUE_SOON],
            is_whole=is_whole,
        ),
    )


def _to_be_called(
    world: World,
    organisation: Record[Organisation],
    officer: Person,
    units: Sequence[str],
    query: Query,
) -> Listing:
    """Whose complainants are to be called or written to, open complaints and decided ones alike."""
    org, today = organisation.key.id, bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)
    rows, _ = _queued(world, org, [*units, TO_BE_CALLED_QUEUE], None)
    entries = (entry(row, today, soon) for row in rows if _is_read(row, officer))
    fitting = (e for e in entries if e.unit in units and _fits(e, query))
    return Listing(list(islice(fitting, MOST_CALLS)), None)


def _queued(
    world: World, org: str, units: Sequence[str], after: tuple[str, str] | None
) -> tuple[Sequence[Row], bool]:
    """The most urgent open complaints of the units, or those after a position, and whether these are all."""
    queues = (complaints.queue(world, org, unit, after) for unit in units)
    rows = list(islice(by_due_day(queues), MOST_OPEN + 1))
    return rows[:MOST_OPEN], len(rows) <= MOST_OPEN


def _of_year(
    world: World,
    organisation: Record[Organisation],
    officer: Person,
    units: Sequence[str],
    query: Query,
) -> Listing:
    today = bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)
    shown: list[Entry] = []
    cursor = query.cursor
    for _ in range(_MOST_READ):
        page = world.records.list(
            Complaint,
            organisation.key.id,
            str(query.year),
            limit=A_PAGE,
            cursor=cursor,
            newest_first=True,
        )
        entries = (entry(row, today, soon) for row in page.rows if _is_read(row, officer))
        shown += [e for e in entries if e.unit in units and _fits(e, query)]
        cursor = page.next_cursor
        if cursor is None or len(shown) >= A_PAGE:
            break
    return Listing(shown, cursor)


def _position(row: Row) -> tuple[str, str]:
    """Where a row stands in the order of open work."""
    return str(row.summary["due_on"]), row.key.id


def _is_read(row: Row, officer: Person) -> bool:
    summary: Any = row.summary
    return complaints.may_read(officer, summary["unit"], summary["escalated"])


def _fits(found: Entry, query: Query) -> bool:
    if query.text and _plain(query.text) not in _plain(found.subject):
        return False
    match query.status:
        case Choice.OPEN | Choice.ALL:
            return True
        case Choice.TO_BE_CALLED:
            return found.to_be_called
        case Choice.OVERDUE:
            return found.urgency is Urgency.OVERDUE
        case Choice.DUE_SOON:
            return found.urgency in {Urgency.DUE_TODAY, Urgency.DUE_SOON}
        case _:
            return found.status is query.status


def _plain(text: str) -> str:
    """Text as it is compared: without capitals, Thai digits as Arabic ones."""
    return to_arabic_digits(text).casefold()

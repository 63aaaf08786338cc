"""Lists of complaints for officers: what their roles show of the organisation's index, in some order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import OPEN, Status
from chalicelib.domain.complaint_index import (
    Audience,
    CursorError,
    Indexed,
    Order,
    Question,
    Reader,
    ordered,
)
from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.organisation import ComplaintRules, Organisation
from chalicelib.domain.people import UNIT_ROLES, Person, Role, Task
from chalicelib.domain.record import Record
from chalicelib.services import complaint_index
from chalicelib.services.ports import InvalidCursorError
from chalicelib.services.world import World

A_PAGE = 50

MINE = "mine"
"""Instead of a unit's id: all units in which the officer holds a role."""


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
    DUE_THIS_WEEK = "due_this_week"
    TO_BE_CALLED = "to_be_called"
    ALL = "all"


class Query(Struct, frozen=True, kw_only=True):
    """What an officer asks a list for. What is empty, 0 or None is not asked about; days are included."""

    unit: str = ""
    """A unit's id, or MINE."""
    status: Status | Choice = Choice.OPEN
    text: str = ""
    """A telephone number, or words that each stand in the report or, where they may be read, in the contact
    data."""
    category: str = ""
    village: str = ""
    channel: str = ""
    year: int = 0
    """Fiscal year received (B.E.)."""
    received_from: date | None = None
    received_to: date | None = None
    watched: bool = False
    """Only what the officer follows."""
    order: Order | None = None
    cursor: str | None = None

    def is_of_open_work(self) -> bool:
        choices = {Choice.OPEN, Choice.OVERDUE, Choice.DUE_SOON, Choice.DUE_THIS_WEEK}
        return self.status in OPEN or self.status in choices

    def standing_order(self) -> Order:
        """What is asked for, else open work by its due day and all else the newest first."""
        return self.order or (Order.DUE if self.is_of_open_work() else Order.RECEIVED_LAST)


class Entry(Struct, frozen=True, kw_only=True):
    """A complaint in a list. Days are Bangkok days."""

    id: str
    version: int
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
    """How much open work there is, and how much of it presses."""

    open: int
    overdue: int
    due_soon: int
    """Due today or within the days of the rules' first stage."""


class Listing(Struct, frozen=True):
    """A page of a list; `found` in all; `counts` of the open work of the units asked for.

    `is_whole`: no change of the last minutes is known to be missing.
    """

    entries: Sequence[Entry]
    next_cursor: str | None
    found: int
    counts: Counts
    is_whole: bool = True


def units_of(organisation: Organisation, officer: Person) -> list[str]:
    """The units whose complaints an officer may list, in the organisation's order."""
    units = officer.units(Task.READ_COMPLAINTS)
    return [unit.id for unit in organisation.queues() if units is None or unit.id in units]


def own_units(officer: Person) -> frozenset[str]:
    """The units in which an officer holds a role that reads complaints."""
    own = replace(officer, grants=tuple(g for g in officer.grants if g.role in UNIT_ROLES))
    return own.units(Task.READ_COMPLAINTS) or frozenset()


def reader(officer: Person) -> Reader:
    """What an officer's roles show, as `complaints.may_read` says it of one complaint."""
    grants = tuple(g for g in officer.grants if g.role is not Role.EXECUTIVE)
    nobody: frozenset[str] = frozenset()
    escalated = officer.units(Task.READ_COMPLAINTS) if Role.EXECUTIVE in officer.roles() else nobody
    return Reader(
        reads=replace(officer, grants=grants).units(Task.READ_COMPLAINTS),
        escalated=escalated,
        contact=officer.units(Task.READ_CONTACT),
    )


def find(world: World, organisation: Record[Organisation], officer: Person, query: Query) -> Listing:
    """The complaints that an officer may read and asks for.

    Raises NotAllowedError for a unit that is not the officer's, InvalidCursorError.
    """
    units = _units_asked_for(organisation.state, officer, query.unit)
    index = read(world, organisation.key.id, officer)
    reads = reader(officer)
    today = bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)
    taken = list(
        filter(_question(query, officer, units, today, soon).takes(reads), index.complaints.values())
    )
    try:
        page, cursor = ordered(taken, query.standing_order(), query.cursor, A_PAGE)
    except CursorError as error:
        raise InvalidCursorError from error
    work = filter(Question(units=units, open=True).takes(reads), index.complaints.values())
    return Listing(
        entries=[entry(complaint, today, soon) for complaint in page],
        next_cursor=cursor,
        found=len(taken),
        counts=_counts(work, today, soon),
        is_whole=index.is_whole,
    )


def every(
    world: World, organisation: Record[Organisation], officer: Person, query: Query
) -> Sequence[Indexed]:
    """All that a list shows, on whichever page.

    Raises NotAllowedError for a unit that is not the officer's.
    """
    units = _units_asked_for(organisation.state, officer, query.unit)
    index = read(world, organisation.key.id, officer)
    today = bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)
    takes = _question(query, officer, units, today, soon).takes(reader(officer))
    taken = list(filter(takes, index.complaints.values()))
    return ordered(taken, query.standing_order(), None, len(taken))[0]


def read(world: World, org: str, officer: Person) -> complaint_index.Index:
    """The organisation's index as the officer's roles may see it: with contact data or without."""
    audience = Audience.CONTACT if officer.may(Task.READ_CONTACT) else Audience.PLAIN
    return complaint_index.read(world, org, audience)


def entry(complaint: Indexed, today: date, soon: int) -> Entry:
    """A complaint as a list shows it on a day; what is due within `soon` days is due soon."""
    days_left = (complaint.due_on - today).days
    is_open = complaint.open
    return Entry(
        id=complaint.id,
        version=complaint.version,
        subject=complaint.subject,
        category=complaint.category,
        village=complaint.village,
        unit=complaint.unit,
        status=complaint.status,
        received_on=complaint.received_on,
        due_on=complaint.due_on,
        days_left=days_left,
        urgency=urgency(days_left, soon) if is_open else None,
        missed=complaint.missed or (is_open and days_left < 0),
        to_be_called=complaint.to_be_called,
        is_merged=complaint.merged,
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


def _units_asked_for(organisation: Organisation, officer: Person, unit: str) -> frozenset[str] | None:
    if not unit:
        return None
    if unit == MINE and own_units(officer):
        return own_units(officer)
    if unit not in units_of(organisation, officer):
        raise NotAllowedError
    return frozenset({unit})


def _question(
    query: Query, officer: Person, units: frozenset[str] | None, today: date, soon: int
) -> Question:
    one = Question(
        units=units,
        category=query.category,
        village=query.village,
        channel=query.channel,
        fiscal_year=query.year,
        received_from=query.received_from,
        received_to=query.received_to,
        watcher=officer.username if query.watched else "",
        text=query.text,
    )
    match query.status:
        case Choice.ALL:
            return one
        case Choice.TO_BE_CALLED:
            return replace(one, to_be_called=True)
        case Choice.OPEN:
            return replace(one, open=True)
        case Choice.OVERDUE:
            return replace(one, open=True, due_to=today - timedelta(days=1))
        case Choice.DUE_SOON:
            return replace(one, open=True, due_from=today, due_to=today + timedelta(days=soon))
        case Choice.DUE_THIS_WEEK:
            sunday = today + timedelta(days=6 - today.weekday())
            return replace(one, open=True, due_from=today, due_to=sunday)
        case status:
            return replace(one, status=Status(status), open=status in OPEN)


def _counts(work: Iterable[Indexed], today: date, soon: int) -> Counts:
    pressing = Counter(urgency((complaint.due_on - today).days, soon) for complaint in work)
    return Counts(
        open=pressing.total(),
        overdue=pressing[Urgency.OVERDUE],
        due_soon=pressing[Urgency.DUE_TODAY] + pressing[Urgency.DUE_SOON],
    )

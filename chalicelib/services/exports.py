"""Exports of the officers' list of complaints: ordered with a filter, made by the officer's rights."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.complaint_index import Indexed, Order
from chalicelib.domain.document_order import DocumentOrder, Purpose
from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Change, Json, Key, Record, State, begin, proceed
from chalicelib.services import complaint_index, complaint_lists, complaints, documents, organisations
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.ports import NoSuchRecordError, RecordExistsError, Row
from chalicelib.services.world import World

PARTS = ("xlsx", "csv")

_MOST_LISTED = 50
_COLUMNS = (
    "id",
    "received_on",
    "subject",
    "category",
    "village",
    "location",
    "channel",
    "unit",
    "status",
    "due_on",
    "missed",
    "decided_on",
)
_CONTACT = ("name", "phone", "email")


def order(world: World, here: Record[Organisation], query: Query, *, token: str, officer: Person) -> str:
    """Order an export of what a list shows; answers the order's id.

    A form that is sent twice, and the same filter while an export by it is under way, is that same order.
    Raises NotAllowedError for a unit that is not the officer's.
    """
    readable = ("", complaint_lists.MINE, *complaint_lists.units_of(here.state, officer))
    if query.unit not in readable:
        raise NotAllowedError
    wanted = replace(query, cursor=None, text="")
    about: dict[str, Json] = msgspec.to_builtins(wanted)
    for row in mine(world, here.key.id, officer):
        is_same = row.summary["about"] == about and row.summary["status"] in ("ordered", "making")
        if is_same and find(world, here.key.id, row.key.id, officer).state.text == query.text:
            return row.key.id
    id = hashlib.sha256(f"{officer.username} {token}".encode()).hexdigest()[:32]
    key = Key(here.key.org, DocumentOrder.kind, id)
    fact = DocumentOrder.place_order(
        Purpose.EXPORT, about, PARTS, query.text, by=officer.username, at=world.clock.now()
    )
    try:
        world.records.save(begin(DocumentOrder, key, [fact], world.salt))
    except RecordExistsError:
        return id
    world.bell.ring(key)
    return id


def mine(world: World, org: str, officer: Person) -> Sequence[Row]:
    """The exports that an officer ordered and that are kept, the newest first."""
    page = world.records.queue(DocumentOrder, org, officer.username, limit=_MOST_LISTED)
    return tuple(reversed(page.rows))


def find(world: World, org: str, id: str, officer: Person) -> Record[DocumentOrder]:
    """An export that the officer ordered. Raises NoSuchRecordError for any other."""
    record = world.records.get(DocumentOrder, org, id)
    if record is None or record.state.purpose is not Purpose.EXPORT or record.state.by != officer.username:
        raise NoSuchRecordError
    return record


def try_again(world: World, org: str, id: str, officer: Person) -> None:
    """Order a failed export anew. Raises NoSuchRecordError, IllegalMoveError."""
    record = find(world, org, id, officer)
    fact = record.state.try_again(by=officer.username, at=world.clock.now())
    world.records.save(proceed(record, [fact], world.salt))
    world.bell.ring(record.key)


def fetch(world: World, org: str, id: str, part: str, officer: Person) -> str:
    """Where the officer's browser fetches a file; that it did stands in the order's events.

    Raises NoSuchRecordError, IllegalMoveError where it is not there (any more).
    """
    record = find(world, org, id, officer)
    fact = record.state.fetch(part, by=officer.username, at=world.clock.now())
    world.records.save(proceed(record, [fact], world.salt))
    day = bangkok_day(record.state.ordered_at)
    return world.documents.link(
        documents.path(record.key, Purpose.EXPORT, part), f"complaints-{org}-{day.isoformat()}.{part}"
    )


def _prepare(world: World, order: Record[DocumentOrder]) -> None:
    """Nothing is counted before: each file is written from the list as it stands."""


def _write(world: World, order: Record[DocumentOrder], part: str) -> bytes:
    org = order.key.org
    here, officer = organisations.find(world, org), _orderer(world, order)
    query = _query(order.state)
    try:
        found = complaint_lists.every(world, here, officer, query)
    except NotAllowedError as error:
        raise documents.CannotMakeError("not_allowed") from error
    columns = (*_COLUMNS, *_CONTACT) if officer.may(Task.READ_CONTACT) else _COLUMNS
    return world.writer.listing(part, columns, _rows(world, here, officer, found))


def _query(order: DocumentOrder) -> Query:
    """What an order was narrowed by, read back from how it is kept."""
    about: dict[str, Any] = dict(order.about)
    for name in ("received_from", "received_to"):
        about[name] = date.fromisoformat(about[name]) if about[name] else None
    status = about["status"]
    about["status"] = Choice(status) if status in list(Choice) else Status(status)
    about["order"] = Order(about["order"]) if about["order"] else None
    return Query(**{**about, "text": order.text})


def _orderer(world: World, order: Record[DocumentOrder]) -> Person:
    """Who ordered it, with the roles of today: they may have changed since."""
    org = order.key.org
    person = world.records.get(Person, org, order.state.by.removeprefix(f"{org}-"))
    officer = person.state.on(bangkok_day(world.clock.now())) if person else None
    if officer is None or not officer.may(Task.READ_COMPLAINTS):
        raise documents.CannotMakeError("not_allowed")
    return officer


def _rows(
    world: World, here: Record[Organisation], officer: Person, found: Sequence[Indexed]
) -> Iterator[Sequence[str]]:
    """A row a complaint, in the list's order, by the rights over it as it stands now."""
    whole = {r.key.id: r.state for r in complaint_index.records(world, here.key.id, [c.id for c in found])}
    categories = {category.id: category.name.th for category in here.state.categories}
    units = {unit.id: unit.name.th for unit in here.state.units}
    for indexed in found:
        complaint = whole.get(indexed.id)
        if complaint is None or not complaints.may_read(officer, complaint.unit, complaint.escalated):
            continue
        row = _plain(indexed, complaint, categories, units)
        if officer.may(Task.READ_CONTACT):
            report = complaint.report
            may = officer.may(Task.READ_CONTACT, complaint.unit)
            row += (report.name, report.phone, report.email) if may else ("", "", "")
        yield row


def _plain(
    indexed: Indexed, complaint: Complaint, categories: Mapping[str, str], units: Mapping[str, str]
) -> tuple[str, ...]:
    report = complaint.report
    return (
        indexed.id,
        indexed.received_on.isoformat(),
        report.subject,
        categories.get(report.category, report.category),
        report.village,
        report.location,
        str(complaint.channel),
        units.get(complaint.unit, complaint.unit),
        str(complaint.status),
        indexed.due_on.isoformat(),
        "yes" if indexed.missed else "",
        indexed.decided_on.isoformat() if indexed.decided_on else "",
    )


def _nothing_else(world: World, order: Record[DocumentOrder]) -> Sequence[Change[State]]:
    return ()


RECIPE = documents.Recipe(_prepare, _write, _nothing_else, _nothing_else)
"""How an export is made."""

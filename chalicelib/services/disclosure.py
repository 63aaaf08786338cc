"""Disclosure: what the plan wants published, by whom it was, and whom the night tells of what went stale."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.disclosure import Definition, DisclosureItem, Publication
from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Role, Task
from chalicelib.domain.periods import Freshness
from chalicelib.domain.plan import ItemDefinition, Plan
from chalicelib.domain.record import Change, Fact, History, Key, Record, State, begin, proceed
from chalicelib.services import notices, organisations
from chalicelib.services.nightly import Remaining, Summary, walk
from chalicelib.services.ports import NoSuchRecordError, RecordExistsError, Row, StaleRecordError
from chalicelib.services.world import World

_WRITES = 5


class Item(Struct, frozen=True):
    """An item on a day: what the plan says of it, how fresh it is, and its newest document."""

    planned: ItemDefinition
    version: int
    """0 where its record is yet to be made."""
    definition: Definition
    freshness: Freshness
    newest: Publication | None

    @property
    def id(self) -> str:
        return self.planned.id


class FoundItem(Struct, frozen=True):
    """One item, with all its documents and all that happened to it."""

    item: Item
    history: History[DisclosureItem] | None
    """None where its record is yet to be made."""

    @property
    def publications(self) -> tuple[Publication, ...]:
        return self.history.record.state.publications if self.history else ()


def define_items(world: World, slug: str, plan: Plan) -> None:
    """Let an organisation's items be those of the plan, by the rules of its settings.

    Each item is a transaction of its own; what a run that died has left, the next one does.
    """
    organisation = organisations.find(world, slug)
    listed = _rows(world, slug)
    wanted = {item.id: _definition(item, organisation.state) for item in plan.items}
    for id, definition in wanted.items():
        if id not in listed or Definition.from_data(listed[id].summary) != definition:
            _define(world, Key(slug, DisclosureItem.kind, id), definition)
    for id in listed.keys() - wanted.keys():
        _define(world, Key(slug, DisclosureItem.kind, id), None)


def list_items(world: World, organisation: Record[Organisation], plan: Plan) -> tuple[Item, ...]:
    """All items of the plan in its order, as they stand today. One query."""
    rows = _rows(world, organisation.key.id)
    return tuple(_item(world, organisation, planned, rows.get(planned.id)) for planned in plan.items)


def most_urgent_first(items: Collection[Item], units: Collection[str] | None) -> list[Item]:
    """Items by the day on which they are or were due; those of the units (None: all) before all others."""
    return sorted(
        items,
        key=lambda item: (
            units is not None and item.definition.unit not in units,
            item.freshness.due_on,
        ),
    )


def find(world: World, organisation: Record[Organisation], plan: Plan, id: str) -> FoundItem:
    """An item of the plan with its history. Raises NoSuchRecordError where the plan lists no such item."""
    planned = next((item for item in plan.items if item.id == id), None)
    if planned is None:
        raise NoSuchRecordError
    history = world.records.history(DisclosureItem, organisation.key.id, id)
    if history is None:
        return FoundItem(_item(world, organisation, planned, None), None)
    state, today = history.record.state, bangkok_day(world.clock.now())
    item = Item(planned, history.record.version, state.definition, state.freshness(today), state.newest)
    return FoundItem(item, history)


def publish(
    world: World,
    organisation: Record[Organisation],
    id: str,
    *,
    period: str,
    url: str,
    note: str,
    version: int,
    officer: Person,
) -> Record[DisclosureItem]:
    """Publish the document of a period, on an item as it stood at `version`.

    Raises NoSuchRecordError, NotAllowedError where it is another unit's item, StaleRecordError where
    somebody saved it since, and InvalidFieldError as `DisclosureItem.publish` does.
    """
    now = world.clock.now()
    return _act(
        world,
        Key(organisation.key.org, DisclosureItem.kind, id),
        version,
        officer,
        lambda item: item.publish(period, url, note, by=officer.username, at=now),
    )


def withdraw(
    world: World,
    organisation: Record[Organisation],
    id: str,
    *,
    period: str,
    reason: str,
    version: int,
    officer: Person,
) -> Record[DisclosureItem]:
    """Take a document off that was published wrongly. Raises as `publish` does."""
    now = world.clock.now()
    return _act(
        world,
        Key(organisation.key.org, DisclosureItem.kind, id),
        version,
        officer,
        lambda item: item.withdraw(period, reason, by=officer.username, at=now),
    )


def night(world: World, remaining: Remaining) -> Summary:
    """Tell of each item that is due soon or stale those whom its rules name."""

    def tell(record: Record[DisclosureItem]) -> Sequence[Change[State]]:
        now = world.clock.now()
        fact = record.state.overnight(bangkok_day(now), at=now)
        if fact is None:
            return ()
        organisation = organisations.find(world, record.key.org)
        if organisation.state.paused:
            return ()
        change = proceed(record, [fact], world.salt)
        stage: Any = fact.data
        told = notices.for_roles(
            world,
            organisation,
            [Role(role) for role in stage["to"]],
            record.state.definition.unit,
            template=f"disclosure_{stage['stage']}",
            about=change.record,
        )
        return (change, *told)

    return walk(world, DisclosureItem, tell, remaining)


def _act(
    world: World, key: Key, version: int, officer: Person, action: Callable[[DisclosureItem], Fact]
) -> Record[DisclosureItem]:
    record = world.records.get(DisclosureItem, key.org, key.id)
    if record is None or record.state.retired:
        raise NoSuchRecordError
    if not officer.may(Task.PUBLISH_ITEMS, record.state.definition.unit):
        raise NotAllowedError
    if record.version != version:
        raise StaleRecordError(record)
    change = proceed(record, [action(record.state)], world.salt)
    world.records.save(change)
    return change.record


def _define(world: World, key: Key, definition: Definition | None) -> None:
    """Let the item be as defined, or retired where the definition is None, whoever saves it meanwhile."""
    for attempt in range(_WRITES):
        now = world.clock.now()
        record = world.records.get(DisclosureItem, key.org, key.id)
        fact: Fact | None
        if record is None:
            fact = DisclosureItem.define(definition, at=now) if definition else None
        else:
            state = record.state
            fact = state.redefine(definition, at=now) if definition else state.retire(at=now)
        if fact is None:
            return
        try:
            world.records.save(
                proceed(record, [fact], world.salt)
                if record
                else begin(DisclosureItem, key, [fact], world.salt)
            )
            return
        except (StaleRecordError, RecordExistsError):
            if attempt == _WRITES - 1:
                raise


def _item(world: World, organisation: Record[Organisation], planned: ItemDefinition, row: Row | None) -> Item:
    newest: Publication | None = None
    if row is None:
        definition = _definition(planned, organisation.state)
    else:
        definition = Definition.from_data(row.summary)
        newest = Publication.from_data(row.summary["newest"]) if row.summary["newest"] else None
    today = bangkok_day(world.clock.now())
    return Item(planned, row.version if row else 0, definition, definition.freshness(newest, today), newest)


def _definition(planned: ItemDefinition, organisation: Organisation) -> Definition:
    return Definition(
        unit=planned.unit,
        cadence=planned.cadence,
        due=planned.due,
        rules=organisation.disclosure_rules,
    )


def _rows(world: World, org: str) -> dict[str, Row]:
    """The organisation's items that stand in lists, by their number."""
    rows: dict[str, Row] = {}
    cursor: str | None = None
    while True:
        page = world.records.list(DisclosureItem, org, "ALL", limit=200, cursor=cursor)
        rows |= {row.key.id: row for row in page.rows}
        cursor = page.next_cursor
        if cursor is None:
            return rows

"""The organisations of this deployment and their working days."""

from datetime import datetime, timedelta

from chalicelib.domain.calendar import WorkingCalendar, bangkok_day
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Record
from chalicelib.services.ports import NoSuchRecordError, Page, Row
from chalicelib.services.world import World

_FRESH_FOR = timedelta(seconds=30)
"""How long a function may go on with settings that it has read: every page needs them."""

_read: dict[str, tuple[datetime, Record[Organisation]]] = {}


def find(world: World, slug: str) -> Record[Organisation]:
    """An organisation's settings, at most 30 seconds old. Raises NoSuchRecordError."""
    now = world.clock.now()
    known = _read.get(slug)
    if known and timedelta() <= now - known[0] < _FRESH_FOR:
        return known[1]
    record = world.records.get(Organisation, slug, slug)
    if record is None:
        raise NoSuchRecordError
    _read[slug] = (now, record)
    return record


def forget() -> None:
    """Read all settings anew from now on (after a change of them, and between tests)."""
    _read.clear()


def all_of_them(world: World) -> tuple[Row, ...]:
    """Every organisation of the deployment, by its slug."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        page = some_of_them(world, cursor)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return tuple(rows)


def some_of_them(world: World, cursor: str | None) -> Page:
    """Up to 200 organisations of the deployment, by slug. Raises InvalidCursorError."""
    return world.records.list(Organisation, "", "ALL", limit=200, cursor=cursor)


def calendar(world: World, organisation: Organisation) -> WorkingCalendar:
    """The organisation's working days, from last year to the year after next."""
    year = bangkok_day(world.clock.now()).year
    return WorkingCalendar(
        holidays=world.holidays.of(range(year - 1, year + 3)),
        days_off={day: (name.th, name.en) for day, name in organisation.days_off.items()},
        days_on=frozenset(organisation.days_on),
    )

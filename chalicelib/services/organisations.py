"""The organisations of this deployment and their working days."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.calendar import WorkingCalendar, bangkok_day
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Key, Record, begin
from chalicelib.services.ports import NoSuchRecordError, Page, RecordExistsError, Row
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


def establish(world: World, slug: str, settings: Mapping[str, Any], *, by: str) -> bool:
    """Let an organisation begin to use the service; False where it did before, and nothing is changed."""
    known = {**settings, "holidays": world.holidays.edition()}
    fact = Organisation.establish(known, by=by, at=world.clock.now())
    try:
        world.records.save(begin(Organisation, Key(slug, Organisation.kind, slug), [fact], world.salt))
    except RecordExistsError:
        return False
    forget()
    return True


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

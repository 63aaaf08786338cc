"""Who is told what, and when: notices are made in the transaction of the event that they tell of."""

import hashlib
from collections.abc import Iterable
from typing import Any

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of, notice_from
from chalicelib.domain.notices import Notice
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import UNIT_ROLES, Person, Role
from chalicelib.domain.record import Change, Key, Record, new
from chalicelib.services import organisations
from chalicelib.services.ports import Row
from chalicelib.services.world import World


def for_roles(
    world: World,
    organisation: Record[Organisation],
    roles: Iterable[Role],
    unit: str,
    *,
    template: str,
    about: Record[Any],
) -> list[Change[Notice]]:
    """A notice for each active person who holds one of the roles, those of a unit in this unit.

    Delivered from 08:30 of a working day. `about` is the record as the event leaves it: its version makes
    the notice's id, so that the same event never makes a second one.
    """
    wanted = set(roles)
    not_before = notice_from(world.clock.now(), organisations.calendar(world, organisation.state))
    return [
        _notice(world, about, template, row.key.id, not_before)
        for row in staff(world, organisation.key.id)
        if row.summary["active"] and _holds(row, wanted, unit)
    ]


def for_complainant(world: World, about: Record[Any], template: str) -> Change[Notice]:
    """A notice for the complainant of `about`, delivered at once: she waits for it."""
    return _notice(world, about, template, None, world.clock.now())


def staff(world: World, org: str) -> list[Row]:
    """All people of the organisation, by username."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        page = world.records.list(Person, org, "ALL", limit=200, cursor=cursor)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return rows


def _holds(row: Row, wanted: set[Role], unit: str) -> bool:
    grants: Any = row.summary["grants"]
    return any(g["role"] in wanted and (g["role"] not in UNIT_ROLES or g["unit"] == unit) for g in grants)


def _notice(
    world: World, about: Record[Any], template: str, person: str | None, not_before: Any
) -> Change[Notice]:
    now = world.clock.now()
    mark = f"{about.key.kind}#{about.key.id}#{about.version}#{template}#{person or ''}"
    id = hashlib.sha256(mark.encode()).hexdigest()[:24]
    return new(
        Key(about.key.org, Notice.kind, id),
        Notice(
            template=template,
            about_kind=about.key.kind,
            about_id=about.key.id,
            person=person,
            not_before=not_before,
            made_at=now,
            year=str(fiscal_year_of(bangkok_day(now))),
        ),
    )

"""The job that writes the search index: what changed since its last run, organisation by organisation.

It can be killed anywhere: a file is written whole or not at all, the position only once the files are
written, and what a run reads again it finds done. Two runs at once lose nothing: a file is written in the
place of the one that was read, and whoever comes second leaves the organisation to its next run.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice

import msgspec

from chalicelib.domain.complaint_index import MOST_INDEXED, Audience, Indexed, merged
from chalicelib.domain.record import Key
from chalicelib.services import complaint_index as index
from chalicelib.services import organisations
from chalicelib.services.complaint_index import Position
from chalicelib.services.nightly import LEAVE_AT, Remaining, Summary, tell_failure
from chalicelib.services.ports import StaleFileError
from chalicelib.services.world import World


def run(world: World, remaining: Remaining) -> Summary:
    """Bring the index of every organisation up to date; make those that are missing.

    `due` counts organisations with something to write. One that fails holds up no other: it is remembered as
    behind, like those that there was no time for, and comes first in the next run.
    """
    began = world.clock.now()
    position, tag = index.position(world)
    files = world.index_files.names()
    slugs = sorted((row.key.org for row in organisations.all_of_them(world)), key=_behind_first(position))
    lagging: dict[str, datetime | None] = {}
    checked = due = acted = failed = 0
    for org in slugs:
        if remaining() < LEAVE_AT:
            lagging[org] = position.of(org)
            continue
        checked += 1
        try:
            written = _bring_up_to_date(world, org, position.of(org), files)
            due += written
            acted += written
        except StaleFileError:
            due += 1
            lagging[org] = position.of(org)
        except Exception as error:  # one organisation must not hold up all others
            due += 1
            failed += 1
            lagging[org] = position.of(org)
            tell_failure(Key(org, "index", org), error)
    try:
        reached = Position(began, lagging)
        world.index_files.put(index.POSITION, msgspec.json.encode(reached), instead_of=tag)
    except StaleFileError:
        pass  # a run beside this one has said how far it came, which holds as well
    return Summary(checked, due, acted, failed, left=checked < len(slugs))


def _behind_first(position: Position) -> Callable[[str], tuple[bool, str]]:
    return lambda org: (org not in position.behind, org)


def _bring_up_to_date(world: World, org: str, since: datetime | None, files: frozenset[str]) -> bool:
    """Write the organisation's files where they lack something; whether there was any."""
    names = {audience: index.file_name(org, audience) for audience in Audience}
    missing = not files.issuperset(names.values())
    events: Mapping[str, int] = {}
    if since is not None:
        start = min(since, world.clock.now()) - index.OVERLAP
        events = index.changed(world, org, start)
        if not events and not missing:
            return False
    found = {audience: world.index_files.get(name) for audience, name in names.items()}
    known = {audience: index.from_file(file) if file else None for audience, file in found.items()}
    wanted: dict[str, None] = {}
    for complaints in known.values():
        of_all = complaints is None or since is None
        ids = index.all_of_them(world, org) if of_all else index.behind(events, complaints or {})
        wanted.update(dict.fromkeys(islice(ids, MOST_INDEXED)))
    fresh: dict[Audience, list[Indexed]] = {audience: [] for audience in Audience}
    for record in index.records(world, org, wanted):
        for audience, newer in fresh.items():
            newer.append(Indexed.of(record, audience))
    written = False
    for audience, complaints in known.items():
        together = merged(complaints or {}, fresh[audience])
        if together == complaints:
            continue
        file = found[audience]
        body = index.to_file(together.values())
        world.index_files.put(names[audience], body, instead_of=file.tag if file else "")
        written = True
    return written

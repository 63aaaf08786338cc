"""The index of an organisation's complaints: a file that a job writes, and what came since it was written.

The file holds what lists and searches ask for. The events of the last minutes, by the index of their day,
say which complaints changed since; those are read and take their places, so that what an officer just did
stands in the next list. The same is done for all complaints where there is no file.

A position says until when the job has looked, for each organisation. Events are looked for from a while
before it: one may come to stand in the index of its day only minutes after the instant that it bears.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

import msgspec
from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.complaint_index import Audience, Indexed, bounded, is_full, merged
from chalicelib.domain.record import Record
from chalicelib.services.ports import IndexFile
from chalicelib.services.world import World

POSITION = "position"
"""The file that says until when the job has looked."""

OVERLAP = timedelta(minutes=15)
"""An event may show so much later than its instant: a function that bears it runs for ten minutes at most."""

MOST_FRESH = 100
"""Complaints that one request reads beside the file: a call of DynamoDB gives so many."""

_A_BATCH = 100
"""Complaints that are read in one call."""

_MOST_DAYS = 2
"""Days whose events one request looks through."""

_MOST_WITHOUT_A_FILE = 1_000
"""Complaints that one request reads where there is no file yet."""

_EMPTY_YEARS = 6
"""After so many fiscal years without a complaint there are none before."""

_ONE_DAY = timedelta(days=1)

_MOST_KEPT = 8
"""Indexes that a function keeps in memory, a few megabytes each."""


class Position(Struct, frozen=True):
    """Until when each organisation's events are in its index; `behind` are those that lag, None from the
    first.

    Where nothing was ever indexed, `until` is None.
    """

    until: datetime | None = None
    behind: Mapping[str, datetime | None] = {}

    def of(self, org: str) -> datetime | None:
        return self.behind.get(org, self.until)


class Index(Struct, frozen=True):
    """The complaints of an organisation as one audience may see them.

    `is_whole`: nothing is known to be missing; else what changed last stands in it a few minutes later.
    """

    complaints: Mapping[str, Indexed]
    is_whole: bool


class _File(Struct):
    """The content of a file. One whose layout is another is no file of ours any more, and made anew."""

    layout: str
    complaints: list[Indexed]


_LAYOUT = " ".join(("1", *Indexed.__struct_fields__))
"""Its number is raised where what a field holds is made otherwise."""

_POSITION_LIVES = timedelta(seconds=60)
"""How long a function goes on with a position: an old one only makes it look at more events."""

_kept: dict[str, tuple[str, dict[str, Indexed]]] = {}
_position_read: list[tuple[datetime, Position]] = []


def read(world: World, org: str, audience: Audience) -> Index:
    """The index as it stands at this moment.

    Where it did not change since this function read it, that is one request for the file (and one a minute
    for the position), and of DynamoDB one query and, where something came since, one batch (a second query in
    the minutes after midnight).
    """
    until = _recent_position(world).of(org)
    known = _from_file(world, org, audience)
    if known is None or until is None:
        ids = list(islice(all_of_them(world, org), _MOST_WITHOUT_A_FILE + 1))
        fresh = records(world, org, ids[:_MOST_WITHOUT_A_FILE])
        found = merged(known or {}, (Indexed.of(record, audience) for record in fresh))
        return Index(found, len(ids) <= _MOST_WITHOUT_A_FILE)
    now = world.clock.now()
    start = min(until, now) - OVERLAP
    oldest = now - _MOST_DAYS * _ONE_DAY
    stale = behind(changed(world, org, max(start, oldest)), known)
    fresh = records(world, org, stale[-MOST_FRESH:])
    found = merged(known, (Indexed.of(record, audience) for record in fresh))
    _keep(file_name(org, audience), _kept[file_name(org, audience)][0], found)
    is_whole = len(stale) <= MOST_FRESH and start >= oldest and not is_full(known)
    return Index(found, is_whole)


def file_name(org: str, audience: Audience) -> str:
    return f"{org}/{audience}"


def changed(world: World, org: str, since: datetime) -> Mapping[str, int]:
    """The complaints that events tell of from an instant on, the newest last, with the event's number."""
    found: dict[str, int] = {}
    day, last = bangkok_day(since), bangkok_day(world.clock.now())
    while day <= last:
        for leaf in world.records.day(org, day, since=since):
            if leaf.key.kind == Complaint.kind:
                found[leaf.key.id] = max(leaf.seq, found.pop(leaf.key.id, 0))
        day += _ONE_DAY
    return found


def behind(events: Mapping[str, int], known: Mapping[str, Indexed]) -> list[str]:
    """Of which complaints the index lacks events."""
    return [id for id, seq in events.items() if id not in known or known[id].events < seq]


def all_of_them(world: World, org: str) -> Iterator[str]:
    """The ids of all complaints of an organisation, the newest first."""
    year, empty = fiscal_year_of(bangkok_day(world.clock.now())), 0
    while empty < _EMPTY_YEARS:
        cursor: str | None = None
        empty += 1
        while True:
            page = world.records.list(Complaint, org, str(year), limit=500, cursor=cursor, newest_first=True)
            for row in page.rows:
                empty = 0
                yield row.key.id
            cursor = page.next_cursor
            if cursor is None:
                break
        year -= 1


def records(world: World, org: str, ids: Iterable[str]) -> Iterator[Record[Complaint]]:
    """These complaints, a round trip a hundred."""
    rest = iter(ids)
    while batch := list(islice(rest, _A_BATCH)):
        for record, _ in world.records.pick(Complaint, org, dict.fromkeys(batch, 0)):
            yield record


def to_file(complaints: Iterable[Indexed]) -> bytes:
    content = _File(_LAYOUT, sorted(bounded(complaints), key=lambda c: c.id))
    return zlib.compress(msgspec.msgpack.encode(content), 1)


def from_file(file: IndexFile) -> dict[str, Indexed] | None:
    """The complaints of a file; None where it was written in another layout."""
    try:
        content = msgspec.msgpack.decode(zlib.decompress(file.body or b""), type=_File)
    except (zlib.error, msgspec.DecodeError):
        return None
    return {c.id: c for c in content.complaints} if content.layout == _LAYOUT else None


def forget() -> None:
    """Read all indexes anew (between tests)."""
    _kept.clear()
    _position_read.clear()


def position(world: World) -> tuple[Position, str]:
    """The position and the tag of its file."""
    file = world.index_files.get(POSITION)
    if file is None or file.body is None:
        return Position(), ""
    return msgspec.json.decode(file.body, type=Position), file.tag


def _recent_position(world: World) -> Position:
    now = world.clock.now()
    if _position_read and timedelta() <= now - _position_read[0][0] < _POSITION_LIVES:
        return _position_read[0][1]
    _position_read[:] = [(now, position(world)[0])]
    return _position_read[0][1]


def _from_file(world: World, org: str, audience: Audience) -> Mapping[str, Indexed] | None:
    name = file_name(org, audience)
    tag, complaints = _kept.get(name, ("", {}))
    file = world.index_files.get(name, known=tag)
    if file is None:
        _kept.pop(name, None)
        return None
    if file.body is None:
        return complaints
    found = from_file(file)
    if found is not None:
        _keep(name, file.tag, found)
    return found


def _keep(name: str, tag: str, complaints: dict[str, Indexed]) -> None:
    _kept.pop(name, None)
    while len(_kept) >= _MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[name] = (tag, complaints)

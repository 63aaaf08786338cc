"""The audit: publish each day's root, show the roots, and hand out what proves a record's history by them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain import merkle
from chalicelib.domain.audit import KEPT_LEAVES, Audit, Root
from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.complaint import CITIZEN
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import (
    ACTOR,
    SYSTEM,
    Change,
    Event,
    History,
    Json,
    Key,
    Record,
    State,
    new,
    proceed,
)
from chalicelib.domain.record import begin as begin_record
from chalicelib.services import organisations
from chalicelib.services.nightly import LEAVE_AT, Remaining, Summary, tell_failure, walk
from chalicelib.services.ports import (
    InvalidCursorError,
    NoSuchRecordError,
    Page,
    RecordExistsError,
    Row,
)
from chalicelib.services.world import World

_DAYS_A_SAVE = 40
"""Two items a day; a transaction has a hundred at the most."""

_ONE_DAY = timedelta(days=1)


def begin(world: World, org: str, at: datetime) -> None:
    """Give each day its root from that of the instant on: that of the organisation's first event.

    Where the audit has begun, nothing changes.
    """
    fact = Audit.begin(bangkok_day(at), at=world.clock.now())
    try:
        world.records.save(begin_record(Audit, Key(org, Audit.kind, org), [fact], world.salt))
    except RecordExistsError:
        return


def night(world: World, remaining: Remaining) -> Summary:
    """Publish the root of each day that is over, of every organisation, nights that were missed too.

    An organisation that has no audit yet gets one, from its first event on.
    """
    total = _begin_missing(world, remaining)
    while True:
        behind = False

        def publish(record: Record[Audit]) -> Sequence[Change[State]]:
            nonlocal behind
            roots = _next_roots(world, record)
            if not roots:
                return ()
            change = proceed(record, [Audit.publish(root) for root in roots], world.salt)
            behind = behind or any(change.record.state.days_over(world.clock.now()))
            return (change, *(new(Key(record.key.org, Root.kind, r.day.isoformat()), r) for r in roots))

        done = walk(world, Audit, publish, remaining)
        total += done
        # Who is behind and could not be helped is not tried again and again in one run.
        if total.left or not (behind and done.acted):
            return total


def roots(
    world: World,
    org: str,
    *,
    first: date | None = None,
    last: date | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page:
    """The published roots of the days from `first` to `last`, the newest first. Raises InvalidCursorError."""
    audit = world.records.get(Audit, org, org)
    if audit is None:
        return Page((), None)
    published = audit.state
    oldest = max(first or date.min, published.first_day)
    newest = min(last or date.max, published.next_day - _ONE_DAY, _before(cursor))
    if newest < oldest:
        return Page((), None)
    start = max(oldest, newest - (limit - 1) * _ONE_DAY)
    shown = (start.isoformat(), newest.isoformat())
    years = range(fiscal_year_of(newest), fiscal_year_of(start) - 1, -1)
    rows = [row for year in years for row in _of_year(world, org, year) if shown[0] <= row.key.id <= shown[1]]
    return Page(tuple(rows), start.isoformat() if start > oldest else None)


def export(
    world: World, history: History[Any], *, is_shown: Callable[[Event], bool], words: Collection[str]
) -> dict[str, Json]:
    """A record's chain, for somebody outside to check by the script that the audit page offers.

    Events that are shown are in it with these private words; the others as hashes alone. No officer is
    named. Each event of a day whose root is published comes with its way to that root.
    """
    org = history.record.key.org
    return {
        "org": org,
        "count": history.record.events,
        "events": [_shown(event, words) if is_shown(event) else _hidden(event) for event in history.events],
        "proofs": list(_proofs(world, org, history.events)),
    }


def _shown(event: Event, words: Collection[str]) -> dict[str, Json]:
    outside = event.actor in {CITIZEN, SYSTEM}
    private = {
        name: {"salt": kept.salt, "value": kept.value}
        for name, kept in event.private.items()
        if name in words or (name == ACTOR and outside)
    }
    return {"body": event.body(), "private": private, "prev": event.prev, "hash": event.hash()}


def _hidden(event: Event) -> dict[str, Json]:
    return {"body_hash": event.body_hash(), "prev": event.prev, "hash": event.hash()}


def _proofs(world: World, org: str, events: Sequence[Event]) -> Iterator[dict[str, Json]]:
    """A proof for each event of a day whose root is published.

    That of an event which is not in the root (it was changed or put in later) leads nowhere, and so the
    script finds it.
    """
    for day in sorted({bangkok_day(event.at) for event in events}):
        root = world.records.get(Root, org, day.isoformat())
        if root is None:
            continue
        hashes = root.state.kept_hashes()
        if hashes is None:
            hashes = [leaf.hash for leaf in world.records.day(org, day)]
        leaves = [bytes.fromhex(hash) for hash in hashes]
        for event in events:
            if bangkok_day(event.at) == day:
                hash = event.hash()
                path = merkle.proof(leaves, hashes.index(hash)) if hash in hashes else []
                yield {
                    "seq": event.seq,
                    "day": day.isoformat(),
                    "path": [{"side": step.side, "hash": step.hash.hex()} for step in path],
                    "root": root.state.root,
                }


def _begin_missing(world: World, remaining: Remaining) -> Summary:
    audited = {row.key.org for row in _audits(world)}
    missing = [row.key.org for row in organisations.all_of_them(world) if row.key.org not in audited]
    acted = failed = 0
    for org in missing:
        if remaining() < LEAVE_AT:
            return Summary(acted + failed, len(missing), acted, failed, left=True)
        try:
            history = world.records.history(Organisation, org, org)
            if history is None:
                raise NoSuchRecordError
            begin(world, org, history.events[0].at)
            acted += 1
        except Exception as error:  # one organisation must not hold up the roots of all others
            failed += 1
            tell_failure(Key(org, Organisation.kind, org), error)
    return Summary(len(missing), len(missing), acted, failed)


def _audits(world: World) -> Iterator[Row]:
    cursor: str | None = None
    while True:
        page = world.records.list(Audit, "", "ALL", limit=200, cursor=cursor)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _next_roots(world: World, record: Record[Audit]) -> tuple[Root, ...]:
    """The roots that one transaction publishes: no more days, and no more leaves, than it can hold."""
    now = world.clock.now()
    days: list[list[str]] = []
    leaves = 0
    for day in record.state.days_over(now):
        hashes = [leaf.hash for leaf in world.records.day(record.key.org, day)]
        leaves += len(hashes)
        if days and (len(days) == _DAYS_A_SAVE or leaves > KEPT_LEAVES):
            break
        days.append(hashes)
    return record.state.next_roots(days, at=now)


def _before(cursor: str | None) -> date:
    if cursor is None:
        return date.max
    try:
        return date.fromisoformat(cursor) - _ONE_DAY
    except (ValueError, OverflowError) as error:
        raise InvalidCursorError from error


def _of_year(world: World, org: str, year: int) -> Iterator[Row]:
    cursor: str | None = None
    while True:
        page = world.records.list(Root, org, str(year), limit=200, cursor=cursor, newest_first=True)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return

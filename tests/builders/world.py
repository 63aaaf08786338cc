"""The ports, kept in memory: what the services need of the world, without AWS."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.adapters.holidays import ThaiHolidays
from chalicelib.adapters.sealing import AgeSealing
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.record import Change, Event, History, Key, Record, State, instant
from chalicelib.services.ports import (
    Claim,
    ClaimTakenError,
    Failures,
    HalfSignIn,
    IndexFile,
    InvalidCursorError,
    Leaf,
    Letter,
    Page,
    RecordExistsError,
    Row,
    Session,
    StaleFileError,
    StaleRecordError,
)
from chalicelib.services.world import World
from chalicelib.web.documents.writer import DocumentWriter
from tests.builders.file_store import MemoryFiles, MemoryIntake, TellingCleaner, WaitingDarkroom


@dataclass
class MovableClock:
    """A clock that stands where a test puts it."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class CountedChance:
    """Bytes that differ from call to call and are the same in each run."""

    calls: int = 0

    def bytes(self, n: int) -> bytes:
        self.calls += 1
        return self.calls.to_bytes(n, "big")


@dataclass
class MemoryRecords:
    """The port `Records`. States go through their stored form, so that one that can't be stored fails."""

    records: dict[Key, Record[Any]] = field(default_factory=dict)
    events: dict[Key, dict[int, Event]] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)

    def get(self, cls: type[Any], org: str, id: str) -> Record[Any] | None:
        return self.records.get(Key(org, cls.kind, id))

    def history(self, cls: type[Any], org: str, id: str) -> History[Any] | None:
        key = Key(org, cls.kind, id)
        if key not in self.records:
            return None
        events = self.events.get(key, {})
        return History(self.records[key], tuple(events[seq] for seq in sorted(events)))

    def save(self, *changes: Change[State], claim: Claim | None = None) -> None:
        if claim and claim.key in self.claims:
            raise ClaimTakenError(self.claims[claim.key].fingerprint)
        for change in changes:
            standing = self.records.get(change.record.key)
            if change.expected_version == 0 and standing:
                raise RecordExistsError(standing)
            if change.expected_version and (not standing or standing.version != change.expected_version):
                assert standing is not None
                raise StaleRecordError(standing)
        if claim:
            self.claims[claim.key] = claim
        for change in changes:
            state = change.record.state
            stored = msgspec.json.decode(msgspec.json.encode(state), type=type(state))
            self.records[change.record.key] = replace(change.record, state=stored)
            for event in (*change.events, *change.rewritten):
                self.events.setdefault(change.record.key, {})[event.seq] = event

    def list(
        self,
        cls: type[State],
        org: str,
        year: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        found = [
            (place.order, record)
            for record, place in self._placed(cls)
            if place.order is not None
            and place.year == year
            and (cls.listed_over_all or record.key.org == org)
        ]
        found.sort(key=lambda pair: (pair[0], pair[1].key.id), reverse=newest_first)
        return _page([record for _, record in found], limit, cursor)

    def topic(
        self, cls: type[State], org: str, topic: str, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[Row]:
        found = [
            (place.order, record)
            for record, place in self._placed(cls)
            if place.topic == topic and record.key.org == org
            if place.order is not None and instant(since) <= place.order <= instant(until)
        ]
        found.sort(key=lambda pair: (pair[0], pair[1].key.id), reverse=True)
        return _page([record for _, record in found], limit, None).rows

    def pick(
        self, cls: type[Any], org: str, wanted: Mapping[str, int]
    ) -> Sequence[tuple[Record[Any], Event | None]]:
        keys = {Key(org, cls.kind, id): seq for id, seq in wanted.items()}
        return [
            (self.records[key], self.events.get(key, {}).get(seq))
            for key, seq in keys.items()
            if key in self.records
        ]

    def queue(
        self,
        cls: type[State],
        org: str,
        unit: str,
        *,
        limit: int,
        cursor: str | None = None,
        after: tuple[str, str] | None = None,
    ) -> Page:
        found = [
            (place.queue_order, record)
            for record, place in self._placed(cls)
            if place.queue == unit and record.key.org == org
            if after is None or (place.queue_order, record.key.id) > after
        ]
        found.sort(key=lambda pair: (pair[0], pair[1].key.id))
        return _page([record for _, record in found], limit, cursor)

    def due(self, cls: type[State], until: datetime) -> Iterator[Key]:
        found = [
            (instant(place.due_at), record.key)
            for record, place in self._placed(cls)
            if place.due_at and place.due_at <= until
        ]
        yield from [key for _, key in sorted(found, key=lambda pair: (pair[0], pair[1].id))]

    def day(self, org: str, day: date, *, since: datetime | None = None) -> Sequence[Leaf]:
        found = [
            (instant(event.at), event.key.kind, event.key.id, event.seq, event)
            for events in self.events.values()
            for event in events.values()
            if event.key.org == org and bangkok_day(event.at) == day
            if since is None or instant(event.at) >= instant(since)
        ]
        return [Leaf(e.key, e.seq, e.hash()) for *_, e in sorted(found, key=lambda item: item[:4])]

    def _placed(self, cls: type[State]) -> Iterator[tuple[Record[Any], Any]]:
        for key, record in list(self.records.items()):
            if key.kind == cls.kind:
                yield record, record.state.place(key)


def _page(records: Sequence[Record[Any]], limit: int, cursor: str | None) -> Page:
    if cursor is not None and not cursor.isdigit():
        raise InvalidCursorError
    start = int(cursor or 0)
    shown = records[start : start + limit]
    rows = tuple(
        Row(r.key, r.version, json.loads(msgspec.json.encode(r.state.place(r.key).summary))) for r in shown
    )
    more = start + limit < len(records)
    return Page(rows, str(start + limit) if more else None)


@dataclass
class MemoryPlans:
    """The port `Plans`."""

    parts: dict[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    def put(self, org: str, version: str, parts: Sequence[str]) -> None:
        self.parts[org, version] = tuple(parts)

    def get(self, org: str, version: str) -> Sequence[str]:
        return self.parts.get((org, version), ())


@dataclass
class MemoryIndexFiles:
    """The port `IndexFiles`."""

    files: dict[str, bytes] = field(default_factory=dict)

    def names(self) -> frozenset[str]:
        return frozenset(self.files)

    def get(self, name: str, *, known: str = "") -> IndexFile | None:
        if name not in self.files:
            return None
        tag = self._tag(name)
        return IndexFile(tag, None if tag == known else self.files[name])

    def put(self, name: str, body: bytes, *, instead_of: str) -> None:
        if self._tag(name) != instead_of:
            raise StaleFileError
        self.files[name] = body

    def _tag(self, name: str) -> str:
        return hashlib.sha256(self.files[name]).hexdigest() if name in self.files else ""


@dataclass
class MemoryShortMemory:
    """The port `ShortMemory`."""

    records: "MemoryRecords"
    counts: dict[str, int] = field(default_factory=dict)
    salts: dict[date, bytes] = field(default_factory=dict)

    def count(self, key: str, *, lives: timedelta, now: datetime) -> int:
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def claimed(self, key: str) -> str | None:
        claim = self.records.claims.get(key)
        return claim.fingerprint if claim else None

    def salt_of(self, day: date, new: bytes) -> bytes:
        return self.salts.setdefault(day, new)


@dataclass
class MemorySessions:
    """The port `Sessions`."""

    sessions: dict[str, tuple[Session, datetime]] = field(default_factory=dict)
    halves: dict[str, tuple[HalfSignIn, datetime]] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    failed: dict[str, tuple[Failures, datetime]] = field(default_factory=dict)

    def begin(self, token: str, session: Session, *, expires: datetime) -> None:
        self.sessions[token] = (session, expires)

    def find(self, token: str, *, now: datetime) -> Session | None:
        session, expires = self.sessions.get(token, (None, now))
        return session if session and expires > now else None

    def see(self, token: str, *, seen: datetime, expires: datetime) -> None:
        if token in self.sessions:
            self.sessions[token] = (replace(self.sessions[token][0], seen=seen), expires)

    def end(self, token: str) -> None:
        self.sessions.pop(token, None)
        self.halves.pop(token, None)

    def begin_half(self, token: str, half: HalfSignIn, *, expires: datetime) -> None:
        self.halves[token] = (half, expires)

    def find_half(self, token: str, *, now: datetime) -> HalfSignIn | None:
        half, expires = self.halves.get(token, (None, now))
        return half if half and expires > now else None

    def use_code(self, username: str, code: str, *, expires: datetime) -> bool:
        if (username, code) in self.used:
            return False
        self.used.add((username, code))
        return True

    def failures(self, key: str, *, now: datetime) -> Failures:
        failures, expires = self.failed.get(key, (Failures(), now))
        return failures if expires > now else Failures()

    def put_failures(
        self, key: str, failures: Failures, *, after: Failures, now: datetime, expires: datetime
    ) -> bool:
        if self.failures(key, now=now) != after:
            return False
        self.failed[key] = (failures, expires)
        return True

    def clear(self, key: str) -> None:
        self.failed.pop(key, None)


@dataclass
class MemoryDocuments:
    """The port `Documents`: content and media type by path."""

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def put(self, path: str, content: bytes, media: str) -> None:
        self.files[path] = (content, media)

    def link(self, path: str, name: str) -> str:
        return f"https://files.example/{path}?as={name}"


@dataclass
class MemoryBell:
    """The port `Bell`: the orders that the job was told of."""

    rung: list[Key] = field(default_factory=list)

    def ring(self, order: Key) -> None:
        self.rung.append(order)


@dataclass
class MemoryMail:
    """The port `Mail`: what was sent, as (message id, to, subject, text). `broken` makes it fail."""

    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    broken: Exception | None = None

    def send(self, message_id: str, to: str, subject: str, text: str) -> None:
        if self.broken:
            raise self.broken
        self.sent.append((message_id, to, subject, text))


class BareLetters:
    """The port `Letters`: the template's name, the language and the names of what it was told."""

    def write(self, template: str, lang: str, organisation: Record[Any], **facts: Any) -> Letter:
        return Letter(f"{template} {lang}", " ".join(sorted(facts)))


class FixedKeys:
    """The port `Keys`: a key that follows from the purpose."""

    def key(self, purpose: str) -> bytes:
        return purpose.encode().ljust(32, b".")[:32]


def memory_world(now: datetime, **other: Any) -> World:
    """A world in memory whose clock stands at `now`; `other` puts ports of a test's own in their place."""
    records = MemoryRecords()
    ports: Mapping[str, Any] = {
        "records": records,
        "tips": MemoryRecords(),
        "sealing": AgeSealing(),
        "plans": MemoryPlans(),
        "index_files": MemoryIndexFiles(),
        "memory": MemoryShortMemory(records),
        "sessions": MemorySessions(),
        "identity": None,
        "mail": MemoryMail(),
        "letters": BareLetters(),
        "intake": MemoryIntake(),
        "files": MemoryFiles(),
        "cleaner": TellingCleaner(),
        "darkroom": WaitingDarkroom(),
        "documents": MemoryDocuments(),
        "bell": MemoryBell(),
        "writer": DocumentWriter(),
        "keys": FixedKeys(),
        "holidays": ThaiHolidays(),
        "clock": MovableClock(now),
        "chance": CountedChance(),
        "site_url": "https://sucharit.example",
    }
    return World(**{**ports, **other})

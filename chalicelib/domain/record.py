"""The one shape of everything that lives: a current state and the ordered, chained events that led to it.

A verb of an aggregate yields `Fact`s. `begin` and `proceed` give them their places in the record's chain
and fold them into the state; a store saves the resulting `Change` whole or not at all.

Each event names the SHA-256 of the event before it, so that none can be changed, dropped or swapped
unseen. Personal data and free text enter an event only as a salted commitment; the words and the salt
stand beside it and can be erased while the chain still holds.
"""

import hashlib
import json
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import ClassVar, Generic, Self, TypeAlias, TypeVar, Union

from msgspec import Struct, StructMeta
from msgspec.structs import replace

Json: TypeAlias = Union[str, int, bool, None, Sequence["Json"], Mapping[str, "Json"]]
Salt: TypeAlias = Callable[[], bytes]

GENESIS = "0" * 64
"""What the first event of a record names as the hash of the one before."""

ACTOR = "actor"
"""The private field that every event has: who did it."""

SALT_BYTES = 16
"""Of each commitment's salt."""

SYSTEM = "system"
"""The actor of what no person did: the night, an import."""


class Key(Struct, frozen=True):
    """Which record: the organisation's slug, the kind of record, the id within both."""

    org: str
    kind: str
    id: str


class Fact(Struct, frozen=True, kw_only=True):
    """Something that happened, not yet in a chain.

    `data` is kept for good and in clear; `private` holds personal data and free text. The actor is
    committed to like private text, so that a chain can be shown without naming an officer.
    `erases` names the private fields whose words this fact takes out of all earlier events.
    """

    kind: str
    actor: str
    at: datetime
    data: Mapping[str, Json] = {}
    private: Mapping[str, str] = {}
    erases: tuple[str, ...] = ()


class Words(Struct, frozen=True):
    """Private text beside its event, with the salt (hex) that its commitment was made with."""

    salt: str
    value: str

    def commitment(self) -> str:
        return hashlib.sha256(bytes.fromhex(self.salt) + self.value.encode()).hexdigest()

    def fit(self, commitment: str | None) -> bool:
        """Whether these are the words that were committed to. The salt's length is part of it, or words could
        lose their beginning to the salt and still fit."""
        return len(bytes.fromhex(self.salt)) == SALT_BYTES and self.commitment() == commitment


class Event(Struct, frozen=True, kw_only=True, dict=True):
    """A fact at its place in a record's chain. `private` lacks what was erased; `commitments` never do."""

    key: Key
    seq: int
    at: datetime
    kind: str
    data: Mapping[str, Json]
    commitments: Mapping[str, str]
    private: Mapping[str, Words]
    prev: str

    def body(self) -> dict[str, Json]:
        """What the hash covers besides the link: all of the event but the private words."""
        return {
            "org": self.key.org,
            "record": self.key.kind,
            "id": self.key.id,
            "seq": self.seq,
            "at": instant(self.at),
            "kind": self.kind,
            "data": self.data,
            "commitments": self.commitments,
        }

    def body_hash(self) -> str:
        return sha256_json(self.body())

    def hash(self) -> str:
        """SHA-256 over the link and the body's hash, so that an internal event can show as hashes alone."""
        return self._hash

    @cached_property
    def _hash(self) -> str:
        # The next event, the record and the store ask for it, each when an event is saved.
        return sha256_json({"body": self.body_hash(), "prev": self.prev})

    @property
    def actor(self) -> str:
        """Who did it: an officer's id, `citizen` or `system`."""
        return self.text(ACTOR)

    def text(self, name: str) -> str:
        """A private field's words; empty where there are none or they were erased."""
        words = self.private.get(name)
        return words.value if words else ""

    def without(self, names: Iterable[str]) -> "Event":
        """The same event, the same hash, the words of these private fields gone."""
        gone = set(names)
        return replace(self, private={n: w for n, w in self.private.items() if n not in gone})


class Place(Struct, frozen=True, kw_only=True):
    """Where the indexes keep a record: by kind and year, by topic, by the instant of its next act, in a
    unit's queue.

    `summary` is what a list shows without reading the record. A record without `order` stands in no list, nor
    under its topic.
    """

    order: str | None = None
    year: str = "ALL"
    topic: str | None = None
    summary: Mapping[str, Json] = {}
    due_at: datetime | None = None
    queue: str | None = None
    queue_order: str = ""


class _AbstractStruct(StructMeta, ABCMeta):
    """What lets a struct have abstract methods."""


class State(Struct, frozen=True, metaclass=_AbstractStruct):
    """The current state of a record of one kind; immutable."""

    kind: ClassVar[str]
    listed_over_all: ClassVar[bool] = False
    """Whether lists of this kind run over all organisations (that of the organisations themselves)."""

    @abstractmethod
    def place(self, key: Key) -> Place:
        """Where the indexes keep this state."""


class Eventful(State, frozen=True):
    """A state that is folded from events."""

    @classmethod
    @abstractmethod
    def first(cls, event: Event) -> Self:
        """The state that a record's first event makes."""

    @abstractmethod
    def after(self, event: Event) -> Self:
        """The state once this event happened too. Total: it never refuses what was saved."""


S = TypeVar("S", bound=State, covariant=True)
T = TypeVar("T", bound=State)
E = TypeVar("E", bound=Eventful)


class Record(Struct, Generic[S], frozen=True):
    """A state with its version (how many times it was saved) and the hash of its newest event."""

    key: Key
    version: int
    head: str
    events: int
    state: S


class Change(Struct, Generic[S], frozen=True):
    """What one save writes: the record as it will be, its new events, earlier ones with words erased."""

    record: Record[S]
    events: tuple[Event, ...] = ()
    rewritten: tuple[Event, ...] = ()

    @property
    def expected_version(self) -> int:
        """The version that must still stand when this is saved; 0 where there must be no such record."""
        return self.record.version - 1


class History(Struct, Generic[S], frozen=True):
    """A record with all of its events, oldest first."""

    record: Record[S]
    events: tuple[Event, ...]


def begin(cls: type[E], key: Key, facts: Sequence[Fact], salt: Salt) -> Change[E]:
    """A new record out of its first facts."""
    events = _chain(key, 0, GENESIS, facts, salt)
    state = cls.first(events[0])
    for event in events[1:]:
        state = state.after(event)
    return Change(Record(key, 1, events[-1].hash(), len(events), state), events)


def proceed(record: Record[E], facts: Sequence[Fact], salt: Salt, earlier: Sequence[Event] = ()) -> Change[E]:
    """The change that these facts make. `earlier`, all events so far, is needed where a fact erases."""
    events = _chain(record.key, record.events, record.head, facts, salt)
    state = record.state
    for event in events:
        state = state.after(event)
    erased = {name for fact in facts for name in fact.erases}
    rewritten = tuple(e.without(erased) for e in earlier if erased & e.private.keys())
    return Change(
        Record(record.key, record.version + 1, events[-1].hash(), record.events + len(events), state),
        events,
        rewritten,
    )


def new(key: Key, state: T) -> Change[T]:
    """A new record of a kind that keeps no events (a notice, a code's hash)."""
    return Change(Record(key, 1, GENESIS, 0, state))


def replaced(record: Record[T], state: T) -> Change[T]:
    """The next state of a record of a kind that keeps no events."""
    return Change(replace(record, version=record.version + 1, state=state))


def fold(cls: type[E], events: Sequence[Event]) -> E:
    """The state that these events led to."""
    state = cls.first(events[0])
    for event in events[1:]:
        state = state.after(event)
    return state


def broken_at(events: Sequence[Event]) -> int | None:
    """The sequence number of the first event that does not fit its chain, None where all do."""
    prev = GENESIS
    for seq, event in enumerate(events, start=1):
        words_fit = all(w.fit(event.commitments.get(n)) for n, w in event.private.items())
        if event.seq != seq or event.prev != prev or not words_fit:
            return seq
        prev = event.hash()
    return None


def instant(at: datetime) -> str:
    """An instant as text that sorts by time: UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sha256_json(value: Json) -> str:
    """SHA-256 (hex) of the value's canonical JSON: UTF-8, sorted keys, no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _chain(key: Key, seq: int, prev: str, facts: Sequence[Fact], salt: Salt) -> tuple[Event, ...]:
    events: list[Event] = []
    for number, fact in enumerate(facts, start=seq + 1):
        told = {ACTOR: fact.actor, **fact.private}
        private = {name: Words(salt().hex(), value) for name, value in told.items()}
        event = Event(
            key=key,
            seq=number,
            at=_milliseconds(fact.at),
            kind=fact.kind,
            data=fact.data,
            commitments={name: words.commitment() for name, words in private.items()},
            private=private,
            prev=prev,
        )
        prev = event.hash()
        events.append(event)
    return tuple(events)


def _milliseconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)

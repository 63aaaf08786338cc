"""What the use cases need of the world, in the domain's words. Adapters implement it, `wiring` joins them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from chalicelib.domain.errors import DomainError
from chalicelib.domain.record import Change, History, Json, Key, Record, State

S = TypeVar("S", bound=State)


class StaleRecordError(DomainError):
    """Somebody else saved first. `newer` is the record as it stands now."""

    def __init__(self, newer: Record[State]) -> None:
        super().__init__(f"{newer.key} is at version {newer.version} by now")
        self.newer = newer


class RecordExistsError(DomainError):
    """A record that was to be new is there already. `existing` is what stands there."""

    def __init__(self, existing: Record[State]) -> None:
        super().__init__(f"{existing.key} exists")
        self.existing = existing


class ClaimTakenError(DomainError):
    """The claim's key was used before; `fingerprint` is what it was used for."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__("the key was used before")
        self.fingerprint = fingerprint


class NoSuchRecordError(DomainError):
    """There is no such record in this organisation."""


class InvalidCursorError(DomainError):
    """The cursor did not come from this list."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that one save may use once until it expires, and the fingerprint of what it was used for."""

    key: str
    fingerprint: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list: its key, version and summary, without the record itself."""

    key: Key
    version: int
    summary: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list and the cursor of the next ones, None at the end."""

    rows: tuple[Row, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event in the index of a day: whose it is and its hash (hex)."""

    key: Key
    seq: int
    hash: str


class Records(Protocol):
    """The records of all organisations. Every call names the organisation whose records it may see."""

    def get(self, cls: type[S], org: str, id: str) -> Record[S] | None:
        """The record as it stands, None where there is none. One round trip, strongly consistent."""

    def history(self, cls: type[S], org: str, id: str) -> History[S] | None:
        """The record and all its events, None where there is none. One round trip a megabyte."""

    def save(self, *changes: Change[State], claim: Claim | None = None) -> None:
        """All of the changes and the claim, or none of them, in one round trip.

        Raises StaleRecordError, RecordExistsError or ClaimTakenError, and has then written nothing.
        """

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
        """Records of a kind and year ("ALL" where it has none), in order. Raises InvalidCursorError."""

    def queue(self, cls: type[State], org: str, unit: str, *, limit: int, cursor: str | None = None) -> Page:
        """Open records of a unit, the most urgent first. Raises InvalidCursorError."""

    def due(self, cls: type[State], until: datetime) -> Iterator[Key]:
        """Every record of the kind, of any organisation, that must be acted on at or before the instant."""

    def day(self, org: str, day: date) -> Sequence[Leaf]:
        """The organisation's events of a Bangkok day, in the order that the day's root is made in."""


class Clock(Protocol):
    """The time that it is."""

    def now(self) -> datetime:
        """The present instant, aware."""


class Chance(Protocol):
    """Randomness from a cryptographic source."""

    def bytes(self, n: int) -> bytes:
        """n random bytes."""

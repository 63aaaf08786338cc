"""The audit of an organisation: the Merkle root of each of its days, published once and one after another.

A root covers every event of the day. The event that publishes a root is of the day after, and so is covered
by that one's: who holds a newer root holds all older ones fast.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from msgspec.structs import replace

from chalicelib.domain import merkle
from chalicelib.domain.calendar import bangkok_day, fiscal_year_of, start_of_day
from chalicelib.domain.record import GENESIS, SYSTEM, Event, Eventful, Fact, Key, Place, State, instant

SETTLED_AFTER = timedelta(minutes=30)
"""How long after its end a day's events are all saved: a request takes half a minute at the most."""

KEPT_LEAVES = 5_000
"""Up to how many leaves a root is kept together with them: an item holds 400 KB."""

_ONE_DAY = timedelta(days=1)


class Root(State, frozen=True, kw_only=True):
    """A published root. The record's id is the day in ISO 8601."""

    kind: ClassVar[str] = "root"

    day: date
    root: str
    """Hex. Of a day without events it is the hash of nothing."""
    leaves: int
    previous: str
    """The root of the day before; 64 zeros where this is the first."""
    published_at: datetime
    hashes: str = ""
    """The leaves in their order, 64 digits each; empty where they are too many to be kept here."""

    @classmethod
    def over(cls, hashes: Sequence[str], *, day: date, previous: str, at: datetime) -> Self:
        """The root over the hashes of a day's events."""
        return cls(
            day=day,
            root=merkle.root([bytes.fromhex(hash) for hash in hashes]).hex(),
            leaves=len(hashes),
            previous=previous,
            published_at=at,
            hashes="".join(hashes) if len(hashes) <= KEPT_LEAVES else "",
        )

    def kept_hashes(self) -> list[str] | None:
        """The leaves, None where they were too many."""
        if len(self.hashes) != 64 * self.leaves:
            return None
        return [self.hashes[start : start + 64] for start in range(0, len(self.hashes), 64)]

    def place(self, key: Key) -> Place:
        return Place(
            order=self.day.isoformat(),
            year=str(fiscal_year_of(self.day)),
            summary={
                "day": self.day.isoformat(),
                "root": self.root,
                "leaves": self.leaves,
                "previous": self.previous,
                "published_at": instant(self.published_at),
            },
        )


class Audit(Eventful, frozen=True, kw_only=True):
    """How far an organisation's roots are published. The record's id is the organisation's slug."""

    kind: ClassVar[str] = "audit"
    listed_over_all: ClassVar[bool] = True

    first_day: date
    next_day: date
    """The day whose root is published next; all before have theirs."""
    newest_root: str = GENESIS

    @classmethod
    def begin(cls, first_day: date, *, at: datetime) -> Fact:
        """From this day on each day gets its root."""
        return Fact(kind="begun", actor=SYSTEM, at=at, data={"first_day": first_day.isoformat()})

    def days_over(self, now: datetime) -> Iterator[date]:
        """The days that want their root by now, the oldest first: several where nights were missed."""
        day = self.next_day
        while day < bangkok_day(now - SETTLED_AFTER):
            yield day
            day += _ONE_DAY

    def next_roots(self, days: Iterable[Sequence[str]], *, at: datetime) -> tuple[Root, ...]:
        """The roots of the next days, given the hashes of each one's events."""
        roots: list[Root] = []
        day, previous = self.next_day, self.newest_root
        for hashes in days:
            roots.append(Root.over(hashes, day=day, previous=previous, at=at))
            day, previous = day + _ONE_DAY, roots[-1].root
        return tuple(roots)

    @staticmethod
    def publish(root: Root) -> Fact:
        """A root is published; one after the other, without a gap."""
        return Fact(
            kind="root_published",
            actor=SYSTEM,
            at=root.published_at,
            data={
                "day": root.day.isoformat(),
                "root": root.root,
                "leaves": root.leaves,
                "previous": root.previous,
            },
        )

    @classmethod
    def first(cls, event: Event) -> Self:
        day = date.fromisoformat(str(event.data["first_day"]))
        return cls(first_day=day, next_day=day)

    def after(self, event: Event) -> Self:
        if event.kind != "root_published":
            return self
        day = date.fromisoformat(str(event.data["day"]))
        return replace(self, next_day=day + _ONE_DAY, newest_root=str(event.data["root"]))

    def place(self, key: Key) -> Place:
        return Place(order=key.org, due_at=start_of_day(self.next_day, 1) + SETTLED_AFTER)

"""An order for documents that a job makes: the files of a report, an export of a list.

An order is taken by one run of the job at a time, for no longer than a run can live; it is made part by part,
and what a run that died left, the next one goes on with. So two messages about an order make one file.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self

from msgspec.structs import replace

from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.record import SYSTEM, Event, Eventful, Fact, Json, Key, Place, instant

TAKEN_FOR = timedelta(minutes=6)
"""Longer than the function that makes documents may run: after it, a run that took an order is dead."""

TRY_AGAIN_AFTER = timedelta(minutes=2)
MOST_TRIES = 3

EXPORT_KEPT = timedelta(days=3)
"""How long an export can be fetched. The bucket's rule deletes the file some days later."""


class Purpose(StrEnum):
    """What is ordered."""

    REPORT = "report"
    EXPORT = "export"


class OrderStatus(StrEnum):
    ORDERED = "ordered"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class DocumentOrder(Eventful, frozen=True, kw_only=True):
    """An order as it stands. `about` says what of: a report's id, an export's filter."""

    kind: ClassVar[str] = "document_order"

    purpose: Purpose
    about: Mapping[str, Any]
    text: str
    """What an export was searched by: words that somebody typed."""
    by: str
    """The user name of who ordered it."""
    parts: tuple[str, ...]
    """The files to make, in order: pdf, docx, xlsx, csv."""
    ordered_at: datetime
    made: Mapping[str, int] = {}
    """The parts that are made, each with its bytes."""
    status: OrderStatus = OrderStatus.ORDERED
    next_at: datetime
    """When somebody must look at it: to make it, to see whether who took it died, to let it expire."""
    tries: int = 0
    reason: str = ""
    """Why it failed, as a code."""

    @classmethod
    def place_order(
        cls,
        purpose: Purpose,
        about: Mapping[str, Json],
        parts: Sequence[str],
        text: str,
        *,
        by: str,
        at: datetime,
    ) -> Fact:
        """Somebody wants these documents."""
        return Fact(
            kind="ordered",
            actor=by,
            at=at,
            data={"purpose": str(purpose), "about": about, "parts": list(parts)},
            private={"by": by, **({"text": text} if text else {})},
        )

    def take(self, *, at: datetime) -> Fact:
        """A run of the job begins to make it.

        Raises IllegalMoveError where another one is at it, or nothing is to be made.
        """
        waits = self.status is OrderStatus.ORDERED or (
            self.status is OrderStatus.MAKING and self.next_at <= at
        )
        if not waits:
            raise IllegalMoveError("take", self.status)
        return Fact(kind="taken", actor=SYSTEM, at=at)

    def finish_part(self, part: str, size: int, *, at: datetime) -> Fact:
        """A file lies where it is fetched from."""
        return Fact(kind="part_made", actor=SYSTEM, at=at, data={"part": part, "size": size})

    def stumble(self, *, at: datetime) -> Fact:
        """A run could not go on: another one tries again, and after some tries nobody does."""
        if self.tries >= MOST_TRIES:
            return self.fail("unexpected", at=at)
        return Fact(kind="put_back", actor=SYSTEM, at=at)

    def fail(self, reason: str, *, at: datetime) -> Fact:
        """It can't be made; `reason` is a code."""
        return Fact(kind="failed", actor=SYSTEM, at=at, data={"reason": reason})

    def try_again(self, *, by: str, at: datetime) -> Fact:
        """Somebody wants it made after all. Raises IllegalMoveError unless it failed."""
        if self.status is not OrderStatus.FAILED:
            raise IllegalMoveError("try_again", self.status)
        return Fact(kind="tried_again", actor=by, at=at)

    def expire(self, *, at: datetime) -> Fact:
        """An export is kept no longer."""
        return Fact(kind="expired", actor=SYSTEM, at=at, erases=("text",))

    def fetch(self, part: str, *, by: str, at: datetime) -> Fact:
        """Who ordered an export takes one of its files. Raises IllegalMoveError where it is not there."""
        if self.status is not OrderStatus.READY or part not in self.made:
            raise IllegalMoveError("fetch", self.status)
        return Fact(kind="fetched", actor=by, at=at, data={"part": part})

    @property
    def left(self) -> tuple[str, ...]:
        """The parts that are still to be made."""
        return tuple(part for part in self.parts if part not in self.made)

    @property
    def is_under_way(self) -> bool:
        return self.status in (OrderStatus.ORDERED, OrderStatus.MAKING)

    @classmethod
    def first(cls, event: Event) -> Self:
        data: Any = event.data
        return cls(
            purpose=Purpose(data["purpose"]),
            about=data["about"],
            text=event.text("text"),
            by=event.text("by"),
            parts=tuple(data["parts"]),
            ordered_at=event.at,
            next_at=event.at,
        )

    def after(self, event: Event) -> Self:
        data: Any = event.data
        match event.kind:
            case "taken":
                return replace(
                    self, status=OrderStatus.MAKING, next_at=event.at + TAKEN_FOR, tries=self.tries + 1
                )
            case "part_made":
                made = {**self.made, data["part"]: data["size"]}
                if set(self.parts) <= made.keys():
                    kept_until = event.at + EXPORT_KEPT
                    return replace(self, made=made, status=OrderStatus.READY, next_at=kept_until)
                return replace(self, made=made)
            case "put_back":
                return replace(self, status=OrderStatus.ORDERED, next_at=event.at + TRY_AGAIN_AFTER)
            case "failed":
                return replace(self, status=OrderStatus.FAILED, reason=data["reason"])
            case "tried_again":
                return replace(self, status=OrderStatus.ORDERED, next_at=event.at, tries=0, reason="")
            case "expired":
                return replace(self, status=OrderStatus.EXPIRED, text="")
            case _:
                return self

    def place(self, key: Key) -> Place:
        """In the queue of who ordered an export for as long as it is of use."""
        is_listed = self.purpose is Purpose.EXPORT and self.status is not OrderStatus.EXPIRED
        is_due = self.is_under_way or (self.status is OrderStatus.READY and self.purpose is Purpose.EXPORT)
        return Place(
            summary={
                "status": str(self.status),
                "about": self.about,
                "parts": list(self.parts),
                "made": len(self.made),
                "ordered_at": instant(self.ordered_at),
            },
            due_at=self.next_at if is_due else None,
            queue=self.by if is_listed else None,
            queue_order=instant(self.ordered_at),
        )

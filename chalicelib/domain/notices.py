"""Notices: what is to be told to whom, not before when, and how often that was tried."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from msgspec.structs import replace

from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.record import Key, Place, State, instant

RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""How long after each failed attempt the next is made; after the last the notice has failed."""


FAILED_QUEUE = "failed"
"""The queue in which failed notices wait for somebody to look at them."""


class NoticeStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Notice(State, frozen=True, kw_only=True):
    """One message to one receiver about one event of one record.

    It holds no personal data: the receiver's address and the words are looked up when it is sent, so that
    what was erased meanwhile is not sent either.
    """

    kind: ClassVar[str] = "notice"

    template: str
    about_kind: str
    about_id: str
    event: int
    """Which of that record's events it tells of."""
    person: str | None
    """The officer who is told; None for the complainant."""
    of: str = ""
    """The complaint, merged into that one, whose complainant is told instead."""
    not_before: datetime
    made_at: datetime
    year: str
    status: NoticeStatus = NoticeStatus.WAITING
    attempts: int = 0
    next_attempt: datetime | None = None
    reason: str = ""
    """Why the newest attempt failed: a class of error, no address."""

    @property
    def keeps_office_hours(self) -> bool:
        """Whether it reaches its receiver while the office works: every officer, and a complainant whom the
        night has something to ask. News of her own complaint a complainant gets at once: she waits for it."""
        return self.person is not None or self.not_before > self.made_at

    def postponed(self, until: datetime) -> "Notice":
        """Its time came when nobody should be disturbed: the next attempt waits, and none is used up."""
        return replace(self, next_attempt=until)

    def sent(self) -> "Notice":
        return replace(
            self, status=NoticeStatus.SENT, attempts=self.attempts + 1, next_attempt=None, reason=""
        )

    def failed(self, reason: str, *, at: datetime) -> "Notice":
        """An attempt failed: another follows later, until none is left."""
        if self.attempts >= len(RETRY_AFTER):
            return replace(
                self,
                status=NoticeStatus.FAILED,
                attempts=self.attempts + 1,
                next_attempt=None,
                reason=reason,
            )
        wait = RETRY_AFTER[self.attempts]
        return replace(self, attempts=self.attempts + 1, next_attempt=at + wait, reason=reason)

    def undeliverable(self, reason: str) -> "Notice":
        """It can't be sent at all (no address any more); it is not tried again."""
        return replace(self, status=NoticeStatus.FAILED, next_attempt=None, reason=reason)

    def again(self, *, at: datetime) -> "Notice":
        """An officer asks for a failed notice to be tried anew. Raises IllegalMoveError for any other."""
        if self.status is not NoticeStatus.FAILED:
            raise IllegalMoveError("again", self.status)
        return replace(self, status=NoticeStatus.WAITING, attempts=0, next_attempt=at, reason="")

    def place(self, key: Key) -> Place:
        waiting = self.status is NoticeStatus.WAITING
        return Place(
            order=instant(self.made_at),
            year=self.year,
            summary={
                "template": self.template,
                "about_kind": self.about_kind,
                "about_id": self.about_id,
                "person": self.person,
                "status": str(self.status),
                "attempts": self.attempts,
                "reason": self.reason,
                "not_before": instant(self.not_before),
                "made_at": instant(self.made_at),
            },
            due_at=(self.next_attempt or self.not_before) if waiting else None,
            queue=FAILED_QUEUE if self.status is NoticeStatus.FAILED else None,
            queue_order=instant(self.made_at),
        )

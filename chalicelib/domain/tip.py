"""A report of corruption through the sealed channel (requirements P16, P17).

What the reporter wrote and all messages are ciphertext here. Readable are the organisation, the category, the
day it came, how it stands and the day of the next step; nothing else. Times are days: every event happened at
the beginning of its Bangkok day.

Who may open it stands in it as marks that mean nothing without the key of the tips' door. There is one for
each officer who has a key at all; for one who is kept from the tip it is a random one, so that a copy of the
table tells neither who may open a tip nor whether anybody may not.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from msgspec import Struct
from msgspec.structs import asdict, replace

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of, start_of_day
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.record import Event, Eventful, Fact, Key, Place
from chalicelib.domain.tip_rules import TipRules

REPORTER: Final = "reporter"
"""The actor of what the reporter does."""

MOST_WAITING: Final = 20
"""Messages that a reporter writes without an answer."""

_FORMS_KEPT: Final = 20
"""Of how many of the reporter's last forms it is known that they were sent."""


class TipStatus(StrEnum):
    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    FACT_FINDING = "fact_finding"
    CONCLUDED = "concluded"
    TRANSFERRED = "transferred"
    CLOSED = "closed"


class TipCategory(StrEnum):
    BRIBERY = "bribery"
    EMBEZZLEMENT = "embezzlement"
    PROCUREMENT = "procurement"
    ABUSE_OF_POWER = "abuse_of_power"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    PERSONNEL = "personnel"
    OTHER = "other"


UNDER_WAY = frozenset({TipStatus.RECEIVED, TipStatus.UNDER_REVIEW, TipStatus.FACT_FINDING})
"""In which somebody must act; in the others a reporter who adds something lets it begin anew."""

_AFTER: dict[TipStatus, frozenset[TipStatus]] = {
    TipStatus.RECEIVED: frozenset({TipStatus.UNDER_REVIEW}),
    TipStatus.UNDER_REVIEW: frozenset(
        {TipStatus.FACT_FINDING, TipStatus.CONCLUDED, TipStatus.TRANSFERRED, TipStatus.CLOSED}
    ),
    TipStatus.FACT_FINDING: frozenset({TipStatus.CONCLUDED, TipStatus.TRANSFERRED, TipStatus.CLOSED}),
    TipStatus.CONCLUDED: frozenset({TipStatus.CLOSED}),
    TipStatus.TRANSFERRED: frozenset({TipStatus.CLOSED}),
    TipStatus.CLOSED: frozenset(),
}
"""What an officer may make of it in each status. To be taken up is to be acknowledged."""

SHOWN: Final = frozenset({"filed", "moved", "reporter_wrote", "officer_wrote"})
"""The events that the reporter sees."""


class SealedReport(Struct, frozen=True, kw_only=True):
    """A report after it was sealed; all in base64 but the recipient and the marks."""

    recipient: str
    """The tip's own public key: messages and files are sealed to it."""
    secret: str
    """The tip's secret key, sealed to all who may open it."""
    content: str
    identity: str
    """Who the reporter is, sealed to pairs of custodians; as large where she did not say."""
    marks: tuple[str, ...]
    custodian_marks: tuple[tuple[str, str], ...]
    """Of each pair that the identity is sealed to."""


class Tip(Eventful, frozen=True, kw_only=True):
    """A tip as it stands. Its record's id follows from the receipt code."""

    kind: ClassVar[str] = "tip"

    category: TipCategory
    received_on: date
    rules: TipRules
    recipient: str
    secret: str
    marks: tuple[str, ...]
    custodian_marks: tuple[tuple[str, str], ...]
    status: TipStatus = TipStatus.RECEIVED
    counted_from: date
    """The day from which the time for the next step runs."""
    messages: int = 0
    unread: tuple[str, ...] = ()
    """Answers that the reporter has not seen, by their names."""
    read: tuple[str, ...] = ()
    """Those that she has seen and not erased."""
    waiting: int = 0
    """Messages of hers since the last answer."""
    forms: tuple[str, ...] = ()
    """Marks of the forms that she sent last."""

    @classmethod
    def file(cls, category: TipCategory, report: SealedReport, rules: TipRules, *, on: date) -> Fact:
        """A reporter sent a report."""
        return Fact(
            kind="filed",
            actor=REPORTER,
            at=start_of_day(on),
            data={
                "category": str(category),
                "rules": asdict(rules),
                "recipient": report.recipient,
                "marks": list(report.marks),
                "custodian_marks": [list(pair) for pair in report.custodian_marks],
            },
            private={"secret": report.secret, "content": report.content, "identity": report.identity},
        )

    def move(self, status: TipStatus, *, by: str, on: date) -> Fact:
        """An officer takes it a step on. Raises IllegalMoveError."""
        if status not in _AFTER[self.status]:
            raise IllegalMoveError(str(status), str(self.status))
        return Fact(kind="moved", actor=by, at=start_of_day(on), data={"status": str(status)})

    def write(self, sealed: str, form: str, *, on: date) -> Fact:
        """The reporter adds something; to a tip that nobody works on any more, so that it begins anew.

        `form` marks the form that it came by. Raises InvalidFieldError where many of hers wait.
        """
        if self.waiting >= MOST_WAITING:
            raise InvalidFieldError(message="too_many")
        name = self._next_name
        return Fact(
            kind="reporter_wrote",
            actor=REPORTER,
            at=start_of_day(on),
            data={"name": name, "form": form, "begins_anew": self.status not in UNDER_WAY},
            private={name: sealed},
        )

    def answer(self, sealed: str, *, by: str, on: date) -> Fact:
        """An officer writes to the reporter."""
        name = self._next_name
        return Fact(
            kind="officer_wrote", actor=by, at=start_of_day(on), data={"name": name}, private={name: sealed}
        )

    def see_answers(self, *, on: date) -> Fact | None:
        """The reporter has seen all answers; None where she had before."""
        if not self.unread:
            return None
        return Fact(
            kind="answers_seen", actor=REPORTER, at=start_of_day(on), data={"names": list(self.unread)}
        )

    def erase_answer(self, name: str, *, on: date) -> Fact:
        """The reporter lets an answer vanish that she has read. Raises InvalidFieldError for any other."""
        if name not in self.read:
            raise InvalidFieldError(answer="unknown")
        return Fact(
            kind="answer_erased", actor=REPORTER, at=start_of_day(on), data={"name": name}, erases=(name,)
        )

    @classmethod
    def first(cls, event: Event) -> Self:
        data: Any = event.data
        day = bangkok_day(event.at)
        return cls(
            category=TipCategory(data["category"]),
            received_on=day,
            rules=TipRules(**data["rules"]),
            recipient=data["recipient"],
            secret=event.text("secret"),
            marks=tuple(data["marks"]),
            custodian_marks=tuple((one, other) for one, other in data["custodian_marks"]),
            counted_from=day,
        )

    def after(self, event: Event) -> Self:
        data: Any = event.data
        match event.kind:
            case "moved":
                return replace(self, status=TipStatus(data["status"]))
            case "reporter_wrote":
                written = replace(
                    self,
                    messages=self.messages + 1,
                    waiting=self.waiting + 1,
                    forms=(*self.forms, data["form"])[-_FORMS_KEPT:],
                )
                if not data["begins_anew"]:
                    return written
                return replace(written, status=TipStatus.RECEIVED, counted_from=bangkok_day(event.at))
            case "officer_wrote":
                unread = (*self.unread, data["name"])
                return replace(self, messages=self.messages + 1, unread=unread, waiting=0)
            case "answers_seen":
                unread = tuple(name for name in self.unread if name not in data["names"])
                return replace(self, unread=unread, read=(*self.read, *data["names"]))
            case "answer_erased":
                return replace(self, read=tuple(name for name in self.read if name != data["name"]))
            case _:
                return self

    @property
    def next_step_on(self) -> date | None:
        """The day by which it is acknowledged or, once it is, answered; None where nobody need act."""
        if self.status not in UNDER_WAY:
            return None
        received = self.status is TipStatus.RECEIVED
        days = self.rules.acknowledge_days if received else self.rules.answer_days
        return self.counted_from + timedelta(days=days)

    def place(self, key: Key) -> Place:
        due_on = self.next_step_on
        return Place(
            order=self.received_on.isoformat(),
            year=str(fiscal_year_of(self.received_on)),
            summary={
                "category": str(self.category),
                "received_on": self.received_on.isoformat(),
                "status": str(self.status),
                "due_on": due_on.isoformat() if due_on else None,
                "marks": list(self.marks),
            },
            due_at=start_of_day(due_on, 1) if due_on else None,
        )

    @property
    def _next_name(self) -> str:
        return f"message_{self.messages + 1:03d}"

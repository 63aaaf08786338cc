"""The report on the complaints of a month, a half-year or a fiscal year (requirement P11.5).

An officer writes on problems, obstacles and remedies, and orders the documents; figures are counted as they
are made, and stay as they were. Who approves reports makes one public, or sends it back with a reason. A
later edition of the period stands for the earlier ones, which stay to be read.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.period_figures import PeriodFigures
from chalicelib.domain.periods import Period
from chalicelib.domain.record import SYSTEM, Event, Eventful, Fact, Json, Key, Place, instant

LONGEST_TEXT = 10_000
LONGEST_LINE = 200
LONGEST_REASON = 1_000
"""Characters."""

PARTS = ("pdf", "docx", "xlsx")
"""The documents of a report: to read, the official memo, the figures."""


class ReportStatus(StrEnum):
    DRAFT = "draft"
    ORDERED = "ordered"
    MADE = "made"
    """Its documents are made; it waits for approval."""
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class ReportText(Struct, frozen=True, kw_only=True):
    """What an officer writes; `number` and `addressee` stand at the head of the memo."""

    problems: str = ""
    obstacles: str = ""
    remedies: str = ""
    number: str = ""
    addressee: str = ""


MOST = {
    "problems": LONGEST_TEXT,
    "obstacles": LONGEST_TEXT,
    "remedies": LONGEST_TEXT,
    "number": LONGEST_LINE,
    "addressee": LONGEST_LINE,
}


class PeriodReport(Eventful, frozen=True, kw_only=True):
    """An edition of a period's report as it stands. Its id is the period and the edition: FY2569-H2.1."""

    kind: ClassVar[str] = "report"

    period: str
    edition: int
    text: ReportText = ReportText()
    status: ReportStatus = ReportStatus.DRAFT
    orders: int = 0
    """How often its documents were ordered; the last order's id ends with this number."""
    figures: PeriodFigures | None = None
    """Of the last order, from when it was begun to be made."""
    sizes: Mapping[str, int] = {}
    """The documents of an order that is finished, each with its bytes."""
    failed: bool = False
    """The last order of its documents came to nothing."""
    returned: str = ""
    """Why it was sent back, until it is ordered anew."""
    approved_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @classmethod
    def begin_draft(cls, period: Period, edition: int, *, by: str, at: datetime) -> Fact:
        """An officer begins an edition. Raises InvalidFieldError with `period` too_early while it runs."""
        if period.last_day >= bangkok_day(at):
            raise InvalidFieldError(period="not_over")
        return Fact(kind="begun", actor=by, at=at, data={"period": str(period), "edition": edition})

    def write(self, text: ReportText, *, by: str, at: datetime) -> Fact | None:
        """Other words from now on; None where they are the same. What was made of the former is void.

        Raises IllegalMoveError while documents are being made or once it was approved, InvalidFieldError with
        fields that are too_long.
        """
        if self.status not in (ReportStatus.DRAFT, ReportStatus.MADE):
            raise IllegalMoveError("write", self.status)
        typed = asdict(text)
        reasons = {name: "too_long" for name, most in MOST.items() if len(typed[name]) > most}
        if reasons:
            raise InvalidFieldError(**reasons)
        if text == self.text:
            return None
        return Fact(kind="written", actor=by, at=at, private=typed)

    def order_documents(self, *, by: str, at: datetime) -> Fact:
        """Let the documents be made. Raises IllegalMoveError unless it is a draft."""
        if self.status is not ReportStatus.DRAFT:
            raise IllegalMoveError("order", self.status)
        return Fact(kind="documents_ordered", actor=by, at=at)

    def compute(self, figures: PeriodFigures, *, at: datetime) -> Fact:
        """The figures of this edition, counted as its documents are made, and never again."""
        data: dict[str, Json] = msgspec.to_builtins(figures)
        return Fact(kind="computed", actor=SYSTEM, at=at, data={"figures": data})

    def finish(self, sizes: Mapping[str, int], *, at: datetime) -> Fact:
        """All documents are made."""
        return Fact(kind="made", actor=SYSTEM, at=at, data={"sizes": dict(sizes)})

    def give_up(self, *, at: datetime) -> Fact:
        """Its documents could not be made: it is a draft again, to be changed or ordered anew."""
        return Fact(kind="not_made", actor=SYSTEM, at=at)

    def approve(self, *, by: str, at: datetime) -> Fact:
        """Make it public. Raises IllegalMoveError unless it was made and waits for that."""
        if self.status is not ReportStatus.MADE:
            raise IllegalMoveError("approve", self.status)
        return Fact(kind="approved", actor=by, at=at)

    def send_back(self, reason: str, *, by: str, at: datetime) -> Fact:
        """Something is to be changed first. Raises IllegalMoveError, InvalidFieldError."""
        if self.status is not ReportStatus.MADE:
            raise IllegalMoveError("send_back", self.status)
        return Fact(kind="sent_back", actor=by, at=at, private={"reason": _checked(reason)})

    def withdraw(self, reason: str, *, by: str, at: datetime) -> Fact:
        """It is public no longer. Raises IllegalMoveError, InvalidFieldError."""
        if self.status is not ReportStatus.APPROVED:
            raise IllegalMoveError("withdraw", self.status)
        return Fact(kind="withdrawn", actor=by, at=at, private={"reason": _checked(reason)})

    def allows(self, action: str) -> bool:
        """Whether the state allows an action of the console."""
        return self.status in _ALLOWED[action]

    @property
    def about(self) -> Period:
        return Period.parse(self.period)

    @property
    def approved_on(self) -> date | None:
        return bangkok_day(self.approved_at) if self.approved_at else None

    @classmethod
    def first(cls, event: Event) -> Self:
        data: Any = event.data
        return cls(period=data["period"], edition=data["edition"])

    def after(self, event: Event) -> Self:
        data: Any = event.data
        match event.kind:
            case "written":
                text = ReportText(**{name: event.text(name) for name in MOST})
                return replace(self, text=text, status=ReportStatus.DRAFT, sizes={})
            case "documents_ordered":
                return replace(
                    self,
                    status=ReportStatus.ORDERED,
                    orders=self.orders + 1,
                    figures=None,
                    failed=False,
                    returned="",
                )
            case "computed":
                return replace(self, figures=msgspec.convert(data["figures"], PeriodFigures))
            case "not_made":
                return replace(self, status=ReportStatus.DRAFT, failed=True)
            case "made":
                return replace(self, status=ReportStatus.MADE, sizes=data["sizes"])
            case "sent_back":
                return replace(self, status=ReportStatus.DRAFT, returned=event.text("reason"), sizes={})
            case "approved":
                return replace(self, status=ReportStatus.APPROVED, approved_at=event.at)
            case "withdrawn":
                return replace(self, status=ReportStatus.WITHDRAWN, withdrawn_at=event.at)
            case _:
                return self

    def place(self, key: Key) -> Place:
        return Place(
            order=f"{self.about.last_day.isoformat()}.{self.about.cadence}.{self.edition:04}",
            summary={
                "period": self.period,
                "edition": self.edition,
                "status": str(self.status),
                "approved_at": instant(self.approved_at) if self.approved_at else None,
                "as_of": self.figures.as_of.isoformat() if self.figures else None,
            },
        )


_ALLOWED: Mapping[str, tuple[ReportStatus, ...]] = {
    "write": (ReportStatus.DRAFT, ReportStatus.MADE),
    "order": (ReportStatus.DRAFT,),
    "approve": (ReportStatus.MADE,),
    "send_back": (ReportStatus.MADE,),
    "withdraw": (ReportStatus.APPROVED,),
}


def report_id(period: Period, edition: int) -> str:
    """The id of an edition of a period's report."""
    return f"{period}.{edition}"


def order_id(report: str, number: int) -> str:
    """The id of the order of a report's documents of that number."""
    return f"{report}.{number}"


def _checked(reason: str) -> str:
    if not reason:
        raise InvalidFieldError(reason="required")
    if len(reason) > LONGEST_REASON:
        raise InvalidFieldError(reason="too_long")
    return reason

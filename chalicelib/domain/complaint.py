"""A complaint's life and its clock (requirement P11).

Received, given to a unit, worked, and within fifteen days resolved, rejected or referred; what takes
longer is explained to the complainant with a later day. The citizen may reopen a decided complaint for
thirty days; then the night closes it, and closed is final.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import (
    DueDay,
    SkippedDay,
    WorkingCalendar,
    bangkok_day,
    due_day,
    fiscal_year_of,
    start_of_day,
)
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.organisation import ComplaintRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.record import SYSTEM, Event, Eventful, Fact, Json, Key, Place, instant

CITIZEN = "citizen"
"""The actor of what a complainant does, who is never named in an event."""


class Status(StrEnum):
    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    EXPLAINED = "explained"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REFERRED = "referred"
    REOPENED = "reopened"
    CLOSED = "closed"


OPEN = frozenset({Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.EXPLAINED, Status.REOPENED})
DECIDED = frozenset({Status.RESOLVED, Status.REJECTED, Status.REFERRED})

PUBLIC_EVENTS = frozenset(
    {
        "filed",
        "assigned",
        "started",
        "explained",
        "resolved",
        "rejected",
        "referred",
        "messaged",
        "citizen_messaged",
        "reopened",
        "closed",
        "due_day_recomputed",
        "contacted",
    }
)
"""What the complainant sees. Internal: notes, reminders, codes issued again, contact data erased."""

PUBLIC_WORDS = frozenset({"subject", "detail", "location", "message", "body"})
"""Private fields of these events that whoever knows the code reads. Contact data, which a found or overheard
code must not give away, and the officers' analysis are not among them."""

CONTACT_FIELDS = ("name", "phone", "email")

LONGEST_TEXT = 10_000
"""Letters of a message or note at the most."""

MOST_UNANSWERED = 20
"""Messages of a complainant in a row."""

_ANSWERS = frozenset(
    {"assigned", "started", "explained", "resolved", "rejected", "referred", "messaged", "contacted"}
)
"""Events by which officers tell the complainant something."""

_NOT_CLOSED = frozenset(Status) - {Status.CLOSED}

ALLOWED_WHILE: dict[str, frozenset[Status]] = {
    "assign": OPEN,
    "start": frozenset({Status.RECEIVED, Status.ASSIGNED, Status.REOPENED}),
    "explain": OPEN,
    "resolve": OPEN,
    "reject": OPEN,
    "refer": OPEN,
    "message": _NOT_CLOSED,
    "contacted": _NOT_CLOSED,
    "note": frozenset(Status),
}
"""What can be done with a complaint in which states."""


class Channel(StrEnum):
    """The way by which a complaint came."""

    WEB = "web"
    API = "api"
    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    LINE = "line"
    SOCIAL_MEDIA = "social_media"
    FORUM = "forum"


class Contacted(StrEnum):
    """How an officer told a complainant who has no email."""

    CALL = "call"
    LETTER = "letter"
    VISIT = "visit"


class Report(Struct, frozen=True, kw_only=True):
    """What a complainant reports: checked and cleaned fields of the form."""

    category: str
    subject: str
    detail: str
    location: str = ""
    village: str = ""
    about_staff: bool = False
    name: str = ""
    phone: str = ""
    email: str = ""
    lang: str = "th"

    def has_contact(self) -> bool:
        return bool(self.name or self.phone or self.email)


class Complaint(Eventful, frozen=True, kw_only=True):
    """A complaint as it stands. Days are Bangkok days."""

    kind: ClassVar[str] = "complaint"

    status: Status
    report: Report
    channel: Channel
    unit: str
    received_at: datetime
    due_on: date
    computed: DueDay | None
    """How the due day came about; None where an officer explained a later one."""
    rules: ComplaintRules
    stages_done: int = 0
    """How many stages of the escalation passed for the standing due day."""
    decided_at: datetime | None = None
    missed: bool = False
    """A due day passed while it was open and no later day had been explained."""
    told: bool = True
    """The complainant was told the newest decision or explanation, or has an address that tells."""
    reopened_times: int = 0
    escalated: tuple[Role, ...] = ()
    """Roles that were told of it by an escalation so far."""
    unanswered: int = 0
    """Messages of the complainant since the officers last told something."""
    code_serial: int = 1
    """How many tracking codes were given out for it; only the newest opens it."""

    @classmethod
    def file(
        cls,
        report: Report,
        *,
        unit: str,
        channel: Channel,
        rules: ComplaintRules,
        calendar: WorkingCalendar,
        by: str,
        at: datetime,
    ) -> Fact:
        """A complaint is received, and its clock starts."""
        return Fact(
            kind="filed",
            actor=by,
            at=at,
            data={
                "category": report.category,
                "village": report.village,
                "about_staff": report.about_staff,
                "lang": report.lang,
                "channel": str(channel),
                "unit": unit,
                "due": _due_data(due_day(bangkok_day(at), rules.sla_days, calendar)),
                "rules": _rules_data(rules),
            },
            private={
                name: value
                for name in ("subject", "detail", "location", *CONTACT_FIELDS)
                if (value := getattr(report, name))
            },
        )

    def assign(self, unit: str, *, by: str, at: datetime) -> Fact:
        """Another unit works it from now on, or its unit takes it on."""
        self._must_allow("assign")
        return Fact(kind="assigned", actor=by, at=at, data={"unit": unit})

    def start(self, *, by: str, at: datetime) -> Fact:
        """Work begins. A complaint that was explained stays explained: the new day stands."""
        self._must_allow("start")
        return Fact(kind="started", actor=by, at=at)

    def explain(
        self, message: str, due_on: date, *, calendar: WorkingCalendar, by: str, at: datetime
    ) -> Fact:
        """Why it takes longer, told to the complainant with a later working day (P11.2).

        Raises InvalidFieldError where the day is not after both today and the standing due day, is no
        working day, or lies over a year ahead.
        """
        self._must_allow("explain")
        _required(message=message)
        if due_on <= self.due_on or due_on <= bangkok_day(at):
            raise InvalidFieldError(due_on="not_later")
        if (due_on - bangkok_day(at)).days > 366:
            raise InvalidFieldError(due_on="too_far")
        if not calendar.is_working_day(due_on):
            raise InvalidFieldError(due_on="not_a_working_day")
        return Fact(
            kind="explained",
            actor=by,
            at=at,
            data={"due_on": due_on.isoformat()},
            private={"message": message},
        )

    def resolve(self, message: str, cause: str, prevention: str, *, by: str, at: datetime) -> Fact:
        """Done: what was done is told to the complainant; cause and prevention are kept (P11.4)."""
        self._must_allow("resolve")
        _required(message=message, cause=cause, prevention=prevention)
        return Fact(
            kind="resolved",
            actor=by,
            at=at,
            private={"message": message, "cause": cause, "prevention": prevention},
        )

    def reject(self, message: str, *, by: str, at: datetime) -> Fact:
        """Not to be worked, for a reason that is told to the complainant."""
        self._must_allow("reject")
        _required(message=message)
        return Fact(kind="rejected", actor=by, at=at, private={"message": message})

    def refer(self, message: str, body: str, *, by: str, at: datetime) -> Fact:
        """Passed on to the body whose business it is; both are told to the complainant."""
        self._must_allow("refer")
        _required(message=message, body=body)
        return Fact(kind="referred", actor=by, at=at, private={"message": message, "body": body})

    def message(self, message: str, *, by: str, at: datetime) -> Fact:
        """A message to the complainant."""
        self._must_allow("message")
        _required(message=message)
        return Fact(kind="messaged", actor=by, at=at, private={"message": message})

    def note(self, note: str, *, by: str, at: datetime) -> Fact:
        """An internal note, which no complainant ever sees."""
        _required(note=note)
        return Fact(kind="noted", actor=by, at=at, private={"note": note})

    def contacted(self, how: Contacted, message: str, *, by: str, at: datetime) -> Fact:
        """An officer called, wrote or went to a complainant without email (P11.3)."""
        self._must_allow("contacted")
        _required(message=message)
        return Fact(kind="contacted", actor=by, at=at, data={"how": str(how)}, private={"message": message})

    def citizen_message(self, message: str, *, at: datetime) -> Fact:
        """The complainant writes to the officers.

        Raises InvalidFieldError with `message` too_many where too many wait for an answer: a page that shows
        thousands of them opens for no officer any more.
        """
        self._must_allow("message")
        _required(message=message)
        if self.unanswered >= MOST_UNANSWERED:
            raise InvalidFieldError(message="too_many")
        return Fact(kind="citizen_messaged", actor=CITIZEN, at=at, private={"message": message})

    def reopen(self, message: str, *, calendar: WorkingCalendar, at: datetime) -> Fact:
        """The complainant is not content: it is open again, and its clock starts anew."""
        if not self.can_reopen(bangkok_day(at)):
            raise IllegalMoveError("reopen", self.status)
        _required(message=message)
        return Fact(
            kind="reopened",
            actor=CITIZEN,
            at=at,
            data={"due": _due_data(due_day(bangkok_day(at), self.rules.sla_days, calendar))},
            private={"message": message},
        )

    def can_reopen(self, today: date) -> bool:
        return (
            self.status in DECIDED
            and self.decided_at is not None
            and (today - bangkok_day(self.decided_at)).days <= self.rules.reopen_days
        )

    def reissue_code(self, *, by: str, at: datetime) -> Fact:
        """A new tracking code was given to somebody who lost the old one, which is void."""
        return Fact(kind="code_reissued", actor=by, at=at)

    def recompute_due(self, calendar: WorkingCalendar, *, at: datetime) -> Fact | None:
        """A day off was announced or withdrawn: the due day that was computed moves with it.

        A day that an officer explained stands, and a due day that passed is not moved.
        """
        if self.status not in OPEN or self.computed is None or self.due_on < bangkok_day(at):
            return None
        due = due_day(self.computed.received_on, self.rules.sla_days, calendar)
        if due == self.computed:
            return None
        return Fact(kind="due_day_recomputed", actor=SYSTEM, at=at, data={"due": _due_data(due)})

    def erase_contact(self, *, at: datetime) -> Fact:
        """Contact data past retention goes, in all events; what was done about the complaint stays."""
        return Fact(kind="contact_erased", actor=SYSTEM, at=at, erases=CONTACT_FIELDS)

    def overnight(self, today: date, *, at: datetime) -> Fact | None:
        """What the night must do: remind of the last stage that passed, or close; None for nothing."""
        if self.status in DECIDED and not self.can_reopen(today):
            return Fact(kind="closed", actor=SYSTEM, at=at)
        if self.status in OPEN:
            passed = [s for s in self.rules.stages if s.day <= (today - self.due_on).days]
            if len(passed) > self.stages_done:
                last = passed[-1]
                data: dict[str, Json] = {"stage": last.name, "day": last.day, "to": [str(r) for r in last.to]}
                return Fact(kind="reminded", actor=SYSTEM, at=at, data={**data, "stages": len(passed)})
        return None

    @classmethod
    def first(cls, event: Event) -> Self:
        data: Any = event.data
        due = _due(data["due"])
        return cls(
            status=Status.RECEIVED,
            report=Report(
                category=data["category"],
                subject=event.text("subject"),
                detail=event.text("detail"),
                location=event.text("location"),
                village=data["village"],
                about_staff=data["about_staff"],
                name=event.text("name"),
                phone=event.text("phone"),
                email=event.text("email"),
                lang=data["lang"],
            ),
            channel=Channel(data["channel"]),
            unit=data["unit"],
            received_at=event.at,
            due_on=due.due_on,
            computed=due,
            rules=_rules(data["rules"]),
        )

    def after(self, event: Event) -> Self:
        data: Any = event.data
        state = replace(
            self,
            missed=self.missed or self.is_overdue(bangkok_day(event.at)),
            unanswered=0 if event.kind in _ANSWERS else self.unanswered,
        )
        match event.kind:
            case "citizen_messaged":
                return replace(state, unanswered=self.unanswered + 1)
            case "assigned":
                status = Status.EXPLAINED if self.status is Status.EXPLAINED else Status.ASSIGNED
                return replace(state, status=status, unit=data["unit"])
            case "started":
                return replace(state, status=Status.IN_PROGRESS)
            case "explained":
                return replace(
                    state,
                    status=Status.EXPLAINED,
                    due_on=date.fromisoformat(data["due_on"]),
                    computed=None,
                    stages_done=0,
                    told=bool(self.report.email),
                )
            case "resolved" | "rejected" | "referred":
                return replace(
                    state,
                    status=Status(event.kind),
                    decided_at=event.at,
                    told=bool(self.report.email),
                )
            case "reopened" | "due_day_recomputed":
                due = _due(data["due"])
                state = replace(state, due_on=due.due_on, computed=due, stages_done=0)
                if event.kind == "due_day_recomputed":
                    return state
                times = self.reopened_times + 1
                return replace(state, status=Status.REOPENED, decided_at=None, reopened_times=times)
            case "contacted":
                return replace(state, told=True)
            case "reminded":
                told = (*self.escalated, *(Role(r) for r in data["to"]))
                return replace(state, stages_done=data["stages"], escalated=tuple(sorted(set(told))))
            case "code_reissued":
                return replace(state, code_serial=self.code_serial + 1)
            case "closed":
                return replace(state, status=Status.CLOSED)
            case "contact_erased":
                return replace(state, report=replace(self.report, name="", phone="", email=""))
            case _:
                return state

    def is_overdue(self, today: date) -> bool:
        """Open, and the standing due day is over."""
        return self.status in OPEN and today > self.due_on

    def on_time(self, today: date) -> bool:
        """At each due day that passed it was decided, or had been explained with a later day."""
        return not (self.missed or self.is_overdue(today))

    def is_to_be_called(self) -> bool:
        """Whether its complainant, who left contact data but no email, was not told the newest answer yet."""
        return not self.told and self.report.has_contact()

    def place(self, key: Key) -> Place:
        is_open = self.status in OPEN
        summary: dict[str, Json] = {
            "status": str(self.status),
            "category": self.report.category,
            "subject": self.report.subject,
            "village": self.report.village,
            "unit": self.unit,
            "channel": str(self.channel),
            "received_at": instant(self.received_at),
            "due_on": self.due_on.isoformat(),
            "missed": self.missed,
            "stages_done": self.stages_done,
            "to_be_called": self.is_to_be_called(),
            "escalated": [str(role) for role in self.escalated],
        }
        return Place(
            order=instant(self.received_at),
            year=str(fiscal_year_of(bangkok_day(self.received_at))),
            summary=summary,
            due_at=self._due_at(),
            queue=self.unit if is_open else None,
            queue_order=self.due_on.isoformat(),
        )

    def _due_at(self) -> datetime | None:
        """The start of the day whose night must look at it next."""
        if self.status in OPEN:
            rest: Sequence[Stage] = self.rules.stages[self.stages_done :]
            return start_of_day(self.due_on, rest[0].day) if rest else None
        if self.status in DECIDED and self.decided_at:
            return start_of_day(bangkok_day(self.decided_at), self.rules.reopen_days + 1)
        return None

    def allows(self, action: str) -> bool:
        """Whether its state lets something be done with it."""
        return self.status in ALLOWED_WHILE[action]

    def _must_allow(self, action: str) -> None:
        if not self.allows(action):
            raise IllegalMoveError(action, self.status)


def _required(**fields: str) -> None:
    reasons = {name: "too_long" for name, value in fields.items() if len(value) > LONGEST_TEXT}
    reasons |= {name: "required" for name, value in fields.items() if not value}
    if reasons:
        raise InvalidFieldError(**reasons)


def _due_data(due: DueDay) -> dict[str, Json]:
    return {
        "received_on": due.received_on.isoformat(),
        "counted_to": due.counted_to.isoformat(),
        "due_on": due.due_on.isoformat(),
        "skipped": [{"day": s.day.isoformat(), "th": s.th, "en": s.en} for s in due.skipped],
    }


def _due(data: Any) -> DueDay:
    return DueDay(
        received_on=date.fromisoformat(data["received_on"]),
        counted_to=date.fromisoformat(data["counted_to"]),
        due_on=date.fromisoformat(data["due_on"]),
        skipped=tuple(SkippedDay(date.fromisoformat(s["day"]), s["th"], s["en"]) for s in data["skipped"]),
    )


def _rules_data(rules: ComplaintRules) -> dict[str, Json]:
    return {
        "sla_days": rules.sla_days,
        "reopen_days": rules.reopen_days,
        "stages": [{"name": s.name, "day": s.day, "to": [str(r) for r in s.to]} for s in rules.stages],
    }


def _rules(data: Any) -> ComplaintRules:
    return ComplaintRules(
        sla_days=data["sla_days"],
        reopen_days=data["reopen_days"],
        stages=tuple(Stage(s["name"], s["day"], tuple(Role(r) for r in s["to"])) for s in data["stages"]),
    )

"""A complaint's life and its clock (requirement P11).

Received, given to a unit, worked, and within fifteen days resolved, rejected or referred; what takes
longer is explained to the complainant with a later day. The citizen may reopen a decided complaint for
thirty days; then the night closes it, and closed is final.
"""

from datetime import date, datetime

from chalicelib.domain.calendar import WorkingCalendar, bangkok_day, due_day
from chalicelib.domain.complaint_data import due_data, rules_data
from chalicelib.domain.complaint_report import as_kept
from chalicelib.domain.complaint_state import ComplaintState
from chalicelib.domain.complaint_terms import (
    ALLOWED_WHILE,
    CITIZEN,
    CONTACT_FIELDS,
    DECIDED,
    ERASED_FIELDS,
    LONGEST_TEXT,
    MOST_UNANSWERED,
    OF_ONE_CITIZEN,
    OPEN,
    PUBLIC_EVENTS,
    PUBLIC_WORDS,
    SURVEY_POINTS,
    SURVEY_QUESTIONS,
    Channel,
    Contacted,
    Report,
    Status,
)
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.organisation import CHIEF_UNIT, ComplaintRules, Stage
from chalicelib.domain.people import UNIT_ROLES, Role
from chalicelib.domain.record import SYSTEM, Fact, Json

__all__ = [
    "ALLOWED_WHILE",
    "CITIZEN",
    "CONTACT_FIELDS",
    "DECIDED",
    "LONGEST_TEXT",
    "MOST_UNANSWERED",
    "OF_ONE_CITIZEN",
    "OPEN",
    "PUBLIC_EVENTS",
    "PUBLIC_WORDS",
    "SURVEY_POINTS",
    "SURVEY_QUESTIONS",
    "Channel",
    "Complaint",
    "Contacted",
    "Report",
    "Status",
]


class Complaint(ComplaintState, frozen=True, kw_only=True):
    """A complaint and what can be done with it: each verb checks, then yields a fact or raises."""

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
        received_on: date | None = None,
    ) -> Fact:
        """A complaint is received, and its clock starts.

        What an officer enters later than it came has the day on which it was `received_on`, from which its
        clock runs. Raises InvalidFieldError where that day lies ahead, or so far back that the complaint
        would be overdue as it is entered.
        """
        today = bangkok_day(at)
        received_on = received_on or today
        due = due_day(received_on, rules.sla_days, calendar)
        if received_on > today:
            raise InvalidFieldError(received_on="ahead")
        if due.due_on < today:
            raise InvalidFieldError(received_on="too_long_ago")
        earlier: dict[str, Json] = {"received_on": received_on.isoformat()} if received_on < today else {}
        return Fact(
            kind="filed",
            actor=by,
            at=at,
            data={
                "category": report.category,
                "village": report.village,
                "about_staff": report.about_staff,
                "about_unit": report.about_unit,
                "lang": report.lang,
                "channel": str(channel),
                "unit": unit,
                "due": due_data(due),
                "rules": rules_data(rules),
                **earlier,
            },
            private={
                name: value
                for name in ("subject", "detail", "location", "answers", *ERASED_FIELDS)
                if (value := getattr(as_kept(report), name))
            },
        )

    def assign(self, unit: str, *, by: str, at: datetime) -> Fact:
        """Another unit works it from now on, or its unit takes it on.

        Raises InvalidFieldError for the unit whose staff it is about.
        """
        self._must_allow("assign")
        if self.report.is_about(unit):
            raise InvalidFieldError(unit="about_it")
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

    def resolve(
        self, message: str, cause: str, prevention: str, *, cause_kind: str = "", by: str, at: datetime
    ) -> Fact:
        """Done: what was done is told to the complainant; cause and prevention are kept (P11.4).

        `cause_kind` is one of the organisation's kinds of causes, where the officer chose one.
        """
        self._must_allow("resolve")
        _required(message=message, cause=cause, prevention=prevention)
        return Fact(
            kind="resolved",
            actor=by,
            at=at,
            data={"cause_kind": cause_kind} if cause_kind else {},
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

    def recategorise(self, category: str, *, by: str, at: datetime) -> Fact:
        """It is about something else than its complainant chose. Its clock runs on as it did."""
        self._must_allow("recategorise")
        if category == self.report.category:
            raise InvalidFieldError(category="unchanged")
        return Fact(kind="recategorised", actor=by, at=at, data={"category": category})

    def watch(self, *, by: str, at: datetime) -> Fact:
        """An officer follows it from now on, whoever works on it."""
        if by in self.watchers:
            raise IllegalMoveError("watch", self.status)
        return Fact(kind="watched", actor=by, at=at)

    def unwatch(self, *, by: str, at: datetime) -> Fact:
        """An officer follows it no longer."""
        if by not in self.watchers:
            raise IllegalMoveError("unwatch", self.status)
        return Fact(kind="unwatched", actor=by, at=at)

    def hold(self, note: str, *, by: str, at: datetime) -> Fact:
        """A legal hold, for a reason: nothing of it is erased until it is lifted."""
        self._must_allow("hold")
        _required(note=note)
        return Fact(kind="held", actor=by, at=at, private={"note": note})

    def lift(self, note: str, *, by: str, at: datetime) -> Fact:
        """The hold ends: what is past retention goes in the next night."""
        self._must_allow("lift")
        _required(note=note)
        return Fact(kind="hold_lifted", actor=by, at=at, private={"note": note})

    def contacted(self, how: Contacted, message: str, *, by: str, at: datetime) -> Fact:
        """An officer called, wrote or went to a complainant without email (P11.3)."""
        self._must_allow("contacted")
        _required(message=message)
        return Fact(kind="contacted", actor=by, at=at, data={"how": str(how)}, private={"message": message})

    def citizen_message(self, message: str, *, at: datetime, of: str = "") -> Fact:
        """The complainant writes to the officers; `of` is the merged complaint of one who follows this.

        Raises InvalidFieldError with `message` too_many where too many wait for an answer: a page that shows
        thousands of them opens for no officer any more.
        """
        self._must_allow("message")
        _required(message=message)
        if self.unanswered >= MOST_UNANSWERED:
            raise InvalidFieldError(message="too_many")
        return Fact(kind="citizen_messaged", actor=CITIZEN, at=at, data=_of(of), private={"message": message})

    def reopen(self, message: str, *, calendar: WorkingCalendar, at: datetime, of: str = "") -> Fact:
        """The complainant is not content: it is open again, and its clock starts anew."""
        if not self.can_reopen(bangkok_day(at)):
            raise IllegalMoveError("reopen", self.status)
        _required(message=message)
        return Fact(
            kind="reopened",
            actor=CITIZEN,
            at=at,
            data={"due": due_data(due_day(bangkok_day(at), self.rules.sla_days, calendar)), **_of(of)},
            private={"message": message},
        )

    def survey(self, scores: tuple[int, ...], opinion: str, *, at: datetime, of: str = "") -> Fact:
        """The complainant says how content she is: points for each question, and freely (S1).

        Raises IllegalMoveError where it is not resolved or was answered, InvalidFieldError for points.
        """
        if not self.can_survey(of):
            raise IllegalMoveError("survey", self.status)
        reasons = {f"score_{n}": "required" for n, score in enumerate(scores, 1) if not _is_score(score)}
        if len(opinion) > LONGEST_TEXT:
            reasons["opinion"] = "too_long"
        if reasons or len(scores) != SURVEY_QUESTIONS:
            raise InvalidFieldError(**(reasons or {"score_1": "required"}))
        private = {"opinion": opinion} if opinion else {}
        return Fact(
            kind="surveyed", actor=CITIZEN, at=at, data={"scores": scores, **_of(of)}, private=private
        )

    def say_if_solved(self, *, yes: bool, at: datetime, of: str = "") -> Fact:
        """Weeks after the resolution the complainant, or a follower, says whether it lasts."""
        if not self.can_say_if_solved(bangkok_day(at), of):
            raise IllegalMoveError("still_solved", self.status)
        return Fact(kind="still_solved", actor=CITIZEN, at=at, data={"yes": yes, **_of(of)})

    def _told_by(self, stage: Stage) -> list[Json]:
        """The roles that a stage tells; what no unit may see is the chief administrator's instead."""
        in_person = self.unit == CHIEF_UNIT.id
        chief = Role.CHIEF_ADMINISTRATOR
        return list(dict.fromkeys(str(chief if in_person and r in UNIT_ROLES else r) for r in stage.to))

    def reissue_code(self, *, by: str, at: datetime) -> Fact:
        """A new tracking code was given to somebody who lost the old one, which is void."""
        return Fact(kind="code_reissued", actor=by, at=at)

    def recompute_due(self, calendar: WorkingCalendar, *, at: datetime) -> Fact | None:
        """A day off was announced or withdrawn: the due day that was computed moves with it.

        A day that an officer explained stands, and a due day that passed is not moved.
        """
        if not self.is_open() or self.computed is None or self.due_on < bangkok_day(at):
            return None
        due = due_day(self.computed.received_on, self.rules.sla_days, calendar)
        if due.due_on == self.due_on:
            return None
        return Fact(kind="due_day_recomputed", actor=SYSTEM, at=at, data={"due": due_data(due)})

    def erase_contact(self, *, at: datetime) -> Fact:
        """Contact data and position past retention go, in all events; what was done about it stays."""
        return Fact(kind="contact_erased", actor=SYSTEM, at=at, erases=ERASED_FIELDS)

    def overnight(self, today: date, *, at: datetime) -> Fact | None:
        """What the night must do: remind of the last stage that passed, ask, close or erase contact data;
        None for nothing."""
        if self.status in DECIDED and not self.can_reopen(today):
            return Fact(kind="closed", actor=SYSTEM, at=at)
        if any(self.can_say_if_solved(today, of) for of in self.to_be_asked()):
            return Fact(kind="asked_if_solved", actor=SYSTEM, at=at)
        erased_on = self.contact_erased_on()
        if erased_on and erased_on <= today:
            return self.erase_contact(at=at)
        if self.is_open():
            passed = [s for s in self.rules.stages if s.day <= (today - self.due_on).days]
            if len(passed) > self.stages_done:
                last = passed[-1]
                data: dict[str, Json] = {"stage": last.name, "day": last.day, "to": self._told_by(last)}
                return Fact(kind="reminded", actor=SYSTEM, at=at, data={**data, "stages": len(passed)})
        return None

    def allows(self, action: str) -> bool:
        """Whether its state lets something be done with it. One that was merged takes notes and rests."""
        if action in {"hold", "lift"}:
            return self.held == (action == "lift")
        if bool(self.merged_into) != (action == "unmerge") and action not in {"note", "watch", "unwatch"}:
            return False
        return self.status in ALLOWED_WHILE[action]

    def _must_allow(self, action: str) -> None:
        if not self.allows(action):
            raise IllegalMoveError(action, "merged" if self.merged_into else self.status)


def _of(follower: str) -> dict[str, Json]:
    return {"of": follower} if follower else {}


def _is_score(score: int) -> bool:
    return 1 <= score <= SURVEY_POINTS


def _required(**fields: str) -> None:
    reasons = {name: "too_long" for name, value in fields.items() if len(value) > LONGEST_TEXT}
    reasons |= {name: "required" for name, value in fields.items() if not value}
    if reasons:
        raise InvalidFieldError(**reasons)

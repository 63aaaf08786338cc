"""A complaint as it stands: what its events fold to, and where the indexes keep it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from msgspec.structs import replace

from chalicelib.domain.calendar import DueDay, bangkok_day, fiscal_year_of, months_later, start_of_day
from chalicelib.domain.complaint_data import (
    Clock,
    Follower,
    Resolution,
    clock_from,
    due_from,
    received_by,
    resolution_data,
    rules_from,
)
from chalicelib.domain.complaint_files import FILE_EVENTS, Files
from chalicelib.domain.complaint_terms import (
    ANSWERS,
    CONTACT_FIELDS,
    DECIDED,
    ERASED_FIELDS,
    OPEN,
    STILL_SOLVED_DAYS,
    TO_BE_CALLED_QUEUE,
    Channel,
    Report,
    Status,
)
from chalicelib.domain.organisation import ComplaintRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.record import Event, Eventful, Json, Key, Place, instant


class ComplaintState(Eventful, frozen=True, kw_only=True):
    """The fields of a complaint and their folding; `Complaint` adds the verbs. Days are Bangkok days."""

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
    """Nobody who is told by a call or a letter waits for the newest decision or explanation."""
    is_called: bool = False
    """The complainant left contact data but no email: somebody calls or writes. It stays so when retention
    takes the data, and the figures with it."""
    explained_times: int = 0
    reopened_times: int = 0
    escalated: tuple[Role, ...] = ()
    """Roles that were told of it by an escalation so far."""
    unanswered: int = 0
    """Messages of the complainant since the officers last told something."""
    decision: Status | None = None
    """The newest decision, once closed too; None until there is one, and again once reopened."""
    resolution: Resolution | None = None
    """The newest one, whatever became of the complaint since."""
    surveyed: tuple[str, ...] = ()
    """Who answered the survey on the newest decision: followers by id, the complainant as the empty one."""
    scores: tuple[tuple[int, ...], ...] = ()
    """All answers to surveys on it, the points question by question."""
    still_solved: Mapping[str, bool] = {}
    """What was said, weeks after the resolution, on whether it lasts: by followers by id, by the complainant
    as the empty one."""
    asked_if_solved: bool = False
    """They were asked that by a notice."""
    merged_into: str = ""
    """The complaint that stands for this one from now on: this one's own clock and work rest."""
    followers: tuple[Follower, ...] = ()
    """The complaints that were merged into this one."""
    own_clock: Clock | None = None
    """This one's own clock, while it has followers and the earliest clock of all counts."""
    part_of: str = ""
    """The complaint that this one was split off."""
    parts: tuple[str, ...] = ()
    """The complaints that were split off this one."""
    closed_at: datetime | None = None
    held: bool = False
    """A legal hold: its contact data are not erased while it stands."""
    watchers: tuple[str, ...] = ()
    """User names of officers who follow it and are told what happens."""
    code_serial: int = 1
    """How many tracking codes were given out for it; only the newest opens it."""
    files: Files = Files()

    @classmethod
    def first(cls, event: Event) -> Self:
        data: Any = event.data
        due = due_from(data["due"])
        part = data.get("part", {})
        return cls(
            status=Status.RECEIVED,
            report=Report(
                category=data["category"],
                subject=event.text("subject"),
                detail=event.text("detail"),
                location=event.text("location"),
                position=event.text("position"),
                answers=event.text("answers"),
                village=data["village"],
                about_staff=data["about_staff"],
                about_unit=data.get("about_unit", ""),
                name=event.text("name"),
                phone=event.text("phone"),
                email=event.text("email"),
                lang=data["lang"],
            ),
            channel=Channel(data["channel"]),
            unit=data["unit"],
            received_at=received_by(event),
            due_on=date.fromisoformat(part["due_on"]) if part else due.due_on,
            computed=due if not part or part["is_computed"] else None,
            missed=bool(part and part["missed"]),
            part_of=part.get("of", ""),
            rules=rules_from(data["rules"]),
            is_called="email" not in event.commitments
            and any(name in event.commitments for name in CONTACT_FIELDS),
        )

    def after(self, event: Event) -> Self:
        data: Any = event.data
        state = replace(
            self,
            missed=self.missed or self.is_overdue(bangkok_day(event.at)),
            unanswered=0 if event.kind in ANSWERS else self.unanswered,
            files=self.files.after(event) if event.kind in FILE_EVENTS else self.files,
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
                state = state._all_due(date.fromisoformat(data["due_on"]), None, event.at)
                return replace(
                    state,
                    status=Status.EXPLAINED,
                    told=self._calls_nobody(),
                    explained_times=self.explained_times + 1,
                )
            case "resolved" | "rejected" | "referred":
                resolution = self.resolution
                if event.kind == "resolved":
                    resolution = Resolution(event.seq, event.at, data.get("cause_kind", ""))
                return replace(
                    state,
                    resolution=resolution,
                    status=Status(event.kind),
                    decided_at=event.at,
                    decision=Status(event.kind),
                    surveyed=(),
                    still_solved={},
                    asked_if_solved=False,
                    told=self._calls_nobody(),
                )
            case "reopened" | "due_day_recomputed":
                due = due_from(data["due"])
                if event.kind == "due_day_recomputed":
                    return replace(state, due_on=due.due_on, computed=due, stages_done=0)
                state = state._all_due(due.due_on, due, event.at)
                times = self.reopened_times + 1
                return replace(
                    state,
                    status=Status.REOPENED,
                    decided_at=None,
                    decision=None,
                    reopened_times=times,
                )
            case "surveyed":
                answered = (*self.surveyed, data.get("of", ""))
                return replace(state, surveyed=answered, scores=(*self.scores, tuple(data["scores"])))
            case "still_solved":
                return replace(state, still_solved={**self.still_solved, data.get("of", ""): data["yes"]})
            case "asked_if_solved":
                return replace(state, asked_if_solved=True)
            case "contacted":
                return replace(state, told=True)
            case "reminded":
                told = (*self.escalated, *(Role(r) for r in data["to"]))
                return replace(state, stages_done=data["stages"], escalated=tuple(sorted(set(told))))
            case "code_reissued":
                return replace(state, code_serial=self.code_serial + 1)
            case "closed":
                return replace(state, status=Status.CLOSED, closed_at=event.at)
            case "merged":
                return replace(state, merged_into=data["into"])
            case "unmerged":
                due_on = date.fromisoformat(data["due_on"])
                computed = self.computed if due_on == self.due_on else None
                missed = self.missed or data["missed"]
                return replace(state, merged_into="", due_on=due_on, computed=computed, missed=missed)
            case "follower_joined":
                follower = Follower(
                    id=data["of"],
                    clock=clock_from(data["clock"]),
                    has_email=data["has_email"],
                    is_called=data["is_called"],
                )
                return state._led_by((*state.clocks_of_all(event.at)[1], follower), event.at)
            case "follower_left":
                others = [f for f in state.clocks_of_all(event.at)[1] if f.id != data["of"]]
                left = state._led_by(tuple(others), event.at)
                # Whom a call was for may be gone, and the complainant had a letter.
                return replace(left, told=left.told or left._calls_nobody())
            case "split":
                return replace(state, parts=(*self.parts, data["part"]))
            case "watched":
                return replace(state, watchers=(*self.watchers, event.actor))
            case "unwatched":
                return replace(state, watchers=tuple(w for w in self.watchers if w != event.actor))
            case "recategorised":
                return replace(state, report=replace(self.report, category=data["category"]))
            case "held" | "hold_lifted":
                return replace(state, held=event.kind == "held")
            case "contact_erased":
                return replace(state, report=replace(self.report, **dict.fromkeys(ERASED_FIELDS, "")))
            case _:
                return state

    @property
    def received_on(self) -> date:
        """The day on which it was received."""
        return bangkok_day(self.received_at)

    def is_overdue(self, today: date) -> bool:
        """Open, and the standing due day is over."""
        return self.is_open() and today > self.due_on

    def on_time(self, today: date) -> bool:
        """At each due day that passed it was decided, or had been explained with a later day."""
        return not (self.missed or self.is_overdue(today))

    def is_to_be_called(self) -> bool:
        """Whether its complainant, who left contact data but no email, was not told the newest answer yet."""
        return not self.told and (self.report.has_contact() or any(f.is_called for f in self.followers))

    def is_open(self) -> bool:
        """Whether it is to be worked: one that was merged into another rests."""
        return self.status in OPEN and not self.merged_into

    def clock(self) -> Clock:
        """The clock that counts at present."""
        return Clock(
            received_at=self.received_at,
            due_on=self.due_on,
            computed=self.computed,
            stages_done=self.stages_done,
            missed=self.missed,
        )

    def _calls_nobody(self) -> bool:
        """Whether an event reaches all who follow it without a call: by email, or by the code alone."""
        return not self.is_called and not any(f.is_called for f in self.followers)

    def clocks_of_all(self, at: datetime) -> tuple[Clock, tuple[Follower, ...]]:
        """Its own clock and its followers', the one that counts as it stands by now.

        A clock that did not count misses its day too, where nobody had decided by then.
        """
        own = self.own_clock or self.clock()
        until = bangkok_day(self.decided_at or at)
        first = min([own, *(f.clock for f in self.followers)], key=_received)
        now = {"due_on": self.due_on, "computed": self.computed, "stages_done": self.stages_done}

        def by_now(clock: Clock) -> Clock:
            if clock is first:
                return replace(clock, missed=self.missed, **now)
            return replace(clock, missed=clock.missed or clock.due_on < until)

        return by_now(own), tuple(replace(f, clock=by_now(f.clock)) for f in self.followers)

    def _led_by(self, followers: tuple[Follower, ...], at: datetime) -> Self:
        """The state with these followers: the clock of the earliest of all counts."""
        own, _ = self.clocks_of_all(at)
        first = min([own, *(f.clock for f in followers)], key=_received)
        return replace(
            self,
            followers=followers,
            own_clock=own if followers else None,
            due_on=first.due_on,
            computed=first.computed,
            stages_done=first.stages_done,
            missed=first.missed,
        )

    def _all_due(self, due_on: date, computed: DueDay | None, at: datetime) -> Self:
        """All who follow it were told of another due day: it holds for all of their clocks."""
        own, followers = self.clocks_of_all(at)
        moved = {"due_on": due_on, "computed": computed, "stages_done": 0}
        return replace(
            self,
            **moved,
            own_clock=replace(own, **moved) if followers else None,
            followers=tuple(replace(f, clock=replace(f.clock, **moved)) for f in followers),
        )

    def place(self, key: Key) -> Place:
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
            "told": self.told,
            "explained_times": self.explained_times,
            "reopened_times": self.reopened_times,
            "decided_at": instant(self.decided_at) if self.decided_at else None,
            "escalated": [str(role) for role in self.escalated],
            "merged_into": self.merged_into,
            "scores": self.scores,
            "still_solved": list(self.still_solved.values()),
            "resolution": resolution_data(self.resolution),
        }
        return Place(
            order=instant(self.received_at),
            year=str(fiscal_year_of(bangkok_day(self.received_at))),
            topic=self.report.category,
            summary=summary,
            due_at=self._due_at(),
            queue=self._queue(),
            queue_order=self.due_on.isoformat(),
        )

    def _queue(self) -> str | None:
        """Whose work it is: its unit's while it is open, that of who calls once it is decided."""
        if self.is_open():
            return self.unit
        return TO_BE_CALLED_QUEUE if self.status in DECIDED and self.is_to_be_called() else None

    def _due_at(self) -> datetime | None:
        """The start of the day whose night must look at it next."""
        if self.is_open():
            rest: Sequence[Stage] = self.rules.stages[self.stages_done :]
            return start_of_day(self.due_on, rest[0].day) if rest else None
        if self.status in DECIDED and self.decided_at:
            days = self.rules.reopen_days + 1
            if self.to_be_asked():
                days = min(days, STILL_SOLVED_DAYS)
            return start_of_day(bangkok_day(self.decided_at), days)
        erased_on = self.contact_erased_on()
        return start_of_day(erased_on) if erased_on else None

    def contact_erased_on(self) -> date | None:
        """The day on which contact data, position and files go; None while not closed, held, or with none."""
        if self.status is not Status.CLOSED or self.closed_at is None or self.held:
            return None
        if not (self.report.has_personal() or self.files.kept):
            return None
        return months_later(bangkok_day(self.closed_at), self.rules.contact_months)

    def can_reopen(self, today: date) -> bool:
        return (
            self.status in DECIDED
            and self.decided_at is not None
            and (today - bangkok_day(self.decided_at)).days <= self.rules.reopen_days
        )

    def last_reopening_day(self) -> date | None:
        """The last day on which it can be reopened; None while there is no decision."""
        return (
            bangkok_day(self.decided_at) + timedelta(days=self.rules.reopen_days) if self.decided_at else None
        )

    def can_survey(self, of: str = "") -> bool:
        """Whether the survey on its resolution waits for the one answer of its complainant, or a follower."""
        return self.decision is Status.RESOLVED and of not in self.surveyed

    def can_say_if_solved(self, today: date, of: str = "") -> bool:
        """Whether it was resolved weeks ago and its complainant, or a follower, did not say yet whether that
        lasts."""
        return (
            self.decision is Status.RESOLVED
            and self.decided_at is not None
            and of not in self.still_solved
            and (today - bangkok_day(self.decided_at)).days >= STILL_SOLVED_DAYS
        )

    def to_be_asked(self) -> tuple[str, ...]:
        """Whom a notice will ask whether it is still solved, as `still_solved` has them: those of whom there
        is an address and no answer yet."""
        if self.status is not Status.RESOLVED or self.asked_if_solved:
            return ()
        reached = [*([""] if self.report.email else []), *(f.id for f in self.followers if f.has_email)]
        return tuple(of for of in reached if of not in self.still_solved)


def _received(clock: Clock) -> datetime:
    return clock.received_at

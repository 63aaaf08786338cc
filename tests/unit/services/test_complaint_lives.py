"""Random lives of complaints against a plain model: states, clocks, counts, notices and chains agree.

The model knows days and lists alone. Every form may be sent twice; every save may die before it is done, or
once it is done but before anybody heard of it, and what was asked is then asked again.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from msgspec.structs import replace

from chalicelib.domain.calendar import BANGKOK, bangkok_day
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import Key, broken_at, fold
from chalicelib.services import (
    complaint_entry,
    complaint_intake,
    complaint_progress,
    complaints,
    organisations,
)
from chalicelib.services.complaint_work import do
from tests.builders.calendar import bangkok, government_calendar
from tests.builders.calls import KilledError
from tests.builders.complaints import REPORT, SUPERVISOR
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

CALENDAR = government_calendar()
OPEN = {"received", "assigned", "in_progress", "explained", "reopened"}
DECIDED = {"resolve": "resolved", "reject": "rejected", "refer": "referred"}
STAGES = [
    (-5, {"nong"}),
    (-2, {"nong", "hua"}),
    (0, {"nong", "hua"}),
    (1, {"hua", "palad"}),
    (3, {"palad", "nayok"}),
]
TYPED = {
    "start": {},
    "resolve": {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจ"},
    "reject": {"message": "ไม่อยู่ในอำนาจ"},
    "refer": {"message": "ส่งต่อแล้ว", "body": "กรมทางหลวง"},
    "message": {"message": "ขอข้อมูลเพิ่ม"},
    "contacted": {"how": "call", "message": "โทรแล้ว"},
    "note": {"note": "ช่างลาป่วย"},
}


@dataclass
class Clock:
    received: datetime
    due: date
    stages: int = 0
    missed: bool = False


@dataclass
class Life:
    """What the model knows of a complaint."""

    code: Any
    email: bool
    clock: Clock
    version: int = 1
    status: str = "received"
    decided: date | None = None
    asked: bool = False
    into: str = ""
    joined: dict[str, Clock] = field(default_factory=dict)

    def lead(self) -> Clock:
        return min([self.clock, *self.joined.values()], key=lambda clock: clock.received)

    def is_open(self) -> bool:
        return self.status in OPEN and not self.into


def working(day: date) -> date:
    while not CALENDAR.is_working_day(day):
        day += timedelta(days=1)
    return day


class Lives(RuleBasedStateMachine):
    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        self.world = memory_world(bangkok("2026-11-24 10:00"))
        establish(self.world)
        employ(self.world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
        employ(self.world, "test", "hua", Grant(Role.UNIT_HEAD, "palad"))
        employ(self.world, "test", "palad", Role.CHIEF_ADMINISTRATOR)
        employ(self.world, "test", "nayok", Role.EXECUTIVE)
        self.lives: dict[str, Life] = {}
        self.told: list[tuple[str, str, str]] = []
        self.tokens = 0
        self.dies_in = 0
        save = self.world.records.save

        def mortal(*changes: Any, **more: Any) -> None:
            self.dies_in -= 1
            if self.dies_in == 0 and self.dies == "before":
                raise KilledError
            save(*changes, **more)
            if self.dies_in == 0:
                raise KilledError

        self.world.records.save = mortal  # type: ignore[method-assign]

    @property
    def today(self) -> date:
        return bangkok_day(self.world.clock.now())

    def here(self) -> Any:
        return organisations.find(self.world, "test")

    def asked(self, dies: str, ask: Any) -> Any:
        """Ask, and where the function dies, ask again; then once more, as a second click does."""
        self.dies, self.dies_in = dies, 0 if dies == "never" else 1
        try:
            ask()
        except KilledError:
            pass
        finally:
            self.dies_in = 0
        ask()
        return ask()

    def act(self, id: str, dies: str, action: str, **typed: str) -> bool:
        """Whether an officer's form was taken."""
        version = self.lives[id].version
        try:
            self.asked(
                dies,
                lambda: do(
                    self.world,
                    self.here(),
                    id,
                    action=action,
                    typed=typed,
                    version=version,
                    officer=SUPERVISOR,
                ),
            )
        except (IllegalMoveError, InvalidFieldError):
            return False
        self.lives[id].version += 1
        return True

    def tell(self, id: str, template: str) -> None:
        """The model's notices for the complainant and for those who joined."""
        for one in (id, *self.lives[id].joined):
            if self.lives[one].email:
                self.told.append((id, template, one if one != id else ""))

    def all_due(self, life: Life, due: date) -> None:
        for clock in (life.clock, *life.joined.values()):
            clock.due, clock.stages = due, 0

    dies = st.sampled_from(["never", "never", "before", "after"])

    @rule(target=ids, ago=st.integers(0, 16), dies=dies)
    def enter(self, ago: int, dies: str) -> Any:
        """An officer enters what came days ago: its clock runs since then, unless it would be over by now."""
        self.world.clock.forward(minutes=1)
        self.tokens += 1
        report, token, came = (
            report_of(False, self.tokens),
            f"t{self.tokens}",
            self.today - timedelta(days=ago),
        )
        due = working(came + timedelta(days=15))

        def ask() -> Any:
            return complaint_entry.enter(
                self.world,
                self.here(),
                report,
                channel="post",
                received_on=came.isoformat(),
                consent=True,
                token=token,
                by=SUPERVISOR.username,
            )

        try:
            filed = self.asked(dies, ask)
        except InvalidFieldError:
            assert due < self.today
            return multiple()
        assert due >= self.today
        at = datetime.combine(came, datetime.min.time(), BANGKOK) if ago else self.world.clock.now()
        self.lives[filed.id] = Life(filed.code, False, Clock(at, due))
        return filed.id

    @rule(target=ids, email=st.booleans(), dies=dies)
    def file(self, email: bool, dies: str) -> str:
        self.world.clock.forward(minutes=1)
        self.tokens += 1
        report = report_of(email, self.tokens)
        token = f"t{self.tokens}"

        def ask() -> Any:
            return complaints.file(
                self.world, self.here(), report, consent=True, token=token, channel=Channel.WEB
            )

        filed = self.asked(dies, ask)
        due = working(self.today + timedelta(days=15))
        self.lives[filed.id] = Life(filed.code, email, Clock(self.world.clock.now(), due))
        self.tell(filed.id, "complaint_received")
        return filed.id

    @rule(target=ids, email=st.booleans(), data=st.data(), dies=dies)
    def me_too(self, email: bool, data: st.DataObject, dies: str) -> Any:
        """A complainant finds hers among the likely duplicates and joins it as she files."""
        self.world.clock.forward(minutes=1)
        self.tokens += 1
        report, token, now = report_of(email, self.tokens), f"t{self.tokens}", self.world.clock.now()
        recent = [
            (life.clock.received, id)
            for id, life in self.lives.items()
            if life.is_open() and now - life.clock.received <= complaint_intake.RECENT
        ]
        expected = [id for _, id in sorted(recent, reverse=True)][: complaint_intake.MOST_SHOWN]
        likely = complaint_intake.likely(self.world, self.here(), report, token)
        assert len(likely) == len(expected)
        if not likely:
            return multiple()
        at = data.draw(st.integers(0, len(likely) - 1))

        def ask() -> Any:
            return complaint_intake.join(
                self.world, self.here(), report, likely[at].choice, consent=True, token=token
            )

        filed, into = self.asked(dies, ask), expected[at]
        clock = Clock(now, working(self.today + timedelta(days=15)))
        self.lives[filed.id] = Life(filed.code, email, clock, into=into)
        self.lives[into].version += 1
        self.lives[into].joined[filed.id] = Clock(**vars(clock))
        self.tell(filed.id, "complaint_received")
        return filed.id

    @precondition(lambda self: any(life.joined for life in self.lives.values()))
    @rule(data=st.data(), action=st.sampled_from(sorted(TYPED)), dies=dies)
    def work_one_that_others_follow(self, data: st.DataObject, action: str, dies: str) -> None:
        followed = [id for id, life in self.lives.items() if life.joined]
        self.work_on(data.draw(st.sampled_from(followed)), action, dies)

    @rule(id=ids, action=st.sampled_from(sorted(TYPED)), dies=dies)
    def work(self, id: str, action: str, dies: str) -> None:
        self.work_on(id, action, dies)

    def work_on(self, id: str, action: str, dies: str) -> None:
        life = self.lives[id]
        done = self.act(id, dies, action, **TYPED[action])
        if action == "start":
            fits = life.status in {"received", "assigned", "reopened"}
        elif action in {"message", "contacted"}:
            fits = life.status != "closed"
        else:
            fits = action == "note" or life.status in OPEN
        assert done == (fits and (not life.into or action == "note"))
        if not done:
            return
        if action == "start":
            life.status = "in_progress"
        if action in DECIDED:
            life.status, life.decided, life.asked = DECIDED[action], self.today, False
            self.tell(id, f"complaint_{life.status}")
        if action == "message":
            self.tell(id, "complaint_messaged")

    @rule(id=ids, days=st.integers(1, 40), dies=dies)
    def explain(self, id: str, days: int, dies: str) -> None:
        life = self.lives[id]
        day = working(self.today + timedelta(days=days))
        done = self.act(id, dies, "explain", message="รออะไหล่", due_on=day.isoformat())
        assert done == (life.is_open() and day > life.lead().due)
        if done:
            life.status = "explained"
            self.all_due(life, day)
            self.tell(id, "complaint_explained")

    @rule(id=ids, into=ids, dies=dies)
    def merge(self, id: str, into: str, dies: str) -> None:
        self.merge_both(id, into, dies)

    @precondition(lambda self: sum(life.is_open() for life in self.lives.values()) > 1)
    @rule(data=st.data(), dies=dies)
    def merge_what_fits(self, data: st.DataObject, dies: str) -> None:
        open_ones = [id for id, life in self.lives.items() if life.is_open()]
        into = data.draw(st.sampled_from(open_ones))
        id = data.draw(st.sampled_from([one for one in open_ones if one != into]))
        self.merge_both(id, into, dies)

    def merge_both(self, id: str, into: str, dies: str) -> None:
        life, target = self.lives[id], self.lives[into]
        fits = id != into and life.is_open() and target.is_open() and not life.joined
        assert self.act(id, dies, "merge", into=into) == fits
        if fits:
            life.into = into
            target.version += 1
            target.joined[id] = Clock(**vars(life.clock))
            if life.email:
                self.told.append((id, "complaint_merged", ""))

    @precondition(lambda self: any(life.into for life in self.lives.values()))
    @rule(data=st.data(), dies=dies)
    def unmerge(self, data: st.DataObject, dies: str) -> None:
        merged = sorted(id for id, life in self.lives.items() if life.into)
        id = data.draw(st.sampled_from(merged))
        life = self.lives[id]
        fits = bool(life.into) and life.status != "closed"
        assert self.act(id, dies, "unmerge") == fits
        if fits:
            target = self.lives[life.into]
            clock = target.joined.pop(id)
            target.version += 1
            life.into = ""
            life.clock.due = max(life.clock.due, clock.due)
            life.clock.missed |= clock.missed
            # Its day may have passed while the other one was decided: it stands open again, and late.
            self.miss()

    @rule(id=ids)
    def unmerge_any(self, id: str) -> None:
        if not self.lives[id].into:
            assert not self.act(id, "never", "unmerge")

    @rule(id=ids, reopens=st.booleans(), dies=dies)
    def citizen(self, id: str, reopens: bool, dies: str) -> None:
        """A complainant writes or reopens; whose complaint was merged does it with the other one."""
        self.tokens += 1
        token, here = f"t{self.tokens}", self.here()
        life = self.lives[self.lives[id].into or id]
        code = self.lives[id].code

        def ask() -> None:
            if reopens:
                complaints.reopen(self.world, here, code, "ยังไม่เรียบร้อย", token=token)
            else:
                complaints.write(self.world, "test", code, "เพิ่มเติม", token=token)

        try:
            self.asked(dies, ask)
            done = True
        except (IllegalMoveError, InvalidFieldError):
            done = False
        if not reopens:
            # How many may wait for an answer is another test's.
            assert not (done and life.status == "closed")
        else:
            since = (self.today - life.decided).days if life.decided else 99
            assert done == (life.status in DECIDED.values() and since <= 30)
            if done:
                life.status, life.decided = "reopened", None
                self.all_due(life, working(self.today + timedelta(days=15)))
        life.version += done

    @rule(days=st.integers(1, 12), dies=dies, at_save=st.integers(1, 3))
    def night(self, days: int, dies: str, at_save: int) -> None:
        """Days pass, of which only the last has a night: it acts once, at the last stage that passed."""
        for _ in range(days):
            self.world.clock.forward(days=1)
            self.miss()
        self.world.clock.at = datetime.combine(self.today, datetime.min.time(), BANGKOK) + timedelta(hours=2)
        self.dies, self.dies_in = dies, 0 if dies == "never" else at_save
        try:
            complaints.night(self.world, lambda: 300)
        except KilledError:
            pass
        finally:
            self.dies_in = 0
        complaints.night(self.world, lambda: 300)
        assert complaints.night(self.world, lambda: 300).acted == 0
        for id in list(self.lives):
            self.model_night(id)
        self.world.clock.forward(hours=8)

    def miss(self) -> None:
        for life in self.lives.values():
            if life.is_open():
                for clock in (life.clock, *life.joined.values()):
                    clock.missed |= self.today > clock.due

    def model_night(self, id: str) -> None:
        life = self.lives[id]
        if life.is_open():
            lead = life.lead()
            passed = [people for day, people in STAGES if day <= (self.today - lead.due).days]
            if len(passed) > lead.stages:
                lead.stages = len(passed)
                life.version += 1
                name = {1: "due_soon", 2: "due_soon", 3: "due", 4: "overdue", 5: "overdue"}[len(passed)]
                self.told += [(id, f"complaint_{name}", person) for person in passed[-1]]
        elif life.decided and life.status != "closed":
            since = (self.today - life.decided).days
            if since > 30:
                for one in (id, *life.joined):
                    self.lives[one].status = "closed"
                    self.lives[one].version += 1
            elif since >= 28 and life.status == "resolved" and life.email and not life.asked:
                life.asked = True
                life.version += 1
                self.told.append((id, "complaint_asked_if_solved", ""))

    @invariant()
    def states_and_clocks_agree(self) -> None:
        for id, life in getattr(self, "lives", {}).items():
            record = self.world.records.records[Key("test", "complaint", id)]
            state = record.state
            assert (state.status, state.merged_into) == (life.status, life.into)
            assert record.version == life.version
            assert {f.id for f in state.followers} == set(life.joined)
            if not life.into:
                assert state.due_on == life.lead().due
                missed = life.lead().missed or (life.is_open() and self.today > life.lead().due)
                assert state.on_time(self.today) == (not missed)

    @invariant()
    def counts_agree(self) -> None:
        if hasattr(self, "lives"):
            queued = [row.key.id for row in complaints.queue(self.world, "test", "palad")]
            assert sorted(queued) == sorted(id for id, life in self.lives.items() if life.is_open())
            kept = [key for key in self.world.records.records if key.kind == "complaint"]
            assert len(kept) == len(self.lives)

    @invariant()
    def notices_agree(self) -> None:
        if not hasattr(self, "lives"):
            return
        made = [r.state for key, r in self.world.records.records.items() if key.kind == "notice"]
        assert sorted((n.about_id, n.template, n.person or n.of) for n in made) == sorted(self.told)
        for notice in made:
            if notice.person or notice.template == "complaint_asked_if_solved":
                at = notice.not_before.astimezone(BANGKOK)
                assert CALENDAR.is_working_day(at.date())
                assert (8, 30) <= (at.hour, at.minute) < (16, 30)

    @invariant()
    def chains_hold_and_codes_open(self) -> None:
        for id, life in getattr(self, "lives", {}).items():
            history = self.world.records.history(Complaint, "test", id)
            assert history
            assert broken_at(history.events) is None
            assert fold(Complaint, history.events) == history.record.state
            shown = complaint_progress.find(self.world, "test", life.code)
            assert shown.complaint.status == self.lives[life.into or id].status


def report_of(email: bool, number: int) -> Report:
    email_address = f"c{number}@example.com" if email else ""
    return replace(REPORT, village="หมู่ 1", detail=f"เป็นหลุมลึกหลุมที่ {number}", email=email_address)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

"""Random lives of complaints against a plain model: states, clocks, notices, chains and figures agree.

The model (`tests/builders/lives.py`) knows days and lists alone. Every form may be sent twice; a function may
die at any call that it makes, before it is done or once it is done but before anybody heard of it, and what
was asked is then asked again.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, precondition, rule
from msgspec.structs import replace

from chalicelib.domain.calendar import BANGKOK
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.complaint_terms import MOST_PARTS, MOST_UNANSWERED
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.record import Key, broken_at, fold
from chalicelib.services import (
    complaint_entry,
    complaint_intake,
    complaint_progress,
    complaints,
    organisations,
    statistics,
    surveys,
)
from chalicelib.services.ports import StaleRecordError
from tests.builders.calendar import government_calendar
from tests.builders.calls import KilledError
from tests.builders.complaints import REPORT, SUPERVISOR
from tests.builders.counting import counted, must_agree
from tests.builders.lives import (
    ASKED_DAYS,
    DECIDED,
    OPEN,
    PEOPLE,
    REOPEN_DAYS,
    SLA_DAYS,
    TYPED,
    WATCHED,
    Clock,
    Life,
)
from tests.builders.living import Living

CONTACT = {"": {}, "email": {"email": "c{}@example.com"}, "phone": {"phone": "081-234-5678"}}
SECOND = {"category": "light", "subject": "ไฟดับหน้าวัด", "detail": "หลอดไฟดับสามดวง"}
WATCHER = replace(SUPERVISOR, username="test-ta")

DEATHS = st.one_of(st.just((0, False)), st.just((0, False)), st.tuples(st.integers(1, 9), st.booleans()))
"""At which call a function dies, if at all, and whether what it asked for was done."""


class Lives(Living):
    ids = Bundle("ids")

    @rule(target=ids, contact=st.sampled_from(sorted(CONTACT)), dies=DEATHS)
    def file(self, contact: str, dies: Any) -> str:
        self.clock.forward(minutes=1)
        self.tokens += 1
        report, token = report_of(contact, self.tokens), f"t{self.tokens}"

        def ask() -> Any:
            return complaints.file(
                self.world, self.here(), report, consent=True, token=token, channel=Channel.WEB
            )

        filed = self.asked(dies, ask)
        due = self.working(self.today + timedelta(days=SLA_DAYS))
        self.lives[filed.id] = Life(filed.code, contact, Clock(self.clock.now(), due, self.today))
        self.tell(filed.id, "complaint_received")
        return filed.id

    @rule(target=ids, contact=st.sampled_from(sorted(CONTACT)), data=st.data(), dies=DEATHS)
    def me_too(self, contact: str, data: st.DataObject, dies: Any) -> Any:
        """A complainant finds hers among the likely duplicates and joins it as she files."""
        self.clock.forward(minutes=1)
        self.tokens += 1
        report, token, now = report_of(contact, self.tokens), f"t{self.tokens}", self.clock.now()
        recent = [
            (life.clock.received, id)
            for id, life in self.lives.items()
            if life.is_open()
            and life.category == report.category
            and now - life.clock.received <= complaint_intake.RECENT
        ]
        expected = [id for _, id in sorted(recent, reverse=True)][: complaint_intake.MOST_SHOWN]
        likely = complaint_intake.likely(self.within, self.here(), report, token)
        assert len(likely) == len(expected)
        if not likely:
            return multiple()
        at = data.draw(st.integers(0, len(likely) - 1))

        def ask() -> Any:
            return complaint_intake.join(
                self.world, self.here(), report, likely[at].choice, consent=True, token=token
            )

        filed, into = self.asked(dies, ask), expected[at]
        clock = Clock(now, self.working(self.today + timedelta(days=SLA_DAYS)), self.today)
        self.lives[filed.id] = Life(filed.code, contact, clock, into=into)
        self.lives[into].version += 1
        self.lives[into].joined[filed.id] = Clock(**vars(clock))
        self.tell(filed.id, "complaint_received")
        return filed.id

    @rule(target=ids, ago=st.integers(0, 16), dies=DEATHS)
    def enter(self, ago: int, dies: Any) -> Any:
        """An officer enters what came days ago: its clock runs since then, unless it would be over by now."""
        self.clock.forward(minutes=1)
        self.tokens += 1
        report, token = report_of("", self.tokens), f"t{self.tokens}"
        came = self.today - timedelta(days=ago)
        due = self.working(came + timedelta(days=SLA_DAYS))

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
        at = datetime.combine(came, datetime.min.time(), BANGKOK) if ago else self.clock.now()
        self.lives[filed.id] = Life(filed.code, "", Clock(at, due, came))
        return filed.id

    @precondition(lambda self: any(life.joined for life in self.lives.values()))
    @rule(data=st.data(), action=st.sampled_from(sorted(TYPED)), dies=DEATHS)
    def work_one_that_others_follow(self, data: st.DataObject, action: str, dies: Any) -> None:
        followed = [id for id, life in self.lives.items() if life.joined]
        self.work_on(data.draw(st.sampled_from(followed)), action, dies)

    @rule(id=ids, action=st.sampled_from(sorted(TYPED)), dies=DEATHS)
    def work(self, id: str, action: str, dies: Any) -> None:
        self.work_on(id, action, dies)

    def work_on(self, id: str, action: str, dies: Any) -> None:
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
        if action != "note":
            life.unanswered = 0
        if action == "start":
            life.status = "in_progress"
        if action in DECIDED:
            life.status = life.decision = DECIDED[action]
            life.decided, life.asked = self.today, False
            life.surveyed, life.said = set(), set()
            self.tell(id, f"complaint_{life.status}")
        if action == "message":
            self.tell(id, "complaint_messaged")
        if action in WATCHED:
            self.tell_watchers(id)

    @rule(id=ids, unit=st.sampled_from(sorted(PEOPLE)), dies=DEATHS)
    def assign(self, id: str, unit: str, dies: Any) -> None:
        life = self.lives[id]
        done = self.act(id, dies, "assign", unit=unit)
        assert done == life.is_open()
        if done:
            life.unit, life.unanswered = unit, 0
            life.status = life.status if life.status == "explained" else "assigned"
            self.tell_watchers(id)

    @rule(id=ids, category=st.sampled_from(["road", "light"]), dies=DEATHS)
    def recategorise(self, id: str, category: str, dies: Any) -> None:
        life = self.lives[id]
        done = self.act(id, dies, "recategorise", category=category)
        assert done == (life.is_open() and category != life.category)
        if done:
            life.category = category

    @rule(id=ids, starts=st.booleans(), dies=DEATHS)
    def watch(self, id: str, starts: bool, dies: Any) -> None:
        """A colleague follows what the others do with it, or does so no longer."""
        life = self.lives[id]
        done = self.act(id, dies, "watch" if starts else "unwatch", officer=WATCHER)
        assert done == (starts != ("ta" in life.watchers))
        life.watchers = {"ta"} if starts else set()

    @rule(id=ids, holds=st.booleans(), dies=DEATHS)
    def hold(self, id: str, holds: bool, dies: Any) -> None:
        life = self.lives[id]
        done = self.act(id, dies, "hold" if holds else "lift", note="ฟ้องศาล")
        assert done == (holds != life.held)
        life.held = holds

    @rule(id=ids, days=st.integers(1, 40), dies=DEATHS)
    def explain(self, id: str, days: int, dies: Any) -> None:
        life = self.lives[id]
        day = self.working(self.today + timedelta(days=days))
        done = self.act(id, dies, "explain", message="รออะไหล่", due_on=day.isoformat())
        assert done == (life.is_open() and day > life.lead().due)
        if done:
            life.status, life.unanswered = "explained", 0
            life.set_due(day, None)
            self.tell(id, "complaint_explained")
            self.tell_watchers(id)

    @rule(id=ids, into=ids, dies=DEATHS)
    def merge(self, id: str, into: str, dies: Any) -> None:
        self.merge_both(id, into, dies)

    @precondition(lambda self: sum(life.is_open() for life in self.lives.values()) > 1)
    @rule(data=st.data(), dies=DEATHS)
    def merge_what_fits(self, data: st.DataObject, dies: Any) -> None:
        open_ones = [id for id, life in self.lives.items() if life.is_open()]
        into = data.draw(st.sampled_from(open_ones))
        id = data.draw(st.sampled_from([one for one in open_ones if one != into]))
        self.merge_both(id, into, dies)

    def merge_both(self, id: str, into: str, dies: Any) -> None:
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
    @rule(data=st.data(), dies=DEATHS)
    def unmerge(self, data: st.DataObject, dies: Any) -> None:
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
            if clock.due > life.clock.due:
                life.clock.due, life.clock.base = clock.due, clock.base and life.clock.base
            life.clock.base = life.clock.base if clock.base else None
            life.clock.missed |= clock.missed
            # Days off that were announced meanwhile count for both.
            self.recompute(life, parted=True)
            self.recompute(target, parted=True)

    @rule(id=ids)
    def unmerge_any(self, id: str) -> None:
        if not self.lives[id].into:
            assert not self.act(id, (0, False), "unmerge")

    @rule(target=ids, id=ids, dies=DEATHS)
    def split(self, id: str, dies: Any) -> str:
        life = self.lives[id]
        done = self.act(id, dies, "split", **SECOND)
        assert done == (life.is_open() and len(life.parts) < MOST_PARTS)
        if not done:
            return id
        part = self.records.get(Complaint, "test", id).state.parts[-1]
        life.parts.append(part)
        lead = life.lead()
        clock = Clock(life.clock.received, lead.due, lead.base, missed=lead.missed)
        self.lives[part] = Life(life.code, life.contact, clock, category="light", whole=id)
        if life.email:
            self.told.append((id, "complaint_split", ""))
        return str(part)

    @rule(id=ids, says=st.sampled_from(["write", "reopen", "survey", "solved", "back"]), dies=DEATHS)
    def citizen(self, id: str, says: str, dies: Any) -> None:
        """A complainant speaks; whose complaint was merged speaks of the other one."""
        self.clock.forward(seconds=1)
        self.tokens += 1
        token, here, own = f"t{self.tokens}", self.here(), self.lives[id]
        life, of = (self.lives[own.into], id) if own.into else (own, "")
        top = own
        while top.whole:
            top = self.lives[top.whole]
        code, more = top.code, {"token": token, "part": id if own.whole else ""}

        def ask() -> None:
            match says:
                case "write":
                    complaints.write(self.world, "test", code, "เพิ่มเติม", **more)
                case "reopen":
                    complaints.reopen(self.world, here, code, "ยังไม่เรียบร้อย", **more)
                case "survey":
                    surveys.answer(self.world, "test", code, (5, 4, 3, 2, 1), "", **more)
                case _:
                    surveys.say_if_solved(self.world, "test", code, yes=says == "solved", **more)

        try:
            self.asked(dies, ask)
            done = True
        except (IllegalMoveError, InvalidFieldError):
            done = False
        since = (self.today - life.decided).days if life.decided else 99
        resolved = life.decision == "resolved"
        match says:
            case "write":
                assert done == (life.status != "closed" and life.unanswered < MOST_UNANSWERED)
                life.unanswered += done
            case "reopen":
                assert done == (life.status in DECIDED.values() and since <= REOPEN_DAYS)
                if done:
                    life.status, life.decided, life.decision = "reopened", None, ""
                    life.set_due(self.working(self.today + timedelta(days=SLA_DAYS)), self.today)
            case "survey":
                assert done == (resolved and of not in life.surveyed)
                life.surveyed |= {of} if done else set()
            case _:
                assert done == (resolved and since >= ASKED_DAYS and of not in life.said)
                life.said |= {of} if done else set()
        life.version += done
        if done and says in {"write", "reopen"}:
            self.tell_watchers(own.into or id)

    @rule(id=ids, dies=DEATHS)
    def code_issued_again(self, id: str, dies: Any) -> None:
        """A lost code is made anew, and the old one is void. A form sent again is too late."""
        life = self.lives[id]
        if life.whole:
            return
        self.reaper.at, self.reaper.after = dies
        try:
            with suppress(KilledError):
                life.code = self.issue(life, id)
        finally:
            self.reaper.at = 0
        if self.records.get(Complaint, "test", id).version > life.version:
            with pytest.raises(StaleRecordError):
                self.issue(life, id)
            life.version += 1
        old, life.code = life.code, self.issue(life, id)
        life.version += 1
        with pytest.raises(complaints.UnknownCodeError):
            complaints.follow(self.within, "test", old)

    def issue(self, life: Life, id: str) -> Any:
        return complaints.reissue_code(self.world, "test", id, version=life.version, officer=SUPERVISOR)

    @rule(days=st.integers(1, 25), dies=DEATHS)
    def announce(self, days: int, dies: Any) -> None:
        """A day off is announced; due days move at once, or in the next night where the function dies."""
        self.clock.forward(seconds=1)
        day = self.today + timedelta(days=days)
        self.days_off[day.isoformat()] = {"th": "วันหยุดพิเศษ", "en": "Special holiday"}
        self.change(days_off=dict(self.days_off))
        self.reaper.at, self.reaper.after = dies
        try:
            with suppress(KilledError):
                complaints.recompute_due_days(self.world, self.here(), lambda: 300)
        finally:
            self.reaper.at = 0
        organisations.forget()
        complaints.recompute_due_days(self.world, self.here(), lambda: 300)
        for life in self.lives.values():
            self.recompute(life)

    @rule()
    def pause(self) -> None:
        self.paused = not self.paused
        self.change(paused=self.paused)

    @precondition(lambda self: self.today.year < 2029)
    @rule(days=st.one_of(st.integers(1, 12), st.sampled_from([28, 31, 70])), dies=DEATHS)
    def night(self, days: int, dies: Any) -> None:
        """Days pass, of which only the last has a night: it acts once, at the last stage that passed."""
        for _ in range(days):
            self.clock.forward(days=1)
            for life in self.lives.values():
                life.miss(self.today)
        self.clock.at = datetime.combine(self.today, datetime.min.time(), BANGKOK) + timedelta(hours=2)
        organisations.forget()
        self.reaper.at, self.reaper.after = dies
        try:
            with suppress(KilledError):
                complaints.night(self.world, lambda: 300)
        finally:
            self.reaper.at = 0
        complaints.night(self.world, lambda: 300)
        assert complaints.night(self.world, lambda: 300).acted == 0
        for id in list(self.lives):
            self.model_night(id)
        self.clock.forward(hours=8)
        self.deliver(dies)

    @invariant()
    def states_and_clocks_agree(self) -> None:
        for id, life in getattr(self, "lives", {}).items():
            record = self.records.records[Key("test", "complaint", id)]
            state = record.state
            assert (state.status, state.merged_into, state.unit) == (life.status, life.into, life.unit)
            assert (state.report.category, state.held) == (life.category, life.held)
            assert bool(state.report.has_contact()) == bool(life.contact)
            assert {name.removeprefix("test-") for name in state.watchers} == life.watchers
            assert record.version == life.version
            assert {f.id for f in state.followers} == set(life.joined)
            if not life.into:
                assert state.due_on == life.lead().due
                missed = life.lead().missed or (life.is_open() and self.today > life.lead().due)
                assert state.on_time(self.today) == (not missed)

    @invariant()
    def counts_agree(self) -> None:
        if hasattr(self, "lives"):
            for unit in PEOPLE:
                queued = [row.key.id for row in complaints.queue(self.within, "test", unit)]
                theirs = [id for id, life in self.lives.items() if life.is_open() and life.unit == unit]
                assert sorted(queued) == sorted(theirs)
            kept = [key for key in self.records.records if key.kind == "complaint"]
            assert len(kept) == len(self.lives)

    @invariant()
    def notices_agree(self) -> None:
        if not hasattr(self, "lives"):
            return
        made = [r.state for key, r in self.records.records.items() if key.kind == "notice"]
        assert sorted((n.about_id, n.template, n.person or n.of) for n in made) == sorted(self.told)
        for notice in made:
            if notice.keeps_office_hours:
                at = notice.not_before.astimezone(BANGKOK)
                assert government_calendar().is_working_day(at.date())
                assert (8, 30) <= (at.hour, at.minute) < (16, 30)

    @invariant()
    def chains_hold_and_codes_open(self) -> None:
        for id, life in getattr(self, "lives", {}).items():
            history = self.records.history(Complaint, "test", id)
            assert history
            assert broken_at(history.events) is None
            assert fold(Complaint, history.events) == history.record.state
            if not life.whole:
                shown = complaint_progress.find(self.within, "test", life.code)
                assert shown.complaint.status == self.lives[life.into or id].status
                assert {part.part for part in shown.parts} >= set(life.parts)

    def teardown(self) -> None:
        """In the end the figures are those of an independent count over the raw events."""
        if not hasattr(self, "lives"):
            return
        statistics.forget()
        here = replace(self.here(), state=replace(self.here().state, suppress_below=1))
        events = [
            e for key, of in self.records.events.items() if key.kind == "complaint" for e in of.values()
        ]
        by_events = counted(events, self.today)
        for year in statistics.years(self.within):
            of_year = [one for one in by_events.values() if one.year == year]
            must_agree(statistics.of_year(self.within, here, year), of_year)
        statistics.forget()


def report_of(contact: str, number: int) -> Report:
    reached = {name: text.format(number) for name, text in CONTACT[contact].items()}
    return replace(REPORT, village="หมู่ 1", detail=f"เป็นหลุมลึกหลุมที่ {number}", **reached)


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

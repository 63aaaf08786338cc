"""A world in which complaints live, and beside it what the model says of it (`tests/builders/lives.py`)."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import proceed
from chalicelib.services import notices, organisations
from chalicelib.services.complaint_work import do
from tests.builders.calendar import bangkok, government_calendar
from tests.builders.calls import KilledError
from tests.builders.complaints import SUPERVISOR
from tests.builders.lives import (
    ASKED_DAYS,
    NAMES,
    PEOPLE,
    REOPEN_DAYS,
    SLA_DAYS,
    Life,
    a_month_later,
    told_by,
)
from tests.builders.mortal import Reaper, mortal
from tests.builders.organisations import SETTINGS, employ, establish
from tests.builders.world import memory_world

RULES = {**SETTINGS["complaint_rules"], "contact_months": 1}


class Living(RuleBasedStateMachine):
    """What all rules of the lives share: asking in spite of deaths, and the model's own steps."""

    @initialize(begins=st.sampled_from(["2026-11-24 10:00", "2026-09-29 10:00", "2026-12-28 10:00"]))
    def begin(self, begins: str) -> None:
        self.reaper = Reaper()
        self.within = memory_world(bangkok(begins))
        self.world = mortal(self.within, self.reaper)
        establish(self.within, complaint_rules=RULES)
        for unit, people in PEOPLE.items():
            employ(self.within, "test", people["officer"], Grant(Role.UNIT_OFFICER, unit))
            employ(self.within, "test", people["head"], Grant(Role.UNIT_HEAD, unit))
        employ(self.within, "test", "palad", Role.CHIEF_ADMINISTRATOR)
        employ(self.within, "test", "nayok", Role.EXECUTIVE)
        employ(self.within, "test", "ta", Role.COMPLAINT_OFFICER)
        self.lives: dict[str, Life] = {}
        self.told: list[tuple[str, str, str]] = []
        self.days_off: dict[str, dict[str, str]] = {}
        self.paused = self.announced = False
        self.tokens = 0

    @property
    def today(self) -> date:
        return bangkok_day(self.world.clock.now())

    @property
    def clock(self) -> Any:
        return self.within.clock

    @property
    def records(self) -> Any:
        return self.within.records

    def here(self) -> Any:
        return organisations.find(self.within, "test")

    def working(self, day: date) -> date:
        off = {date.fromisoformat(d): ("หยุด", "Off") for d in self.days_off}
        calendar = government_calendar(off)
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
        return day

    def asked(self, dies: tuple[int, bool], ask: Any) -> Any:
        """Ask, and where the function dies, ask again; then once more, as a second click does."""
        self.reaper.at, self.reaper.after = dies
        try:
            with suppress(KilledError):
                ask()
        finally:
            self.reaper.at = 0
        ask()
        return ask()

    def act(self, id: str, dies: Any, action: str, officer: Any = SUPERVISOR, **typed: str) -> bool:
        """Whether an officer's form was taken."""
        self.clock.forward(seconds=1)
        version = self.lives[id].version

        def ask() -> Any:
            return do(
                self.world,
                self.here(),
                id,
                action=action,
                typed={"cause_kind": "", **typed} if action == "resolve" else typed,
                version=version,
                officer=officer,
            )

        try:
            self.asked(dies, ask)
        except (IllegalMoveError, InvalidFieldError):
            return False
        self.lives[id].version += 1
        return True

    def tell(self, id: str, template: str) -> None:
        """The model's notices for the complainant and for those who joined."""
        for one in (id, *self.lives[id].joined):
            if self.lives[one].email:
                self.told.append((id, template, one if one != id else ""))

    def tell_watchers(self, id: str) -> None:
        self.told += [(id, "complaint_watched", name) for name in self.lives[id].watchers]

    def recompute(self, life: Life, *, parted: bool = False) -> None:
        """A day off that was announced moves a due day: by a save of its own, or in that which parts two."""
        lead = life.lead()
        if life.is_open() and lead.base and lead.due >= self.today:
            due = self.working(lead.base + timedelta(days=SLA_DAYS))
            if due != lead.due:
                lead.due, lead.stages = due, 0
                life.version += not parted

    def change(self, **changed: Any) -> None:
        fact = self.here().state.change_settings(changed, by="admin", at=self.clock.now())
        self.records.save(proceed(self.here(), [fact], self.within.salt))
        organisations.forget()

    def model_night(self, id: str) -> None:
        life = self.lives[id]
        if life.is_open():
            passed = life.stage_passed(self.today)
            if passed > life.lead().stages and not self.paused:
                life.lead().stages = passed
                life.version += 1
                name = f"complaint_{NAMES[passed - 1]}"
                self.told += [(id, name, person) for person in told_by(passed, life.unit)]
                self.tell_watchers(id)
        elif life.decided and life.status != "closed":
            self.model_decided(id, life, (self.today - life.decided).days)
        elif life.closed and not life.held and life.contact and a_month_later(life.closed) <= self.today:
            life.contact = ""
            life.version += 1

    def model_decided(self, id: str, life: Life, since: int) -> None:
        asked = [one for one in (id, *life.joined) if self.lives[one].email]
        asked = [one for one in asked if ("" if one == id else one) not in life.said]
        if since > REOPEN_DAYS:
            for one in (id, *life.joined):
                self.lives[one].status, self.lives[one].closed = "closed", self.today
                self.lives[one].version += 1
            if not self.paused:
                self.tell_watchers(id)
        elif since >= ASKED_DAYS and life.status == "resolved" and not (self.paused or life.asked):
            life.asked = bool(asked)
            life.version += life.asked
            self.told += [(id, "complaint_asked_if_solved", "" if one == id else one) for one in asked]

    def deliver(self, dies: Any) -> None:
        """Letters go out once, or once more for each death, and officers' in office hours alone."""
        sent, deaths = self.within.mail.sent, self.reaper.deaths
        before = len(sent)
        self.reaper.at, self.reaper.after = dies
        try:
            with suppress(KilledError):
                notices.deliver(self.world, lambda: 300)
        finally:
            self.reaper.at = 0
        notices.deliver(self.world, lambda: 300)
        assert notices.deliver(self.world, lambda: 300).acted == 0
        times = Counter(id for id, *_ in sent)
        assert sum(count - 1 for count in times.values()) <= self.reaper.deaths
        assert len(sent) - before - len({id for id, *_ in sent[before:]}) <= self.reaper.deaths - deaths
        if not government_calendar().is_working_day(self.today):
            assert not [to for _, to, *_ in sent[before:] if to.endswith("test.example.go.th")]

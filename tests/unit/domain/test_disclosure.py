from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day, start_of_day
from chalicelib.domain.disclosure import Definition, DisclosureItem, Publication, order
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import DisclosureRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.periods import Cadence, Due, Period, Status
from chalicelib.domain.record import Event, Fact, Record, broken_at, fold, proceed
from tests.builders.calendar import bangkok
from tests.builders.disclosure import MONTHLY, RULES, YEARLY_PLAN, item, no_salt

URL = "https://www.example.go.th/report.pdf"
NOON = bangkok("2026-11-24 12:00")


class Life:
    """An item with all that happened to it; a clock that only goes forward."""

    def __init__(self, definition: Definition, at: datetime) -> None:
        self.at = at
        self.record: Record[DisclosureItem] = item(definition, at)
        self.events: list[Event] = []
        self.told: list[Fact] = []

    @property
    def state(self) -> DisclosureItem:
        return self.record.state

    @property
    def today(self) -> date:
        return bangkok_day(self.at)

    def happens(self, fact: Fact | None) -> None:
        if fact is None:
            return
        change = proceed(self.record, [fact], no_salt)
        self.record, self.events = change.record, [*self.events, *change.events]

    def publish(self, period: str, url: str = URL) -> None:
        self.happens(self.state.publish(period, url, "", by="editor", at=self.at))

    def withdraw(self, period: str) -> None:
        self.happens(self.state.withdraw(period, "ผิดฉบับ", by="editor", at=self.at))

    def night(self, day: date) -> Fact | None:
        self.at = start_of_day(day) + timedelta(hours=2, minutes=30)
        fact = self.state.overnight(self.today, at=self.at)
        if fact:
            self.told.append(fact)
        self.happens(fact)
        return fact

    def is_due(self) -> bool:
        due_at = self.state.place(self.record.key).due_at
        return due_at is not None and due_at <= self.at


def reasons(life: Life, period: str, url: str = URL, note: str = "") -> dict[str, str]:
    with pytest.raises(InvalidFieldError) as refused:
        life.state.publish(period, url, note, by="editor", at=life.at)
    return refused.value.reasons


class TestPublishing:
    def test_a_published_period_shows_its_link_and_day(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        [publication] = life.state.publications
        assert (str(publication.period), publication.url) == ("2569-10", URL)
        assert publication.published_on == date(2026, 11, 24)
        assert life.state.freshness(life.today).status is Status.FRESH

    def test_the_newest_period_stands_first_in_whatever_order_they_came(self) -> None:
        life = Life(MONTHLY, NOON)
        for period in ("2569-09", "2569-11", "2569-10"):
            life.publish(period)
        assert [str(p.period) for p in life.state.publications] == ["2569-11", "2569-10", "2569-09"]

    def test_another_link_for_a_period_stands_for_the_former(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        life.at += timedelta(days=1)
        life.publish("2569-10", f"{URL}?v=2")
        [publication] = life.state.publications
        assert (publication.url, publication.published_on) == (f"{URL}?v=2", date(2026, 11, 25))

    @pytest.mark.parametrize(
        ("period", "reason"),
        [
            ("", "required"),
            ("November", "malformed"),
            ("FY2570", "other_cadence"),
            ("2569-12", "too_early"),
            ("2558-09", "too_old"),
            ("2569-10", "unchanged"),
        ],
    )
    def test_a_period_that_can_not_be_published_is_refused(self, period: str, reason: str) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        assert reasons(life, period) == {"period": reason}

    def test_a_plan_can_be_published_one_period_ahead(self) -> None:
        life = Life(YEARLY_PLAN, bangkok("2026-09-15 09:00"))
        life.publish("FY2570")
        assert reasons(life, "FY2571") == {"period": "too_early"}

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        life = Life(MONTHLY, NOON)
        assert reasons(life, "x", "javascript:alert(1)", "ก" * 1001) == {
            "url": "not_web",
            "period": "malformed",
            "note": "too_long",
        }
        assert reasons(life, "", "") == {"url": "required", "period": "required"}

    def test_the_note_is_private_and_the_link_public(self) -> None:
        life = Life(MONTHLY, NOON)
        life.happens(life.state.publish("2569-10", URL, "ส่งช้าเพราะระบบล่ม", by="editor", at=NOON))
        assert life.events[0].data == {"period": "2569-10", "url": URL}
        assert life.events[0].text("note") == "ส่งช้าเพราะระบบล่ม"
        assert life.events[0].without(["note", "actor"]).private == {}

    def test_documents_of_long_ago_leave_the_state_but_not_the_events(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2560-10")
        life.at = bangkok("2029-01-01 12:00")
        life.publish("2571-11")
        assert [str(p.period) for p in life.state.publications] == ["2571-11"]
        assert [e.data["period"] for e in life.events] == ["2560-10", "2571-11"]


class TestWithdrawing:
    def test_a_wrong_document_is_taken_off_and_the_item_is_as_fresh_as_before(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-09")
        life.publish("2569-10")
        life.withdraw("2569-10")
        assert [str(p.period) for p in life.state.publications] == ["2569-09"]
        assert life.state.freshness(life.today).status is Status.STALE

    def test_what_was_not_published_can_not_be_withdrawn_nor_without_a_reason(self) -> None:
        life = Life(MONTHLY, NOON)
        with pytest.raises(InvalidFieldError) as refused:
            life.state.withdraw("2569-10", "", by="editor", at=NOON)
        assert refused.value.reasons == {"period": "unknown", "reason": "required"}

    def test_it_grows_stale_again_and_its_unit_is_told(self) -> None:
        life = Life(MONTHLY, bangkok("2026-11-01 12:00"))
        life.night(date(2026, 11, 2))
        life.publish("2569-10")
        life.night(date(2026, 11, 20))
        life.withdraw("2569-10")
        told = life.night(date(2026, 11, 21))
        assert told
        assert (told.data["stage"], told.data["period"]) == ("stale", "2569-10")


class TestNights:
    def test_each_stage_is_told_once_to_those_of_the_rules(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        for n in range(40):
            life.night(date(2026, 11, 25) + timedelta(days=n))
        assert [(e.data["stage"], e.data["day"], bangkok_day(e.at)) for e in life.events[1:]] == [
            ("due_soon", -7, date(2026, 12, 8)),
            ("stale", 1, date(2026, 12, 16)),
            ("stale", 15, date(2026, 12, 30)),
        ]
        assert [e.data["to"] for e in life.events[1:]] == [
            ["disclosure_editor"],
            ["disclosure_editor", "unit_head"],
            ["chief_administrator", "executive"],
        ]

    def test_a_night_that_comes_late_tells_the_last_stage_alone(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        told = life.night(date(2026, 12, 31))
        assert told
        assert (told.data["day"], told.data["due_on"]) == (15, "2026-12-15")
        assert life.night(date(2027, 1, 1)) is None

    def test_an_item_that_begins_is_told_at_the_stage_that_it_stands_at(self) -> None:
        life = Life(MONTHLY, NOON)
        assert life.is_due()
        told = life.night(date(2026, 11, 25))
        assert told
        assert (told.data["stage"], told.data["day"], told.data["period"]) == ("stale", 1, "2569-10")
        assert not life.is_due()

    def test_what_is_published_in_time_is_told_to_nobody(self) -> None:
        life = Life(MONTHLY, NOON)
        life.publish("2569-10")
        life.at = bangkok("2026-12-01 10:00")
        life.publish("2569-11")
        assert life.night(date(2026, 12, 31)) is None

    def test_an_item_that_the_plan_dropped_stands_in_no_list_and_nobody_is_reminded_of_it(self) -> None:
        life = Life(MONTHLY, NOON)
        life.happens(life.state.retire(at=NOON))
        place = life.state.place(life.record.key)
        assert (place.order, place.due_at) == (None, None)
        assert life.night(date(2027, 1, 1)) is None
        assert life.state.retire(at=NOON) is None
        life.happens(life.state.redefine(MONTHLY, at=life.at))
        assert life.state.place(life.record.key).order == "0001.0007"
        assert life.is_due()


class TestDefinitions:
    def test_the_same_definition_is_nothing_new(self) -> None:
        life = Life(MONTHLY, NOON)
        assert life.state.redefine(MONTHLY, at=NOON) is None
        life.happens(life.state.redefine(replace(MONTHLY, unit="finance"), at=NOON))
        assert life.state.definition.unit == "finance"

    @pytest.mark.parametrize(
        ("published", "cadence", "stands_for"),
        [
            ("FY2569", Cadence.HALF_YEARLY, "FY2569-H2"),
            ("2569-09", Cadence.YEARLY, "FY2569"),
            ("2569-10", Cadence.YEARLY, "FY2569"),
            ("FY2570-H1", Cadence.MONTHLY, "2570-03"),
        ],
    )
    def test_after_a_change_of_cadence_a_document_stands_for_what_ended_by_its_end(
        self, published: str, cadence: Cadence, stands_for: str
    ) -> None:
        old = replace(MONTHLY, cadence=Period.parse(published).cadence)
        life = Life(old, bangkok("2027-06-01 12:00"))
        life.publish(published)
        life.happens(life.state.redefine(replace(old, cadence=cadence), at=life.at))
        assert [str(p) for p in life.state.periods] == [stands_for]

    def test_items_are_ordered_by_their_number(self) -> None:
        numbers = ["1.1", "1.2", "1.9", "1.10", "2.1", "10.1"]
        assert sorted(["10.1", "2.1", *numbers[:4]], key=order) == numbers


rules = st.just(RULES) | st.builds(
    DisclosureRules,
    grace_days=st.fixed_dictionaries({str(cadence): st.integers(0, 90) for cadence in Cadence}),
    due_soon_days=st.integers(0, 30),
    stages=st.lists(st.integers(-30, 60), max_size=4, unique=True).map(
        lambda on: tuple(Stage(f"stage {day}", day, (Role.EXECUTIVE,)) for day in sorted(on))
    ),
)
definitions = st.builds(
    Definition,
    unit=st.sampled_from(["palad", "works"]),
    cadence=st.sampled_from(Cadence),
    due=st.sampled_from(Due),
    rules=rules,
)
moves = st.lists(
    st.tuples(st.sampled_from(["publish", "withdraw", "redefine", "wait"]), st.integers(0, 120), definitions),
    max_size=8,
)


def live(definition: Definition, begun: date, done: list[tuple[str, int, Definition]]) -> Life:
    """An item that these moves happen to, each some days after the one before, with a night between."""
    life = Life(definition, start_of_day(begun) + timedelta(hours=12))
    for move, days, other in done:
        life.night(life.today + timedelta(days=days))
        life.at += timedelta(hours=10)
        state = life.state
        match move:
            case "publish":
                newest = state.definition.schedule.newest_publishable(life.today)
                life.publish(str(newest), f"{URL}?{len(life.events)}")
            case "withdraw" if state.publications:
                life.withdraw(str(state.publications[0].period))
            case "redefine":
                life.happens(state.redefine(other, at=life.at))
    return life


begun_days = st.dates(date(2022, 1, 1), date(2030, 12, 31))


@given(definitions, begun_days, moves)
def test_the_events_lead_to_the_state_and_the_state_can_be_stored(
    definition: Definition, begun: date, done: list[tuple[str, int, Definition]]
) -> None:
    life = live(definition, begun, done)
    defined = DisclosureItem.define(definition, at=start_of_day(begun) + timedelta(hours=12))
    first = replace(life.record, events=0, head="0" * 64, version=0)
    events = [*proceed(first, [defined], no_salt).events, *life.events]
    assert fold(DisclosureItem, events) == life.state
    assert broken_at(events) is None
    assert msgspec.json.decode(msgspec.json.encode(life.state), type=DisclosureItem) == life.state


@given(definitions, begun_days, moves, st.integers(0, 400))
def test_a_list_says_of_an_item_what_the_item_says_of_itself(
    definition: Definition, begun: date, done: list[tuple[str, int, Definition]], later: int
) -> None:
    life = live(definition, begun, done)
    today = life.today + timedelta(days=later)
    summary: Any = life.state.place(life.record.key).summary
    newest = Publication.from_data(summary["newest"]) if summary["newest"] else None
    assert newest == life.state.newest
    assert Definition.from_data(summary).freshness(newest, today) == life.state.freshness(today)
    schedule = life.state.definition.schedule
    assert life.state.freshness(today) == schedule.freshness(life.state.periods, today)


@given(definitions, begun_days, moves, st.integers(0, 400))
def test_a_night_finds_an_item_due_just_where_it_has_something_to_tell_and_tells_it_once(
    definition: Definition, begun: date, done: list[tuple[str, int, Definition]], later: int
) -> None:
    life = live(definition, begun, done)
    life.at += timedelta(days=later)
    due = life.is_due()
    assert (life.state.overnight(life.today, at=life.at) is not None) == due
    told = life.night(life.today)
    assert (told is not None) == due
    assert not life.is_due()
    assert life.night(life.today) is None


@given(definitions, begun_days, moves.map(lambda ms: [m for m in ms if m[0] != "redefine"]))
def test_no_stage_of_a_period_is_told_twice(
    definition: Definition, begun: date, done: list[tuple[str, int, Definition]]
) -> None:
    told = [(fact.data["period"], fact.data["day"]) for fact in live(definition, begun, done).told]
    assert len(told) == len(set(told))

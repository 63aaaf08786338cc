"""A tip's life: what may happen to it in which status, by when, and what of it can be read."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import BANGKOK, bangkok_day
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.record import Change, Fact, Key, begin, broken_at, fold, proceed
from chalicelib.domain.tip import MOST_WAITING, UNDER_WAY, SealedReport, Tip, TipCategory, TipStatus
from chalicelib.domain.tip_rules import TipRules

DAY = date(2026, 11, 24)
SEALED = SealedReport(
    recipient="age1…", secret="c2VjcmV0", content="Y29udGVudA==", identity="aWRlbnRpdHk=", marks=("a", "b"),
    custodian_marks=(("c", "d"),),
)  # fmt: skip
KEY = Key("test", "tip", "0" * 40)


class Life:
    """A tip and its events."""

    def __init__(self) -> None:
        fact = Tip.file(TipCategory.BRIBERY, SEALED, TipRules(), on=DAY)
        self._take(begin(Tip, KEY, [fact], lambda: bytes(16)), ())

    def _take(self, change: Change[Tip], earlier: tuple) -> None:
        rewritten = {event.seq: event for event in change.rewritten}
        self.record = change.record
        self.events = (*(rewritten.get(e.seq, e) for e in earlier), *change.events)

    @property
    def tip(self) -> Tip:
        return self.record.state

    def happens(self, fact: Fact | None) -> None:
        assert fact is not None
        self._take(proceed(self.record, [fact], lambda: bytes(16), self.events), self.events)


def at_status(status: TipStatus) -> Life:
    way = {
        TipStatus.RECEIVED: [],
        TipStatus.UNDER_REVIEW: ["under_review"],
        TipStatus.FACT_FINDING: ["under_review", "fact_finding"],
        TipStatus.CONCLUDED: ["under_review", "concluded"],
        TipStatus.TRANSFERRED: ["under_review", "transferred"],
        TipStatus.CLOSED: ["under_review", "closed"],
    }
    life = Life()
    for step in way[status]:
        life.happens(life.tip.move(TipStatus(step), by="test-orathai", on=DAY))
    assert life.tip.status is status
    return life


def test_a_tip_is_acknowledged_within_7_days_and_answered_within_90() -> None:
    life = Life()
    assert life.tip.next_step_on == date(2026, 12, 1)
    life.happens(life.tip.move(TipStatus.UNDER_REVIEW, by="test-orathai", on=DAY + timedelta(days=3)))
    assert life.tip.next_step_on == date(2027, 2, 22)
    life.happens(life.tip.move(TipStatus.FACT_FINDING, by="test-orathai", on=DAY + timedelta(days=3)))
    assert life.tip.next_step_on == date(2027, 2, 22)
    life.happens(life.tip.move(TipStatus.CONCLUDED, by="test-orathai", on=DAY + timedelta(days=60)))
    assert life.tip.next_step_on is None


def test_an_organisation_has_its_own_times_and_a_tip_keeps_those_of_its_day() -> None:
    rules = TipRules(acknowledge_days=3, answer_days=30)
    fact = Tip.file(TipCategory.OTHER, SEALED, rules, on=DAY)
    tip = begin(Tip, KEY, [fact], lambda: bytes(16)).record.state
    assert tip.next_step_on == date(2026, 11, 27)


MOVES = {
    TipStatus.RECEIVED: {"under_review"},
    TipStatus.UNDER_REVIEW: {"fact_finding", "concluded", "transferred", "closed"},
    TipStatus.FACT_FINDING: {"concluded", "transferred", "closed"},
    TipStatus.CONCLUDED: {"closed"},
    TipStatus.TRANSFERRED: {"closed"},
    TipStatus.CLOSED: set(),
}


@pytest.mark.parametrize("to", list(TipStatus))
@pytest.mark.parametrize("status", list(TipStatus))
def test_an_officer_takes_it_on_step_by_step(status: TipStatus, to: TipStatus) -> None:
    life = at_status(status)
    if to in MOVES[status]:
        life.happens(life.tip.move(to, by="test-orathai", on=DAY))
        assert life.tip.status is to
    else:
        with pytest.raises(IllegalMoveError):
            life.tip.move(to, by="test-orathai", on=DAY)


@pytest.mark.parametrize("status", list(TipStatus))
def test_who_adds_to_a_tip_that_is_over_lets_it_begin_anew(status: TipStatus) -> None:
    life = at_status(status)
    later = DAY + timedelta(days=200)
    life.happens(life.tip.write("eA==", "form", on=later))
    if status in UNDER_WAY:
        assert life.tip.status is status
        assert life.tip.counted_from == DAY
    else:
        assert life.tip.status is TipStatus.RECEIVED
        assert life.tip.next_step_on == later + timedelta(days=7)
    assert life.tip.received_on == DAY


def test_a_reporter_waits_for_an_answer_after_many_messages() -> None:
    life = Life()
    for number in range(MOST_WAITING):
        life.happens(life.tip.write("eA==", f"form {number}", on=DAY))
    with pytest.raises(InvalidFieldError):
        life.tip.write("eA==", "one too many", on=DAY)
    life.happens(life.tip.answer("eA==", by="test-orathai", on=DAY))
    life.happens(life.tip.write("eA==", "now", on=DAY))


def test_only_an_answer_that_was_read_can_be_erased_and_then_it_is_gone_while_the_chain_holds() -> None:
    life = Life()
    life.happens(life.tip.write("bWluZQ==", "form", on=DAY))
    life.happens(life.tip.answer("dGhlaXJz", by="test-orathai", on=DAY))
    for name in ("message_002", "message_001", "content", "secret", "nothing"):
        with pytest.raises(InvalidFieldError):
            life.tip.erase_answer(name, on=DAY)
    life.happens(life.tip.see_answers(on=DAY))
    assert life.tip.see_answers(on=DAY) is None
    with pytest.raises(InvalidFieldError):
        life.tip.erase_answer("message_001", on=DAY)
    life.happens(life.tip.erase_answer("message_002", on=DAY))
    assert "dGhlaXJz" not in str(msgspec.json.encode([e.private for e in life.events]))
    assert "bWluZQ==" in str(msgspec.json.encode([e.private for e in life.events]))
    assert broken_at(life.events) is None
    assert life.tip.read == ()


def test_no_event_tells_the_hour() -> None:
    life = at_status(TipStatus.CLOSED)
    life.happens(life.tip.write("eA==", "form", on=DAY))
    life.happens(life.tip.answer("eA==", by="test-orathai", on=DAY))
    for event in life.events:
        local = event.at.astimezone(BANGKOK)
        assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
        assert bangkok_day(event.at) == DAY


def test_a_list_shows_the_coarse_facts_and_no_more() -> None:
    place = Life().tip.place(KEY)
    assert place.summary == {
        "category": "bribery",
        "received_on": "2026-11-24",
        "status": "received",
        "due_on": "2026-12-01",
        "marks": ["a", "b"],
    }
    assert place.year == "2570"
    assert place.order == "2026-11-24"
    assert place.due_at is not None
    assert place.due_at.astimezone(BANGKOK).isoformat() == "2026-12-02T00:00:00+07:00"
    assert at_status(TipStatus.CLOSED).tip.place(KEY).due_at is None


@given(st.lists(st.tuples(st.sampled_from(["move", "write", "answer", "see", "erase"]), st.integers(0, 400),
                          st.integers(0, 9)), max_size=40))  # fmt: skip
def test_whatever_happens_the_state_is_what_the_events_say(acts: list[tuple[str, int, int]]) -> None:
    life, day, answers, seen = Life(), DAY, 0, set[str]()
    for act, days, choice in acts:
        day += timedelta(days=days)
        try:
            match act:
                case "move":
                    life.happens(life.tip.move(list(TipStatus)[choice % 6], by="test-orathai", on=day))
                case "write":
                    life.happens(life.tip.write("eA==", f"{day}{choice}", on=day))
                case "answer":
                    life.happens(life.tip.answer("eA==", by="test-orathai", on=day))
                    answers += 1
                case "see":
                    seen |= set(life.tip.unread)
                    if fact := life.tip.see_answers(on=day):
                        life.happens(fact)
                case "erase":
                    name = f"message_{choice:03d}"
                    life.happens(life.tip.erase_answer(name, on=day))
                    seen.remove(name)
        except (IllegalMoveError, InvalidFieldError):
            continue
    tip = life.tip
    assert tip == fold(Tip, life.events)
    assert msgspec.json.decode(msgspec.json.encode(tip), type=Tip) == tip
    assert broken_at(life.events) is None
    assert set(tip.read) == seen
    assert not set(tip.unread) & set(tip.read)
    assert len(tip.unread) + len(tip.read) <= answers
    assert (tip.next_step_on is None) == (tip.status not in UNDER_WAY)
    if tip.next_step_on:
        assert tip.next_step_on > tip.counted_from >= DAY
    assert tip.received_on == DAY

"""The reporter's side: messages both ways, what she erases, what a code costs, her session."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.domain.record import broken_at
from chalicelib.domain.tip import TipStatus
from chalicelib.services import tip_inbox, tip_sessions
from chalicelib.services.ports import Records, StaleRecordError
from chalicelib.services.tip_inbox import LONGEST_MESSAGE, UnknownReceiptError
from chalicelib.services.world import World
from tests.builders.organisations import establish
from tests.builders.tips import REPORT, act, answer, file, move, open_channel, stored
from tests.builders.world import MovableClock, memory_world


@pytest.fixture
def world() -> World:
    world = memory_world(datetime(2026, 11, 24, 9, tzinfo=UTC))
    for org in ("test", "other"):
        establish(world, org)
        open_channel(world, org)
    return world


@pytest.fixture
def clock(world: World) -> MovableClock:
    assert isinstance(world.clock, MovableClock)
    return world.clock


@pytest.fixture
def code(world: World) -> ReceiptCode:
    return file(world).code


def test_she_reads_what_she_sent_and_when_the_next_step_comes(world: World, code: ReceiptCode) -> None:
    inbox = tip_inbox.open_inbox(world, "test", code)
    assert inbox.content == REPORT.content()
    assert inbox.tip.next_step_on == date(2026, 12, 1)
    assert [(e.kind, e.on) for e in inbox.entries] == [("filed", date(2026, 11, 24))]


def test_messages_go_both_ways(world: World, code: ReceiptCode) -> None:
    tip_inbox.write(world, "test", code, "มีเอกสารเพิ่ม", token="one")
    answer(world, code, "ขอบคุณค่ะ ขอวันที่ด้วย")
    entries = tip_inbox.open_inbox(world, "test", code).entries
    assert [(e.kind, e.text) for e in entries[1:]] == [
        ("reporter_wrote", "มีเอกสารเพิ่ม"),
        ("officer_wrote", "ขอบคุณค่ะ ขอวันที่ด้วย"),
    ]
    assert [e.can_erase for e in entries] == [False, False, True]


def test_an_answer_is_seen_once_it_was_shown(world: World, code: ReceiptCode) -> None:
    answer(world, code, "หนึ่ง")
    assert stored(world, code).record.state.unread
    tip_inbox.open_inbox(world, "test", code)
    seen = stored(world, code).record
    assert (seen.state.unread, seen.state.read) == ((), ("message_001",))
    tip_inbox.open_inbox(world, "test", code)
    assert stored(world, code).record == seen


def test_a_read_answer_is_erased_for_good_and_the_chain_holds(world: World, code: ReceiptCode) -> None:
    answer(world, code, "อ่านแล้วลบ")
    with pytest.raises(InvalidFieldError):
        tip_inbox.erase(world, "test", code, "message_001")
    tip_inbox.open_inbox(world, "test", code)
    tip_inbox.erase(world, "test", code, "message_001")
    entry = tip_inbox.open_inbox(world, "test", code).entries[-1]
    assert (entry.kind, entry.text, entry.can_erase) == ("officer_wrote", None, False)
    assert broken_at(stored(world, code).events) is None
    with pytest.raises(InvalidFieldError):
        tip_inbox.erase(world, "test", code, "message_001")


def test_a_form_sent_twice_adds_one_message(world: World, code: ReceiptCode) -> None:
    for _ in range(2):
        tip_inbox.write(world, "test", code, "ครั้งเดียว", token="same")
    tip_inbox.write(world, "test", code, "อีกครั้ง", token="other")
    entries = tip_inbox.open_inbox(world, "test", code).entries
    assert [e.text for e in entries[1:]] == ["ครั้งเดียว", "อีกครั้ง"]


@pytest.mark.parametrize(
    ("message", "reason"), [("", "required"), ("ก" * (LONGEST_MESSAGE + 1), "too_long")], ids=["none", "long"]
)
def test_a_message_must_be_there_and_short_enough(
    world: World, code: ReceiptCode, message: str, reason: str
) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        tip_inbox.write(world, "test", code, message, token="t")
    assert raised.value.reasons == {"message": reason}
    tip_inbox.write(world, "test", code, "ก" * LONGEST_MESSAGE, token="longest")


def test_adding_to_a_closed_tip_lets_it_begin_anew(
    world: World, clock: MovableClock, code: ReceiptCode
) -> None:
    move(world, code, TipStatus.UNDER_REVIEW, TipStatus.CLOSED)
    assert tip_inbox.open_inbox(world, "test", code).tip.next_step_on is None
    clock.forward(days=100)
    tip_inbox.write(world, "test", code, "เกิดขึ้นอีก", token="t")
    tip = tip_inbox.open_inbox(world, "test", code).tip
    assert (tip.status, tip.next_step_on) == (TipStatus.RECEIVED, date(2027, 3, 11))


def test_what_an_officers_browser_sealed_wrongly_spoils_nothing(world: World, code: ReceiptCode) -> None:
    today = date(2026, 11, 24)
    for sealed in ("", "!!", "bm8gYWdlIGZpbGU="):
        tip = stored(world, code).record.state
        act(world, code, tip.answer(sealed, by="test-orathai", on=today))
    assert [e.text for e in tip_inbox.open_inbox(world, "test", code).entries[1:]] == [None] * 3


def test_no_other_code_and_no_other_organisation_opens_it(world: World, code: ReceiptCode) -> None:
    for org, wrong in (("other", code), ("test", ReceiptCode("1" * 25))):
        for use in (
            lambda org=org, wrong=wrong: tip_inbox.open_inbox(world, org, wrong),
            lambda org=org, wrong=wrong: tip_inbox.write(world, org, wrong, "x", token="t"),
            lambda org=org, wrong=wrong: tip_inbox.erase(world, org, wrong, "message_001"),
        ):
            with pytest.raises(UnknownReceiptError):
                use()


class SomebodySavesFirst:
    """Records that somebody else writes to before the first save."""

    def __init__(self, inner: Records, times: int) -> None:
        self._inner, self.times = inner, times

    def __getattr__(self, name: str):
        return getattr(self._inner, name)

    def save(self, *changes, claim=None) -> None:
        if self.times:
            self.times -= 1
            raise StaleRecordError(changes[0].record)
        self._inner.save(*changes)


@pytest.mark.parametrize(("times", "holds"), [(1, True), (4, True), (5, False)])
def test_a_message_is_saved_whoever_saves_meanwhile(times: int, holds: bool) -> None:
    busy = SomebodySavesFirst(memory_world(datetime(2026, 11, 24, tzinfo=UTC)).tips, 0)
    world = memory_world(datetime(2026, 11, 24, tzinfo=UTC), tips=busy)
    establish(world)
    open_channel(world)
    code = file(world).code
    busy.times = times
    if holds:
        tip_inbox.write(world, "test", code, "ทันเวลา", token="t")
        assert tip_inbox.open_inbox(world, "test", code).entries[-1].text == "ทันเวลา"
    else:
        with pytest.raises(StaleRecordError):
            tip_inbox.write(world, "test", code, "ไม่ทัน", token="t")


def test_a_session_lasts_a_quarter_of_an_hour_and_serves_one_organisation(
    world: World, clock: MovableClock, code: ReceiptCode
) -> None:
    cookie = tip_sessions.begin(world, "test", code)
    assert tip_sessions.code_of(world, "test", cookie) == code
    assert tip_sessions.code_of(world, "other", cookie) is None
    clock.forward(minutes=15)
    assert tip_sessions.code_of(world, "test", cookie) == code
    clock.forward(seconds=1)
    assert tip_sessions.code_of(world, "test", cookie) is None


def test_a_cookie_holds_no_code_and_none_but_ours_counts(world: World, code: ReceiptCode) -> None:
    cookie = tip_sessions.begin(world, "test", code)
    digits = code.reveal().replace("-", "")
    assert digits not in cookie
    assert code.reveal() not in cookie
    assert cookie != tip_sessions.begin(world, "test", code)
    for forged in ("", "x", cookie[1:], cookie[:-1], cookie + "x", digits, f"{digits}.x.y", "ก"):
        assert tip_sessions.code_of(world, "test", forged) is None


def test_nothing_is_kept_of_a_session(world: World, code: ReceiptCode) -> None:
    before = dict(world.tips.records), dict(world.records.records)
    tip_sessions.code_of(world, "test", tip_sessions.begin(world, "test", code))
    assert (world.tips.records, world.records.records) == before

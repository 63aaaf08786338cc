"""The record on DynamoDB: whole or not at all, one winner of two, words erased with the chain intact."""

import base64
import json

import pytest
from msgspec.structs import replace

from chalicelib.adapters.tables import IdempotencyRow, RecordRow
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.people import Role, Task
from chalicelib.domain.record import broken_at, fold, proceed
from chalicelib.services import complaints
from chalicelib.services.ports import InvalidCursorError, RecordExistsError, StaleRecordError
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import employ, establish

REPORT = Report(
    category="road",
    subject="ถนนชำรุด",
    detail="เป็นหลุมลึกหน้าวัด",
    name="สมชาย",
    phone="081-234-5678",
    email="a@example.com",
)


@pytest.fixture
def organisation(world):
    return establish(world)


def file(world, organisation, report=REPORT, token="t1"):
    return complaints.file(world, organisation, report, consent=True, token=token, channel=Channel.WEB)


def rows():
    return {(row.pk, row.sk) for row in RecordRow.scan()}, {row.pk for row in IdempotencyRow.scan()}


def test_a_submission_is_one_transaction_and_tracking_two_reads(world, organisation):
    with counted() as calls:
        filed = file(world, organisation)
    assert calls == ["TransactWriteItems"]
    with counted() as calls:
        complaints.follow(world, "test", filed.code)
    assert calls == ["GetItem", "Query"]


def test_an_unknown_code_costs_what_a_known_one_costs(world, organisation):
    establish(world, "other")
    filed = file(world, organisation)
    with counted() as calls, pytest.raises(complaints.UnknownCodeError):
        complaints.follow(world, "other", filed.code)
    assert calls == ["GetItem", "Query"]


def test_killed_before_the_save_nothing_of_a_complaint_exists_and_a_retry_files_it(world, organisation):
    before = rows()
    with killed_at(1, after=False):
        file(world, organisation)
    assert rows() == before
    assert complaints.follow(world, "test", file(world, organisation).code)


def test_killed_after_the_save_all_of_it_exists_and_a_retry_gives_the_same_code(world, organisation):
    before, _ = rows()
    with killed_at(1, after=True):
        file(world, organisation)
    saved, _ = rows()
    filed = file(world, organisation)
    assert rows()[0] == saved
    kinds = sorted((pk.split("#")[2], sk) for pk, sk in saved - before)
    assert kinds == [
        ("complaint", "EVENT#000001"),
        ("complaint", "STATE"),
        ("notice", "STATE"),
        ("tracking", "STATE"),
    ]
    assert complaints.follow(world, "test", filed.code).record.state.report == REPORT


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 15))
def test_a_night_killed_anywhere_is_resumed_and_reminds_once(world, organisation, clock, call, after):
    employ(world, "test", "nayok", Role.EXECUTIVE)
    employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR)
    filed = file(world, organisation)
    clock.forward(days=20)
    with killed_at(call, after=after):
        complaints.night(world, lambda: 300)
    complaints.night(world, lambda: 300)
    history = complaints.follow(world, "test", filed.code)
    assert [e.kind for e in history.events] == ["filed", "reminded"]
    notices = [pk for pk, _ in rows()[0] if "#notice#" in pk]
    assert len(notices) == 3  # the receipt and one for each who is told of the last stage


def test_of_two_officers_with_the_same_version_one_wins_and_the_other_learns_the_newer_state(
    world, organisation
):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation)
    now = world.clock.now()
    slower = world.records.get(Complaint, "test", filed.id)
    lost = proceed(slower, [slower.state.reject("ไม่อยู่ในอำนาจ", by="b", at=now)], world.salt)
    won = complaints.act(
        world,
        "test",
        filed.id,
        version=1,
        task=Task.WORK_COMPLAINTS,
        officer=officer,
        action=lambda c: c.start(by="a", at=now),
    )
    with pytest.raises(StaleRecordError) as stale:
        world.records.save(lost)
    assert stale.value.newer == won
    assert world.records.get(Complaint, "test", filed.id) == won


def test_a_refused_save_writes_nothing_of_the_other_changes(world, organisation):
    first, second = file(world, organisation), file(world, organisation, token="t2")
    records = [world.records.get(Complaint, "test", f.id) for f in (first, second)]
    now = world.clock.now()
    stale, fresh = (proceed(r, [r.state.note("บันทึก", by="a", at=now)], world.salt) for r in records)
    world.records.save(stale)
    before = rows()
    with pytest.raises(StaleRecordError):
        world.records.save(fresh, stale)
    assert rows() == before


def test_erased_contact_data_are_nowhere_and_the_chain_holds(world, organisation):
    filed = file(world, organisation)
    history = world.records.history(Complaint, "test", filed.id)
    fact = history.record.state.erase_contact(at=world.clock.now())
    world.records.save(proceed(history.record, [fact], world.salt, history.events))
    history = world.records.history(Complaint, "test", filed.id)
    stored = " ".join(str(row.to_simple_dict()) for row in RecordRow.scan())
    for words in (REPORT.name, REPORT.phone, REPORT.email):
        assert words not in stored
    assert history.record.state.report == replace(REPORT, name="", phone="", email="")
    assert fold(Complaint, history.events) == history.record.state
    assert broken_at(history.events) is None


def test_a_record_and_a_token_are_refused_the_second_time(world, organisation):
    filed = file(world, organisation)
    history = world.records.history(Complaint, "test", filed.id)
    with pytest.raises(RecordExistsError):
        establish(world)
    assert history is not None
    with pytest.raises(complaints.OtherBodyError):
        file(world, organisation, replace(REPORT, detail="เรื่องอื่นที่ต่างออกไป"))


def test_lists_go_on_where_their_cursor_ends_and_see_no_other_organisation(world, organisation):
    other = establish(world, "other")
    file(world, other, token="x")
    ids = {file(world, organisation, token=f"t{n}").id for n in range(7)}
    seen, cursor = [], None
    while True:
        page = world.records.list(Complaint, "test", "2570", limit=3, cursor=cursor)
        seen += [row.key.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert set(seen) == ids
    assert len(seen) == 7
    queued = world.records.queue(Complaint, "test", "palad", limit=100)
    assert {row.key.id for row in queued.rows} == ids


@pytest.mark.parametrize("id", ["x" * 3000, "\ud800", "ก" * 101])
def test_an_id_that_no_key_can_hold_is_nobodys_and_asks_nothing(world, organisation, id):
    with counted() as calls:
        assert world.records.get(Complaint, "test", id) is None
        assert world.records.history(Complaint, "test", id) is None
    assert calls == []


@pytest.mark.parametrize(
    "position",
    [1, None, {}, [1, 2], ["a"], ["a", ""], ["a", "\ud800"], ["a", "b", "c"], ["a" * 2000, "b"], "ab" * 300],
)
def test_a_cursor_of_another_list_is_refused(world, organisation, position):
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
    with counted() as calls, pytest.raises(InvalidCursorError):
        world.records.list(Complaint, "test", "2570", limit=10, cursor=cursor)
    assert calls == []

"""Filing, following, working complaints, and their nights."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report, Status
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.notices import Notice
from chalicelib.domain.people import Grant, Role, Task
from chalicelib.domain.record import broken_at, fold
from chalicelib.services import complaints, organisations
from chalicelib.services.ports import StaleRecordError
from tests.builders.calendar import bangkok
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด", location="หน้าวัด")


@pytest.fixture
def world():
    return memory_world(bangkok("2026-11-24 10:00"))


@pytest.fixture
def organisation(world):
    return establish(world)


def file(world, organisation, report=REPORT, token="t1"):
    return complaints.file(world, organisation, report, consent=True, token=token, channel=Channel.WEB)


def test_a_filed_complaint_is_found_by_its_code_and_due_in_fifteen_days(world, organisation):
    filed = file(world, organisation)
    found = complaints.follow(world, "test", filed.code)
    assert found.record.state.report == REPORT
    assert found.record.state.due_on == date(2026, 12, 9)
    assert found.record.state.unit == "palad"
    assert [e.kind for e in found.events] == ["filed"]


def test_the_same_form_sent_twice_makes_one_complaint_and_gives_the_same_code(world, organisation):
    first, again = file(world, organisation), file(world, organisation)
    assert first.code == again.code
    assert first == again
    assert len([k for k in world.records.records if k.kind == "complaint"]) == 1


def test_a_token_used_for_another_report_is_refused(world, organisation):
    file(world, organisation)
    with pytest.raises(complaints.OtherBodyError):
        file(world, organisation, replace(REPORT, detail="อีกเรื่องหนึ่งที่ต่างออกไป"))


def test_a_report_that_was_refused_uses_up_no_token(world, organisation):
    with pytest.raises(InvalidFieldError):
        file(world, organisation, replace(REPORT, detail="สั้น"))
    assert file(world, organisation).complaint.report == REPORT


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("category", "", "required"),
        ("category", "nope", "unknown"),
        ("subject", "ab", "too_short"),
        ("subject", "ก" * 201, "too_long"),
        ("detail", "ก" * 10_001, "too_long"),
        ("village", "หมู่ 99", "unknown"),
        ("email", "not an address", "malformed"),
        ("email", "a@b", "malformed"),
        ("phone", "โทรมา", "malformed"),
    ],
)
def test_a_field_that_can_not_be_taken_is_named_with_its_reason(world, organisation, field, value, reason):
    with pytest.raises(InvalidFieldError) as refused:
        file(world, organisation, replace(REPORT, **{field: value}))
    assert refused.value.reasons == {field: reason}


def test_contact_data_need_consent(world, organisation):
    report = replace(REPORT, phone="081-234-5678")
    with pytest.raises(InvalidFieldError) as refused:
        complaints.file(world, organisation, report, consent=False, token="t", channel=Channel.WEB)
    assert refused.value.reasons == {"consent": "required"}


def test_another_organisations_code_is_unknown_here(world, organisation):
    establish(world, "other")
    filed = file(world, organisation)
    with pytest.raises(complaints.UnknownCodeError):
        complaints.follow(world, "other", filed.code)


def test_a_complainant_with_an_address_is_told_what_happens(world, organisation):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation, replace(REPORT, email="a@example.com"))
    complaints.act(
        world,
        "test",
        filed.id,
        version=1,
        task=Task.WORK_COMPLAINTS,
        officer=officer,
        action=lambda c: c.resolve("ซ่อมแล้ว", "อุปกรณ์เสื่อม", "ตรวจทุกเดือน", by="x", at=world.clock.now()),
    )
    told = [r.state.template for k, r in world.records.records.items() if k.kind == "notice"]
    assert sorted(told) == ["complaint_received", "complaint_resolved"]


def test_an_old_version_is_refused_with_the_newer_state(world, organisation):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation)

    def start():
        return complaints.act(
            world,
            "test",
            filed.id,
            version=1,
            task=Task.WORK_COMPLAINTS,
            officer=officer,
            action=lambda c: c.start(by="x", at=world.clock.now()),
        )

    start()
    with pytest.raises(StaleRecordError) as stale:
        start()
    assert stale.value.newer.state.status is Status.IN_PROGRESS


def test_a_unit_officer_works_the_own_unit_only(world, organisation):
    stranger = employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works")).state
    filed = file(world, organisation)
    with pytest.raises(NotAllowedError):
        complaints.find(world, "test", filed.id, stranger)


def test_the_executive_reads_what_was_escalated_and_nothing_else(world, organisation):
    executive = employ(world, "test", "nayok", Role.EXECUTIVE).state
    filed = file(world, organisation)
    with pytest.raises(NotAllowedError):
        complaints.find(world, "test", filed.id, executive)
    world.clock.at = bangkok("2026-12-12 02:00")
    complaints.night(world, lambda: 300)
    assert complaints.find(world, "test", filed.id, executive)


def test_a_night_reminds_once_at_the_last_stage_that_passed(world, organisation):
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works"))
    employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad"))
    file(world, organisation)
    world.clock.at = bangkok("2026-12-07 02:00")
    first, second = complaints.night(world, lambda: 300), complaints.night(world, lambda: 300)
    assert (first.acted, second.acted) == (1, 0)
    told = {r.state.person for k, r in world.records.records.items() if k.kind == "notice"}
    assert told == {"nong", "hua"}


def test_notices_of_the_night_wait_for_half_past_eight_of_a_working_day(world, organisation):
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    file(world, organisation)
    world.clock.at = bangkok("2026-12-05 02:00")  # a Saturday, the King's birthday; Monday is its substitute
    complaints.night(world, lambda: 300)
    (notice,) = [r.state for k, r in world.records.records.items() if k.kind == "notice"]
    assert isinstance(notice, Notice)
    assert notice.not_before == bangkok("2026-12-08 08:30")


def test_a_decided_complaint_is_closed_thirty_days_later_and_stays_closed(world, organisation):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation)
    complaints.act(
        world,
        "test",
        filed.id,
        version=1,
        task=Task.DECIDE_COMPLAINTS,
        officer=officer,
        action=lambda c: c.reject("ไม่อยู่ในอำนาจหน้าที่", by="x", at=world.clock.now()),
    )
    world.clock.at = bangkok("2026-12-24 02:00")
    assert complaints.night(world, lambda: 300).acted == 0
    world.clock.at = bangkok("2026-12-25 02:00")
    assert complaints.night(world, lambda: 300).acted == 1
    with pytest.raises(IllegalMoveError):
        complaints.reopen(world, organisation, filed.code, "ยังไม่เรียบร้อย", token="t2")


def test_a_reopened_complaint_has_a_new_clock(world, organisation):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation)
    complaints.act(
        world,
        "test",
        filed.id,
        version=1,
        task=Task.DECIDE_COMPLAINTS,
        officer=officer,
        action=lambda c: c.reject("ไม่อยู่ในอำนาจหน้าที่", by="x", at=world.clock.now()),
    )
    world.clock.forward(days=10)
    complaints.reopen(world, organisation, filed.code, "ยังไม่เรียบร้อย", token="t2")
    state = complaints.follow(world, "test", filed.code).record.state
    assert state.status is Status.REOPENED
    assert state.due_on == date(2026, 12, 21)  # 19 December is a Saturday


def test_a_new_code_voids_the_old_one(world, organisation):
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    filed = file(world, organisation)
    new = complaints.reissue_code(world, "test", filed.id, version=1, officer=officer)
    assert complaints.follow(world, "test", new).record.key.id == filed.id
    with pytest.raises(complaints.UnknownCodeError):
        complaints.follow(world, "test", filed.code)


def test_a_day_off_announced_later_moves_the_due_day_by_an_event(world, organisation):
    filed = file(world, organisation)
    fact = organisation.state.change_settings(
        {"days_off": {"2026-12-09": {"th": "วันหยุดพิเศษ", "en": "Special holiday"}}},
        by="admin",
        at=world.clock.now(),
    )
    from chalicelib.domain.record import proceed

    change = proceed(organisation, [fact], world.salt)
    world.records.save(change)
    organisations.forget()
    assert complaints.night(world, lambda: 300).acted == 1
    history = complaints.follow(world, "test", filed.code)
    assert history.record.state.due_on == date(2026, 12, 11)  # the 10th is Constitution Day
    assert history.events[-1].kind == "due_day_recomputed"
    assert complaints.night(world, lambda: 300).acted == 0


def test_the_state_is_what_the_events_fold_to_and_the_chain_holds(world, organisation):
    filed = file(world, organisation)
    for days in (10, 13, 15, 16, 18, 40):
        world.clock.at = bangkok("2026-11-24 02:00") + timedelta(days=days)
        complaints.night(world, lambda: 300)
    history = complaints.follow(world, "test", filed.code)
    assert fold(Complaint, history.events) == history.record.state
    assert broken_at(history.events) is None
    assert len(history.events) == 6


def test_an_executive_with_a_further_role_reads_no_more_by_it_than_that_role_does(world, organisation):
    planner = employ(world, "test", "nayok", Role.EXECUTIVE, Role.PLAN_MANAGER).state
    head = employ(world, "test", "rong", Role.EXECUTIVE, Grant(Role.UNIT_HEAD, "palad")).state
    filed = file(world, organisation)
    with pytest.raises(NotAllowedError):
        complaints.find(world, "test", filed.id, planner)
    assert complaints.find(world, "test", filed.id, head)


def test_the_chief_administrator_is_reminded_of_what_no_unit_may_see(world, organisation):
    employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad"))
    employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR)
    file(world, organisation, replace(REPORT, about_staff=True, about_unit="palad"))
    world.clock.at = bangkok("2026-12-09 02:00")
    assert complaints.night(world, lambda: 300).acted == 1
    assert [r.state.person for k, r in world.records.records.items() if k.kind == "notice"] == ["palad"]

"""Cases of the clock that bit others: each must neither lose a day nor alarm for nothing."""

from datetime import date

import pytest

from chalicelib.domain.complaint import Status
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import Key, proceed
from chalicelib.services import complaints, disclosure, organisations, surveys
from chalicelib.services.complaint_work import ACTIONS
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, act, file, standing
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import memory_world

DONE = {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจทุกเดือน"}


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad"))
    return world


@pytest.fixture
def filed(world):
    """Due on 9 December 2026."""
    return file(world)


def state(world, filed):
    return standing(world, filed.id).state


def nights(world, *ats):
    """How much each of these nights did."""
    acted = []
    for at in ats:
        world.clock.at = bangkok(f"{at} 02:00")
        acted.append(complaints.night(world, lambda: 300).acted)
    return acted


def set_here(world, **settings):
    here = organisations.find(world, "test")
    fact = here.state.change_settings(settings, by="admin", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()


def test_reopened_it_is_reminded_of_anew_and_a_day_missed_before_stays_missed(world, filed):
    nights(world, "2026-12-11")
    act(world, filed.id, "resolve", **DONE)
    complaints.reopen(world, organisations.find(world, "test"), filed.code, "ยังไม่เรียบร้อย", token="r")
    assert state(world, filed).due_on == date(2026, 12, 28)  # 26 December is a Saturday
    assert nights(world, "2026-12-22", "2026-12-23", "2026-12-28") == [0, 1, 1]
    assert not state(world, filed).on_time(date(2026, 12, 28))


def test_reopened_on_the_last_day_it_has_a_clock_of_its_own_and_a_day_later_it_has_none(world, filed):
    other = file(world)
    for one in (filed, other):
        act(world, one.id, "resolve", **DONE)
    here = organisations.find(world, "test")
    world.clock.at = bangkok("2026-12-24 23:59")
    complaints.reopen(world, here, filed.code, "ยังไม่เรียบร้อย", token="r1")
    assert state(world, filed).due_on == date(2027, 1, 8)
    world.clock.at = bangkok("2026-12-25 00:00")
    with pytest.raises(IllegalMoveError):
        complaints.reopen(world, here, other.code, "ยังไม่เรียบร้อย", token="r2")


def test_merged_the_earliest_clock_alone_reminds_and_alone_is_missed(world, filed):
    world.clock.at = bangkok("2026-11-30 10:00")
    later = file(world, detail="หลุมเดียวกัน แจ้งโดยอีกคน")
    act(world, filed.id, "merge", into=later.id)
    assert state(world, later).due_on == date(2026, 12, 9)
    # One reminder a stage, though there are two complaints.
    assert nights(world, "2026-12-04", "2026-12-07", "2026-12-09", "2026-12-10") == [1, 1, 1, 1]
    assert not state(world, later).on_time(date(2026, 12, 10))


def test_merged_and_parted_again_each_has_its_own_clock_back(world, filed):
    world.clock.at = bangkok("2026-11-30 10:00")
    later = file(world, detail="หลุมเดียวกัน แจ้งโดยอีกคน")
    act(world, later.id, "merge", into=filed.id)
    act(world, later.id, "unmerge")
    assert [state(world, one).due_on for one in (filed, later)] == [date(2026, 12, 9), date(2026, 12, 15)]
    assert nights(world, "2026-12-10", "2026-12-15") == [2, 2]
    assert not state(world, filed).on_time(date(2026, 12, 10))
    assert state(world, later).on_time(date(2026, 12, 15))


def test_split_both_keep_the_day_received_and_each_is_reminded_of_by_itself(world, filed):
    nights(world, "2026-12-04")
    world.clock.at = bangkok("2026-12-04 10:00")
    act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    part = state(world, filed).parts[0]
    assert standing(world, part).state.due_on == state(world, filed).due_on == date(2026, 12, 9)
    # The part has not been reminded of yet: the next night is for both.
    assert nights(world, "2026-12-07") == [2]
    act(world, part, "resolve", **DONE)
    assert nights(world, "2026-12-09", "2026-12-10") == [1, 1]
    assert standing(world, part).state.on_time(date(2026, 12, 10))
    assert not state(world, filed).on_time(date(2026, 12, 10))


def test_split_late_the_part_is_late_too(world, filed):
    world.clock.at = bangkok("2026-12-11 10:00")
    act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    part = standing(world, state(world, filed).parts[0]).state
    assert not part.on_time(date(2026, 12, 11))


def test_referred_no_clock_runs_any_more(world, filed):
    act(world, filed.id, "refer", message="ส่งต่อแล้ว", body="กรมทางหลวง")
    assert nights(world, "2026-12-09", "2026-12-10", "2026-12-12") == [0, 0, 0]
    assert state(world, filed).on_time(date(2026, 12, 12))


def test_referred_and_reopened_the_clock_starts_anew_here(world, filed):
    act(world, filed.id, "refer", message="ส่งต่อแล้ว", body="กรมทางหลวง")
    world.clock.at = bangkok("2026-12-11 10:00")
    here = organisations.find(world, "test")
    complaints.reopen(world, here, filed.code, "กรมฯ ส่งกลับมา", token="r")
    assert state(world, filed).due_on == date(2026, 12, 28)
    assert state(world, filed).on_time(date(2026, 12, 28))
    assert nights(world, "2026-12-29") == [1]


def test_extended_twice_each_later_day_has_its_own_reminders(world, filed):
    act(world, filed.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    world.clock.at = bangkok("2026-12-23 10:00")
    act(world, filed.id, "explain", message="อะไหล่ยังไม่มา", due_on="15/1/2570")
    assert nights(world, "2026-12-25", "2027-01-10", "2027-01-15", "2027-01-16") == [0, 1, 1, 1]
    assert state(world, filed).explained_times == 2
    assert not state(world, filed).on_time(date(2027, 1, 16))


def test_a_second_extension_that_comes_late_does_not_undo_the_day_that_was_missed(world, filed):
    act(world, filed.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    world.clock.at = bangkok("2026-12-25 10:00")
    act(world, filed.id, "explain", message="อะไหล่ยังไม่มา", due_on="15/1/2570")
    assert not state(world, filed).on_time(date(2026, 12, 26))


def test_another_category_leaves_the_clock_as_it_is(world, filed):
    act(world, filed.id, "recategorise", category="light")
    assert state(world, filed).report.category == "light"
    assert state(world, filed).due_on == date(2026, 12, 9)
    assert nights(world, "2026-12-09") == [1]


def test_another_category_of_another_unit_leaves_unit_and_clock_until_it_is_assigned(world, filed):
    set_here(world, routes=[{"category": "light", "village": "", "unit": "works"}])
    nights(world, "2026-12-04")
    act(world, filed.id, "recategorise", category="light")
    assert state(world, filed).unit == "palad"
    # The stage that was told of is not told of again.
    assert nights(world, "2026-12-05", "2026-12-07") == [0, 1]


def test_a_holiday_announced_later_moves_the_due_day_and_the_reminders_with_it(world, filed):
    assert nights(world, "2026-12-04") == [1]
    special = {"2026-12-09": {"th": "วันหยุดพิเศษ", "en": "Special holiday"}}
    set_here(world, days_off=special)
    assert nights(world, "2026-12-05") == [1]  # the due day moves past Constitution Day, to the 11th
    assert state(world, filed).due_on == date(2026, 12, 11)
    assert nights(world, "2026-12-06", "2026-12-09", "2026-12-11", "2026-12-12") == [1, 1, 1, 1]
    assert not state(world, filed).on_time(date(2026, 12, 12))


def test_a_holiday_announced_later_while_merged_moves_the_clock_that_counts_and_the_other_one_when_parted(
    world, filed
):
    world.clock.at = bangkok("2026-11-25 10:00")
    later = file(world, detail="หลุมเดียวกัน แจ้งโดยอีกคน")
    act(world, later.id, "merge", into=filed.id)
    special = {day: {"th": "วันหยุดพิเศษ", "en": "Special holiday"} for day in ("2026-12-09", "2026-12-11")}
    set_here(world, days_off=special)
    nights(world, "2026-11-26")
    assert state(world, filed).due_on == date(2026, 12, 14)
    act(world, later.id, "unmerge")
    assert [state(world, one).due_on for one in (filed, later)] == [date(2026, 12, 14)] * 2


def test_a_holiday_announced_later_moves_no_day_that_was_explained_or_has_passed(world, filed):
    explained, late = file(world), file(world)
    act(world, explained.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    nights(world, "2026-12-11")
    days_off = {day: {"th": "วันหยุดพิเศษ", "en": "Special holiday"} for day in ("2026-12-09", "2026-12-24")}
    set_here(world, days_off=days_off)
    nights(world, "2026-12-12")
    assert state(world, explained).due_on == date(2026, 12, 24)
    assert state(world, late).due_on == date(2026, 12, 9)


def test_closed_stays_closed_whatever_is_tried(world, filed):
    act(world, filed.id, "resolve", **DONE)
    nights(world, "2026-12-25")
    assert state(world, filed).status is Status.CLOSED
    for action in sorted(ACTIONS.keys() - {"note", "watch", "unwatch", "hold", "lift"}):
        typed = {
            "unit": "works",
            "due_on": "15/1/2570",
            "body": "x",
            "how": "call",
            "into": file(world).id,
            "category": "light",
            "subject": "ไฟดับหน้าวัด",
            "detail": "หลอดไฟดับสามดวง",
            **DONE,
        }
        with pytest.raises(IllegalMoveError):
            act(world, filed.id, action, **typed)
    with pytest.raises(IllegalMoveError):
        complaints.write(world, "test", filed.code, "ยังไม่เรียบร้อย", token="w")
    with pytest.raises(IllegalMoveError):
        complaints.reopen(world, organisations.find(world, "test"), filed.code, "ยังไม่เรียบร้อย", token="r")
    # What her survey says is taken, and opens nothing.
    surveys.answer(world, "test", filed.code, (1, 1, 1, 1, 1), "", token="s")
    surveys.say_if_solved(world, "test", filed.code, yes=False, token="n")
    nights(world, "2027-03-01")
    assert state(world, filed).status is Status.CLOSED


def notices_of(world):
    return sorted(
        (r.state.template, r.state.person or r.state.of)
        for key, r in world.records.records.items()
        if key.kind == "notice"
    )


def test_a_paused_organisation_does_not_alarm_and_catches_up_once_at_the_last_stage(world, filed):
    employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR)
    employ(world, "test", "nayok", Role.EXECUTIVE)
    set_here(world, paused=True)
    before = dict(world.records.records)
    assert nights(world, "2026-12-04", "2026-12-07", "2026-12-09", "2026-12-10", "2026-12-12") == [0] * 5
    # It costs the reading of what is due, and nothing is written.
    assert world.records.records == before
    set_here(world, paused=False)
    assert nights(world, "2026-12-13", "2026-12-14") == [1, 0]
    # Of five stages that passed, the last one's people are told, once.
    assert notices_of(world) == [("complaint_overdue", "nayok"), ("complaint_overdue", "palad")]
    assert state(world, filed).due_on == date(2026, 12, 9)


def test_a_paused_organisation_closes_and_asks_nobody_and_tells_no_officer_who_watches(world):
    watched = file(world, email="a@example.com")
    employ(world, "test", "supervisor", Role.COMPLAINT_OFFICER)
    act(world, watched.id, "watch")
    act(world, watched.id, "resolve", **DONE)
    set_here(world, paused=True)
    before = notices_of(world)
    assert nights(world, "2026-12-22", "2026-12-25") == [0, 1]
    assert state(world, watched).status is Status.CLOSED
    assert notices_of(world) == before


def test_a_paused_organisation_is_not_alarmed_about_disclosure_either(world):
    disclosure.define_items(world, "test", real_plan())
    employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad"))
    set_here(world, paused=True)
    world.clock.at = bangkok("2026-12-10 02:30")
    assert disclosure.night(world, lambda: 300).acted == 0
    assert notices_of(world) == []
    set_here(world, paused=False)
    assert disclosure.night(world, lambda: 300).acted == 33
    assert disclosure.night(world, lambda: 300).acted == 0


def test_a_reply_on_the_web_counts_as_an_answer_whoever_left_no_address(world, filed):
    """What the page by the code shows is told: nobody waits, and the decision stops the clock."""
    complaints.write(world, "test", filed.code, "เมื่อไรจะซ่อม", token="w")
    assert state(world, filed).unanswered == 1
    act(world, filed.id, "message", message="ช่างจะมาวันพุธ")
    assert state(world, filed).unanswered == 0
    act(world, filed.id, "resolve", **DONE)
    assert state(world, filed).place(Key("test", "complaint", filed.id)).summary["told"]
    assert nights(world, "2026-12-09", "2026-12-10") == [0, 0]
    assert state(world, filed).on_time(date(2026, 12, 10))


def test_a_reply_on_the_web_counts_of_who_has_a_telephone_only_once_somebody_called(world):
    filed = file(world, **CONTACT)
    act(world, filed.id, "resolve", **DONE)
    assert state(world, filed).is_to_be_called()
    assert nights(world, "2026-12-10") == [0]  # the clock stands all the same
    act(world, filed.id, "contacted", how="call", message="โทรแจ้งผลแล้ว")
    assert not state(world, filed).is_to_be_called()


def test_a_reply_on_the_web_counts_as_told_for_who_has_an_email(world):
    filed = file(world, email="a@example.com")
    act(world, filed.id, "message", message="ดำเนินการแล้ว")
    act(world, filed.id, "resolve", **DONE)
    assert not state(world, filed).is_to_be_called()
    assert state(world, filed).told


def test_who_gave_no_contact_data_is_nobodys_task(world, filed):
    act(world, filed.id, "resolve", **DONE)
    assert not state(world, filed).is_to_be_called()


@pytest.mark.parametrize(
    ("filed_at", "night", "morning"),
    [
        ("2026-11-24 10:00", "2026-12-04", "2026-12-04"),
        ("2026-11-24 10:00", "2026-12-05", "2026-12-08"),
        ("2026-11-24 10:00", "2026-12-10", "2026-12-11"),
        ("2026-12-17 10:00", "2026-12-31", "2027-01-04"),
        ("2026-12-17 10:00", "2027-01-01", "2027-01-04"),
        ("2027-03-29 10:00", "2027-04-12", "2027-04-12"),
        ("2027-03-29 10:00", "2027-04-13", "2027-04-16"),
    ],
    ids=["working day", "weekend", "holiday", "New Year's Eve", "New Year", "eve of Songkran", "Songkran"],
)
def test_no_notice_to_officers_at_midnight_on_a_weekend_or_a_holiday(world, filed_at, night, morning):
    world.clock.at = bangkok(filed_at)
    file(world)
    assert nights(world, night) == [1]
    at = {r.state.not_before for key, r in world.records.records.items() if key.kind == "notice"}
    assert at == {bangkok(f"{morning} 08:30")}


@pytest.mark.parametrize(
    ("filed_at", "due_on", "year"),
    [
        ("2026-09-30 23:59", date(2026, 10, 15), "2569"),
        ("2026-10-01 00:00", date(2026, 10, 16), "2570"),
        ("2026-12-16 08:00", date(2027, 1, 4), "2570"),
        ("2027-03-29 08:00", date(2027, 4, 16), "2570"),
    ],
    ids=["the year's last minute", "the year's first minute", "New Year", "Songkran"],
)
def test_the_day_received_is_bangkoks_and_no_day_off_ends_the_fifteen_days(world, filed_at, due_on, year):
    world.clock.at = bangkok(filed_at)
    filed = file(world)
    assert state(world, filed).due_on == due_on
    assert state(world, filed).place(Key("test", "complaint", filed.id)).year == year


def test_a_due_day_ends_at_midnight_in_bangkok(world, filed):
    world.clock.at = bangkok("2026-12-09 23:59")
    assert state(world, filed).on_time(date(2026, 12, 9))
    act(world, filed.id, "resolve", **DONE)
    assert state(world, filed).on_time(date(2026, 12, 31))
    late = file(world)
    world.clock.at = bangkok("2026-12-25 00:00")
    act(world, late.id, "resolve", **DONE)
    assert not state(world, late).on_time(date(2026, 12, 31))

"""Cases of the clock that bit others: each must neither lose a day nor alarm for nothing."""

from datetime import date

import pytest

from chalicelib.domain.complaint import Status
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import proceed
from chalicelib.services import complaints, organisations
from tests.builders.calendar import bangkok
from tests.builders.complaints import act, file, standing
from tests.builders.organisations import employ, establish
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


def test_referred_no_clock_runs_any_more(world, filed):
    act(world, filed.id, "refer", message="ส่งต่อแล้ว", body="กรมทางหลวง")
    assert nights(world, "2026-12-09", "2026-12-10", "2026-12-12") == [0, 0, 0]
    assert state(world, filed).on_time(date(2026, 12, 12))


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
    for action in (
        "assign",
        "start",
        "explain",
        "resolve",
        "reject",
        "refer",
        "message",
        "contacted",
        "merge",
    ):
        typed = {
            "unit": "works",
            "due_on": "15/1/2570",
            "body": "x",
            "how": "call",
            "into": file(world).id,
            **DONE,
        }
        with pytest.raises(IllegalMoveError):
            act(world, filed.id, action, **typed)
    with pytest.raises(IllegalMoveError):
        complaints.write(world, "test", filed.code, "ยังไม่เรียบร้อย", token="w")
    assert nights(world, "2027-03-01")
    assert state(world, filed).status is Status.CLOSED


def test_a_paused_organisation_does_not_alarm_and_catches_up_once_afterwards(world, filed):
    set_here(world, paused=True)
    assert nights(world, "2026-12-04", "2026-12-09", "2026-12-12") == [0, 0, 0]
    assert not [key for key in world.records.records if key.kind == "notice"]
    set_here(world, paused=False)
    assert nights(world, "2026-12-13", "2026-12-14") == [1, 0]
    assert state(world, filed).due_on == date(2026, 12, 9)


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
    ("night", "morning"),
    [("2026-12-04", "2026-12-04"), ("2026-12-05", "2026-12-08"), ("2026-12-10", "2026-12-11")],
)
def test_no_notice_to_officers_at_midnight_on_a_weekend_or_a_holiday(world, filed, night, morning):
    nights(world, night)
    at = {r.state.not_before for key, r in world.records.records.items() if key.kind == "notice"}
    assert at == {bangkok(f"{morning} 08:30")}

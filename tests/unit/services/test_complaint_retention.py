"""Contact data go so many months after closing; figures, chain and what was done stay; a hold stops it."""

import pytest

from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.record import broken_at
from chalicelib.services import complaint_lists, complaints, organisations
from chalicelib.services.complaint_lists import Choice, Query
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, SUPERVISOR, act, file, standing
from tests.builders.organisations import SETTINGS, establish
from tests.builders.world import memory_world


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    return world


@pytest.fixture
def closed(world):
    """A complaint that the night of 25 December 2026 closed."""
    filed = file(world, **CONTACT, position="14.1234, 100.5678", answers="เลขเสาไฟ\n4512")
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    world.clock.at = bangkok("2026-12-25 02:00")
    complaints.night(world, lambda: 300)
    assert standing(world, filed.id).state.status is Status.CLOSED
    return filed


def night(world, at):
    world.clock.at = bangkok(at)
    return complaints.night(world, lambda: 300).acted


def test_contact_data_go_after_the_months_of_the_rules_and_the_chain_holds(world, closed):
    assert night(world, "2027-12-24 02:00") == 0
    assert [night(world, "2027-12-25 02:00") for _ in range(2)] == [1, 0]
    history = world.records.history(Complaint, "test", closed.id)
    assert not history.record.state.report.has_contact()
    assert not {"name", "phone", "email", "position"} & {n for e in history.events for n in e.private}
    assert history.record.state.report.position == ""
    assert history.events[0].text("detail")
    assert history.record.state.report.answers
    assert broken_at(history.events) is None


def test_the_position_of_who_left_no_contact_data_goes_too(world):
    filed = file(world, position="14.1234, 100.5678")
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    world.clock.at = bangkok("2026-12-25 02:00")
    complaints.night(world, lambda: 300)
    assert standing(world, filed.id).state.report.position == "14.12340, 100.56780"
    assert night(world, "2027-12-25 02:00") == 1
    assert standing(world, filed.id).state.report.position == ""


def test_a_hold_stops_it_and_the_night_after_its_end_erases(world, closed):
    act(world, closed.id, "hold", note="คดีอยู่ในศาล")
    assert night(world, "2028-12-25 02:00") == 0
    assert standing(world, closed.id).state.report.has_contact()
    act(world, closed.id, "lift", note="คดีสิ้นสุด")
    assert night(world, "2028-12-26 02:00") == 1
    assert not standing(world, closed.id).state.report.has_contact()


def test_what_is_held_is_not_held_again_and_only_a_hold_ends(world, closed):
    with pytest.raises(IllegalMoveError):
        act(world, closed.id, "lift", note="ไม่มี")
    act(world, closed.id, "hold", note="คดีอยู่ในศาล")
    with pytest.raises(IllegalMoveError):
        act(world, closed.id, "hold", note="อีกครั้ง")


def test_a_complaint_keeps_the_months_of_the_day_it_was_received(world):
    establish(world, "other", complaint_rules={**SETTINGS["complaint_rules"], "contact_months": 3})
    filed = file(world, "other", **CONTACT)
    assert standing(world, filed.id, "other").state.rules.contact_months == 3


def test_who_has_no_email_is_a_task_until_somebody_called(world):
    told, called = file(world, email="a@example.com"), file(world, **CONTACT)
    explained = file(world, **CONTACT)
    act(world, explained.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    for filed in (told, called):
        act(world, filed.id, "resolve", message="ซ่อมแล้ว", cause="เสื่อม", prevention="ตรวจ")

    def tasks():
        query = Query(status=Choice.TO_BE_CALLED, year=2570)
        here = organisations.find(world, "test")
        return {e.id for e in complaint_lists.find(world, here, SUPERVISOR, query).entries}

    assert tasks() == {called.id, explained.id}
    act(world, called.id, "contacted", how="call", message="โทรแจ้งแล้ว")
    assert tasks() == {explained.id}

"""What a complainant says of a resolution: once a decision, by points, and weeks later whether it lasts."""

import pytest

from chalicelib.domain.complaint import Status
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.services import complaint_progress, complaints, organisations, surveys
from tests.builders.calendar import bangkok
from tests.builders.complaints import act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import memory_world

DONE = {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจทุกเดือน"}


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    return world


@pytest.fixture
def filed(world):
    filed = file(world, email="a@example.com")
    act(world, filed.id, "resolve", **DONE)
    return filed


def answer(world, filed, scores=(5, 4, 3, 4, 5), opinion="", token="s1"):
    surveys.answer(world, "test", filed.code, scores, opinion, token=token)


def templates(world):
    return [r.state.template for k, r in world.records.records.items() if k.kind == "notice"]


def test_points_are_facts_and_the_open_answer_is_private(world, filed):
    answer(world, filed, opinion="ขอบคุณค่ะ")
    event = complaints.follow(world, "test", filed.code).events[-1]
    assert event.kind == "surveyed"
    assert list(event.data["scores"]) == [5, 4, 3, 4, 5]
    assert event.text("opinion") == "ขอบคุณค่ะ"
    assert event.actor == "citizen"
    assert standing(world, filed.id).state.scores == ((5, 4, 3, 4, 5),)


def test_one_answer_a_decision(world, filed):
    answer(world, filed)
    answer(world, filed)
    with pytest.raises(IllegalMoveError):
        answer(world, filed, token="s2")
    here = organisations.find(world, "test")
    complaints.reopen(world, here, filed.code, "ยังไม่เรียบร้อย", token="r")
    with pytest.raises(IllegalMoveError):
        answer(world, filed, token="s3")
    act(world, filed.id, "resolve", **DONE)
    answer(world, filed, (1, 1, 1, 1, 1), token="s4")
    assert standing(world, filed.id).state.scores == ((5, 4, 3, 4, 5), (1, 1, 1, 1, 1))


@pytest.mark.parametrize("scores", [(0, 5, 5, 5, 5), (6, 5, 5, 5, 5)])
def test_points_that_are_none_are_named(world, filed, scores):
    with pytest.raises(InvalidFieldError) as refused:
        answer(world, filed, scores)
    assert refused.value.reasons == {"score_1": "required"}


@pytest.mark.parametrize("action", ["reject", "refer"])
def test_only_a_resolution_is_surveyed(world, action):
    filed = file(world)
    act(world, filed.id, action, message="ไม่อยู่ในอำนาจ", body="กรมทางหลวง")
    with pytest.raises(IllegalMoveError):
        answer(world, filed)


def test_a_closed_complaint_still_takes_its_answer_and_stays_closed(world, filed):
    world.clock.at = bangkok("2026-12-25 02:00")
    complaints.night(world, lambda: 300)
    answer(world, filed)
    assert standing(world, filed.id).state.status is Status.CLOSED


def test_four_weeks_later_the_night_asks_once_and_not_at_night(world, filed):
    world.clock.at = bangkok("2026-12-21 02:00")
    assert complaints.night(world, lambda: 300).acted == 0
    world.clock.at = bangkok("2026-12-22 02:00")
    assert [complaints.night(world, lambda: 300).acted for _ in range(2)] == [1, 0]
    (asked,) = [
        r.state
        for k, r in world.records.records.items()
        if k.kind == "notice" and r.state.template == "complaint_asked_if_solved"
    ]
    assert asked.not_before == bangkok("2026-12-22 08:30")
    world.clock.at = bangkok("2026-12-25 02:00")
    assert complaints.night(world, lambda: 300).acted == 1
    assert standing(world, filed.id).state.status is Status.CLOSED


def test_who_left_no_address_is_asked_by_the_page_alone(world):
    filed = file(world)
    act(world, filed.id, "resolve", **DONE)
    world.clock.at = bangkok("2026-12-22 02:00")
    assert complaints.night(world, lambda: 300).acted == 0
    surveys.say_if_solved(world, "test", filed.code, yes=True, token="y")
    assert standing(world, filed.id).state.still_solved == {"": True}


def test_it_is_not_asked_before_and_not_twice(world, filed):
    with pytest.raises(IllegalMoveError):
        surveys.say_if_solved(world, "test", filed.code, yes=True, token="y1")
    world.clock.at = bangkok("2026-12-22 10:00")
    surveys.say_if_solved(world, "test", filed.code, yes=False, token="y2")
    with pytest.raises(IllegalMoveError):
        surveys.say_if_solved(world, "test", filed.code, yes=True, token="y3")
    assert standing(world, filed.id).state.status is Status.RESOLVED
    assert "complaint_asked_if_solved" not in templates(world)


@pytest.fixture
def merged(world):
    """A resolved complaint and another one's that was merged into it; both left an address."""
    first = file(world, email="first@example.com")
    second = file(world, email="second@example.com", detail="หลุมเดียวกัน แจ้งโดยอีกคน")
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "resolve", **DONE)
    return first, second


def asked_of(world):
    made = [r.state for k, r in world.records.records.items() if k.kind == "notice"]
    return sorted(n.of for n in made if n.template == "complaint_asked_if_solved")


def test_all_who_follow_are_asked_and_each_speaks_for_herself(world, merged):
    first, second = merged
    world.clock.at = bangkok("2026-12-22 02:00")
    assert [complaints.night(world, lambda: 300).acted for _ in range(2)] == [1, 0]
    assert asked_of(world) == ["", second.id]
    surveys.say_if_solved(world, "test", second.code, yes=False, token="n")
    surveys.say_if_solved(world, "test", first.code, yes=True, token="y")
    assert standing(world, first.id).state.still_solved == {second.id: False, "": True}
    with pytest.raises(IllegalMoveError):
        surveys.say_if_solved(world, "test", second.code, yes=True, token="again")


def test_who_said_it_before_the_night_is_not_asked(world, merged):
    first, second = merged
    world.clock.at = bangkok("2026-12-22 01:00")
    surveys.say_if_solved(world, "test", first.code, yes=True, token="y")
    world.clock.at = bangkok("2026-12-22 02:00")
    complaints.night(world, lambda: 300)
    assert asked_of(world) == [second.id]


def test_another_ones_answer_is_not_shown_as_hers(world, merged):
    first, second = merged
    world.clock.at = bangkok("2026-12-22 10:00")
    surveys.say_if_solved(world, "test", second.code, yes=False, token="n")
    for filed, seen in ((first, False), (second, True)):
        events = complaint_progress.find(world, "test", filed.code).events
        assert ("still_solved" in [shown.event.kind for shown in events]) == seen

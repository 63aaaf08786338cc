"""What resembles a complaint, and who sees it."""

import pytest
from msgspec.structs import replace

from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.recurrence import Likeness
from chalicelib.services import recurrence
from chalicelib.services.organisations import find
from chalicelib.services.recurrence import Match
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import SUPERVISOR, act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import memory_world

WORKS = Person(
    username="test-nong", name="นง", email="n@example.go.th", grants=(Grant(Role.UNIT_OFFICER, "works"),)
)
LAMP = {
    "category": "light",
    "subject": "ไฟถนนดับ",
    "detail": "ไฟถนนหน้าโรงเรียนดับมาสามคืน มืดมาก",
    "village": "หมู่ 1",
}
LAMP_AGAIN = {
    "category": "light",
    "subject": "ไฟทางหน้าโรงเรียนไม่ติด",
    "detail": "เสาไฟหน้าโรงเรียนดับ ตอนกลางคืนมืดมาก",
    "village": "หมู่ 1",
}
OTHER_LAMP = {"category": "light", "subject": "สายไฟหย่อน", "detail": "สายห้อยต่ำเกือบถึงพื้น", "village": "หมู่ 1"}


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 09:00"))
    establish(world)
    return world


def seen(world: World, id: str, officer: Person = SUPERVISOR) -> tuple[Match, ...]:
    return recurrence.of(world, find(world, "test"), id, standing(world, id).state, officer)


def resolve(world: World, id: str) -> None:
    act(
        world,
        id,
        "resolve",
        message="เปลี่ยนหลอดแล้ว",
        cause="หลอดเสื่อม",
        prevention="ตรวจทุกเดือน",
        cause_kind="wear",
    )


def test_the_same_problem_comes_with_what_was_done_before(world: World) -> None:
    first = file(world, **LAMP)
    world.clock.forward(days=4)
    resolve(world, first.id)
    world.clock.forward(days=60)
    (match,) = seen(world, file(world, **LAMP_AGAIN).id)
    assert (match.id, match.likeness) == (first.id, Likeness.SAME)
    assert match.done
    assert (match.done.cause, match.done.prevention) == ("หลอดเสื่อม", "ตรวจทุกเดือน")
    assert (match.done.message, match.done.cause_kind) == ("เปลี่ยนหลอดแล้ว", "wear")
    assert (match.done.days, str(match.done.on)) == (4, "2026-11-28")


def test_the_closest_stand_first(world: World) -> None:
    other = file(world, **OTHER_LAMP)
    elsewhere = file(world, **{**LAMP, "village": "หมู่ 2"})
    same = file(world, **LAMP)
    found = seen(world, file(world, **LAMP_AGAIN).id)
    assert [match.id for match in found] == [same.id, other.id, elsewhere.id]
    assert [match.likeness for match in found] == [Likeness.SAME, Likeness.PLACE, Likeness.WORDS]


def test_another_category_or_a_day_too_far_is_none(world: World) -> None:
    file(world, **{**LAMP, "category": "road"})
    file(world, **LAMP)
    world.clock.forward(days=180, seconds=1)
    assert seen(world, file(world, **LAMP_AGAIN).id) == ()


def test_the_organisation_says_how_many_days(world: World) -> None:
    early = file(world, **LAMP)
    world.clock.forward(days=180)
    late = file(world, **LAMP_AGAIN)
    assert [match.id for match in seen(world, late.id)] == [early.id]
    here = find(world, "test")
    shorter = replace(here, state=replace(here.state, recurrence_days=30))
    assert recurrence.of(world, shorter, late.id, standing(world, late.id).state, SUPERVISOR) == ()


def test_what_came_later_shows_on_the_earlier_ones_page(world: World) -> None:
    early = file(world, **LAMP)
    world.clock.forward(days=30)
    late = file(world, **LAMP_AGAIN)
    (match,) = seen(world, early.id)
    assert (match.id, match.is_open, match.done) == (late.id, True, None)


def test_one_that_rests_in_another_does_not_show_twice(world: World) -> None:
    first, second = file(world, **LAMP), file(world, **LAMP_AGAIN)
    act(world, second.id, "merge", into=first.id)
    assert [match.id for match in seen(world, file(world, **LAMP).id)] == [first.id]


def test_an_officer_sees_what_the_officer_may_read(world: World) -> None:
    theirs, others = file(world, **LAMP), file(world, **LAMP)
    act(world, theirs.id, "assign", unit="works")
    new = file(world, **LAMP_AGAIN)
    assert {match.id for match in seen(world, new.id)} == {theirs.id, others.id}
    assert {match.id for match in seen(world, new.id, WORKS)} == {theirs.id}


def test_a_unit_sees_no_trace_of_what_is_about_its_staff(world: World) -> None:
    theirs = file(world, **LAMP)
    act(world, theirs.id, "assign", unit="works")
    file(world, **LAMP_AGAIN, about_staff=True, about_unit="works")
    assert seen(world, theirs.id, WORKS) == ()
    assert len(seen(world, theirs.id)) == 1


def test_what_one_reopened_shows_what_was_tried(world: World) -> None:
    first = file(world, **LAMP)
    resolve(world, first.id)
    record = standing(world, first.id)
    assert record.state.resolution
    assert record.state.resolution.seq == 2
    new = file(world, **LAMP_AGAIN)
    act(world, new.id, "note", note="ดูเรื่องก่อน")
    (match,) = seen(world, new.id)
    assert match.done


def test_few_are_shown_of_many(world: World) -> None:
    for _ in range(recurrence.MOST_READ + 5):
        file(world, **LAMP)
    assert len(seen(world, file(world, **LAMP_AGAIN).id)) == recurrence.MOST_SHOWN

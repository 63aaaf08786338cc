"""Causes by category, and what became of preventions, by whom they are read."""

from collections.abc import Mapping

import pytest

from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.recurrence import Verdict
from chalicelib.services import complaints, preventions
from chalicelib.services.organisations import find
from chalicelib.services.preventions import Analysis, Prevention
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import SUPERVISOR, act, file
from tests.builders.organisations import establish
from tests.builders.world import memory_world

LAMP = {"category": "light", "subject": "ไฟถนนดับ", "detail": "ไฟถนนหน้าโรงเรียนดับ มืดมาก", "village": "หมู่ 1"}
ROAD = {"category": "road", "subject": "ถนนเป็นหลุม", "detail": "ถนนเป็นหลุมลึก รถล้ม", "village": "หมู่ 1"}


def officer_of(*grants: Grant) -> Person:
    return Person(username="test-hua", name="หัว", email="h@example.go.th", grants=grants)


HEAD = officer_of(Grant(Role.UNIT_HEAD, "works"))


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 09:00"))
    establish(world)
    return world


def resolved(world: World, kind: str = "wear", **report: object) -> str:
    """A complaint that was resolved on the day it came; its id."""
    filed = file(world, **report)
    act(world, filed.id, "resolve", message="ซ่อมแล้ว", cause="เสื่อม", prevention="ตรวจทุกเดือน", cause_kind=kind)
    return filed.id


def seen(world: World, officer: Person = SUPERVISOR, year: int = 2570, **asked: object) -> Analysis:
    return preventions.of_year(world, find(world, "test"), officer, year, **{"most": 25, **asked})


def the_one(world: World, id: str, officer: Person = SUPERVISOR) -> Prevention:
    (found,) = [one for one in seen(world, officer).preventions if one.id == id]
    return found


def counts(analysis: Analysis) -> Mapping[str, Mapping[str, int]]:
    return {causes.category: dict(causes.kinds) for causes in analysis.causes}


def test_causes_are_counted_by_category_and_kind(world: World) -> None:
    for kind in ("wear", "wear", "weather", ""):
        resolved(world, kind, **LAMP)
    resolved(world, "works", **ROAD)
    file(world, **ROAD)
    found = seen(world)
    assert counts(found) == {"road": {"works": 1}, "light": {"wear": 2, "weather": 1, "": 1}}
    assert [causes.resolved for causes in found.causes] == [1, 4]
    assert found.number == 5


def test_a_year_is_that_of_the_day_received(world: World) -> None:
    resolved(world, **LAMP)
    assert seen(world, year=2569) == Analysis((), (), 0)
    world.clock.at = bangkok("2027-10-01 09:00")
    assert seen(world, year=2570).number == 1
    assert seen(world, year=2571).number == 0


def test_a_prevention_holds_until_the_same_problem_comes_again(world: World) -> None:
    id = resolved(world, **LAMP)
    assert the_one(world, id).verdict is Verdict.TOO_EARLY
    world.clock.forward(days=90)
    file(world, **{**LAMP, "village": "หมู่ 2"})
    file(world, **{**LAMP, "subject": "สายไฟหย่อน", "detail": "ห้อยต่ำเกือบถึงพื้น"})
    file(world, **ROAD)
    assert the_one(world, id).verdict is Verdict.TOO_EARLY
    again = file(world, **LAMP)
    found = the_one(world, id)
    assert (found.verdict, found.again) == (Verdict.CAME_AGAIN, (again.id,))


def test_after_its_days_a_prevention_held_whatever_comes_later(world: World) -> None:
    id = resolved(world, **LAMP)
    world.clock.forward(days=181)
    file(world, **LAMP)
    assert the_one(world, id).verdict is Verdict.HELD


def test_what_comes_again_in_the_next_fiscal_year_counts_too(world: World) -> None:
    world.clock.at = bangkok("2026-09-29 09:00")
    id = resolved(world, **LAMP)
    world.clock.at = bangkok("2026-10-20 09:00")
    again = file(world, **LAMP)
    (found,) = seen(world, year=2569).preventions
    assert (found.id, found.again) == (id, (again.id,))


def test_what_was_there_before_the_resolution_did_not_come_again(world: World) -> None:
    first, second = file(world, **LAMP), file(world, **LAMP)
    for filed in (first, second):
        act(world, filed.id, "resolve", message="ซ่อม", cause="เสื่อม", prevention="ตรวจ", cause_kind="")
    assert {one.verdict for one in seen(world).preventions} == {Verdict.TOO_EARLY}


def test_who_reopens_says_that_it_did_not_hold(world: World) -> None:
    filed = file(world, **LAMP)
    act(world, filed.id, "resolve", message="ซ่อม", cause="เสื่อม", prevention="ตรวจ", cause_kind="")
    complaints.reopen(world, find(world, "test"), filed.code, "ยังดับอยู่", token="t")
    found = the_one(world, filed.id)
    assert (found.verdict, found.is_open_again, found.again) == (Verdict.CAME_AGAIN, True, ())
    act(world, filed.id, "resolve", message="เปลี่ยนสาย", cause="สายขาด", prevention="ร้อยท่อ", cause_kind="")
    found = the_one(world, filed.id)
    assert (found.verdict, found.done.prevention) == (Verdict.TOO_EARLY, "ร้อยท่อ")


def test_one_merged_into_another_is_counted_with_that(world: World) -> None:
    first, second = file(world, **LAMP), file(world, **LAMP)
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "resolve", message="ซ่อม", cause="เสื่อม", prevention="ตรวจ", cause_kind="")
    found = seen(world)
    assert found.number == 1
    assert found.preventions[0].verdict is Verdict.TOO_EARLY


def test_a_head_sees_the_own_unit_and_nothing_of_what_is_about_it(world: World) -> None:
    ours, theirs = file(world, **LAMP), file(world, **LAMP)
    act(world, ours.id, "assign", unit="works")
    for filed in (ours, theirs):
        act(world, filed.id, "resolve", message="ซ่อม", cause="เสื่อม", prevention="ตรวจ", cause_kind="wear")
    world.clock.forward(days=20)
    file(world, **LAMP, about_staff=True, about_unit="works")
    found = seen(world, HEAD)
    assert counts(found) == {"light": {"wear": 1}}
    assert [(one.id, one.verdict, one.again) for one in found.preventions] == [
        (ours.id, Verdict.TOO_EARLY, ())
    ]
    assert the_one(world, ours.id).verdict is Verdict.CAME_AGAIN


def test_the_executive_sees_counts_and_what_was_escalated(world: World) -> None:
    resolved(world, **LAMP)
    found = seen(world, officer_of(Grant(Role.EXECUTIVE)))
    assert counts(found) == {"light": {"wear": 1}}
    assert (found.number, found.preventions) == (0, ())


def test_the_register_is_paged_from_the_newest_on_and_narrowed_by_category(world: World) -> None:
    ids = []
    for report in (LAMP, ROAD, LAMP, ROAD):
        ids.append(resolved(world, **report))
        world.clock.forward(days=1)
    assert [one.id for one in seen(world, most=3).preventions] == ids[:0:-1]
    assert [one.id for one in seen(world, first=3).preventions] == ids[:1]
    assert [one.id for one in seen(world, category="road").preventions] == [ids[3], ids[1]]
    assert counts(seen(world, category="road")) == counts(seen(world))

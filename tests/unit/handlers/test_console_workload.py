"""The units' workload: what is counted, and who sees whose."""

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.services import complaint_workload, organisations
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, act, file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

PAGE = "/test/console/complaints/workload"


@pytest.fixture
def world(world: World) -> World:
    """Complaints of two units, received on five days; today is 24 November."""
    for name, role in (("somsri", Role.COMPLAINT_OFFICER), ("palad", Role.CHIEF_ADMINISTRATOR)):
        employ(world, "test", name, role)
    employ(world, "test", "nayok", Role.EXECUTIVE)
    employ(world, "test", "head", Grant(Role.UNIT_HEAD, "works"))
    employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works"))
    for day in ("2026-09-01", "2026-11-02", "2026-11-12", "2026-11-24"):
        world.clock.at = bangkok(f"{day} 09:00")
        filed = file(world, subject=f"ของกองช่าง {day}", **CONTACT)
        act(world, filed.id, "assign", unit="works")
        if day == "2026-09-01":
            act(world, filed.id, "explain", message="รอของ", due_on="2026-12-15")
    world.clock.at = bangkok("2026-11-04 09:00")
    file(world, subject="ของสำนักปลัด")
    for decided in ("2026-10-25", "2026-10-26"):
        world.clock.at = bangkok(f"{decided} 09:00")
        act(world, file(world, subject=f"เสร็จ {decided}").id, "reject", message="ไม่อยู่ในอำนาจ")
    world.clock.at = bangkok("2026-11-24 10:00")
    return world


def loads(world: World, name: str) -> dict[str, tuple]:
    person = world.records.get(complaint_workload.Person, "test", name).state
    found = complaint_workload.of_units(world, organisations.find(world, "test"), person)
    return {
        load.unit: (
            load.open,
            load.due_soon,
            load.overdue,
            load.explained,
            load.average_age,
            load.oldest,
            load.done,
        )
        for load in (*found.units, found.total)
    }


def test_open_work_its_age_and_what_was_done_are_counted_by_unit(world: World) -> None:
    found = loads(world, "somsri")
    assert found["works"] == (4, 1, 1, 1, (84 + 22 + 12 + 0) / 4, 84, 0)
    # Decided thirty days ago, counting today, and one day before that.
    assert found["palad"] == (1, 0, 1, 0, 20.0, 20, 1)
    assert found["finance"] == (0, 0, 0, 0, None, None, 0)
    assert found[""] == (5, 1, 2, 1, (84 + 22 + 12 + 0 + 20) / 5, 84, 1)


def test_a_head_sees_the_own_unit_alone(world: World) -> None:
    assert set(loads(world, "head")) == {"works", ""}
    page = signed_in(world, "test", "head").get(PAGE).page.text
    assert "กองช่าง" in page
    assert "สำนักปลัด" not in page


def test_the_executive_sees_figures_and_no_complaint(world: World) -> None:
    assert loads(world, "nayok") == loads(world, "somsri")
    reply = signed_in(world, "test", "nayok").get(PAGE)
    assert reply.status == 200
    assert "ของกองช่าง" not in reply.text
    assert not any("unit=" in a.get("href", "") for a in reply.page.root.iter("a"))


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("name", ["somsri", "palad"])
def test_who_shares_out_the_work_is_led_to_what_is_counted(world: World, name: str, lang: str) -> None:
    officer = signed_in(world, "test", name)
    reply = officer.get(f"{PAGE}?lang={lang}")
    links = [a.get("href", "") for a in reply.page.root.iter("a")]
    overdue = next(link for link in links if "unit=works" in link and "status=overdue" in link)
    assert "2026-11-02" in officer.get(overdue).page.text
    assert (
        len([svg for svg in reply.page.root.iter() if str(svg.tag).endswith("svg") and svg.get("role")]) >= 2
    )


def test_an_officer_of_a_unit_sees_none(world: World) -> None:
    assert signed_in(world, "test", "chang").get(PAGE).status == 403


def test_one_that_was_merged_counts_with_the_one_that_stands_for_it(world: World) -> None:
    one, other = (file(world, subject=f"เรื่องเดียวกัน {n}").id for n in range(2))
    before = loads(world, "somsri")["palad"][0]
    act(world, one, "merge", into=other)
    assert loads(world, "somsri")["palad"][0] == before - 1

"""What `make run` loads: the real organisation with nothing invented, the demonstration, its sign-ins."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Role
from chalicelib.domain.record import proceed
from chalicelib.services import disclosure, notices, organisations, people, plans
from chalicelib.services.world import World
from tests.builders.plans import FILE, real_plan
from tests.builders.world import memory_world
from tools.accounts import Account
from tools.demo_complaints import WorldAt
from tools.load import bring_in, grants, sign_ins
from tools.organisation import settings
from tools.plan_file import load

INVENTED = yaml.safe_load((FILE.parent / "demo.yaml").read_text("utf-8"))


@pytest.fixture
def world() -> World:
    return memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


def loads(world: World, plan: Path = FILE) -> list[tuple[str, date]]:
    """Load, and say what was to be filled."""
    filled = []

    def fill(at: WorldAt, slug: str, today: date) -> None:
        filled.append((slug, today))

    bring_in(world, plan, INVENTED, fill)
    return filled


def standing(world: World, slug: str) -> Any:
    return world.records.get(Organisation, slug, slug)


def test_the_real_organisation_starts_from_the_template_with_nothing_invented(world: World) -> None:
    assert loads(world) == [("demo", date(2026, 11, 24))]
    real = standing(world, "bangkhae").state
    assert real.name.th == "องค์การบริหารส่วนตำบลบางแค"
    assert (real.villages, real.channels, real.phone, real.email, real.address.th) == ((), (), "", "", "")
    assert [unit.id for unit in real.units] == ["palad"]
    assert {"procurement", "bribery", "unfair_service"} <= {category.id for category in real.categories}
    assert {category.id for category in real.categories if category.is_common} == {
        *("road", "water", "drainage", "light", "waste"),
    }
    light = real.category("light")
    assert (light.is_urgent, len(light.questions)) == (True, 2)
    assert "1129" in light.notice.th
    assert real.complaint_rules.sla_days == 15
    assert [(stage.name, stage.day) for stage in real.complaint_rules.stages] == [
        *(("due_soon", -5), ("due_soon", -2), ("due", 0), ("overdue", 1), ("overdue", 3)),
    ]
    assert real.disclosure_rules.grace_days == {"monthly": 15, "half_yearly": 30, "yearly": 60}
    assert notices.staff(world, "bangkhae") == []
    assert len(disclosure.list_items(world, standing(world, "bangkhae"), real_plan())) == 33


def test_the_demonstration_has_four_units_and_everybody_that_it_needs(world: World) -> None:
    loads(world)
    demo = standing(world, "demo").state
    assert len(demo.units) == 4
    assert len(demo.villages) == 6
    assert "สาธิต" in demo.name.th
    staff = notices.staff(world, "demo")
    held = {grant.role for person in INVENTED["people"] for grant in grants(person)}
    assert held == set(Role)
    for row in staff:
        person = world.records.get(Person, "demo", row.key.id)
        assert person is not None
        assert person.state.username == f"demo-{row.key.id}"
        assert {grant.unit for grant in person.state.grants} <= {None, *[unit.id for unit in demo.units]}
        new = people.NewPerson(row.key.id, person.state.name, person.state.email, person.state.grants)
        people.check(demo, new)


def test_the_demonstration_began_a_fiscal_year_ago(world: World) -> None:
    loads(world)
    history = world.records.history(Organisation, "demo", "demo")
    assert history is not None
    assert {event.at.date() for event in history.events} == {date(2025, 10, 1)}


def test_loading_again_changes_nothing(world: World) -> None:
    loads(world)
    records: Any = world.records
    before = {key: record.version for key, record in records.records.items()}
    loads(world)
    assert {key: record.version for key, record in records.records.items()} == before


def test_what_an_administrator_set_stays(world: World) -> None:
    loads(world)
    here = standing(world, "bangkhae")
    fact = here.state.change_settings({"phone": "02 111 1111"}, by="x", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    loads(world)
    assert standing(world, "bangkhae").state.phone == "02 111 1111"


def test_a_changed_plan_comes_into_force_as_a_new_version(world: World, tmp_path: Path) -> None:
    loads(world)
    old = standing(world, "bangkhae").state.plan_version
    other = tmp_path / "plan.yaml"
    other.write_text(FILE.read_text("utf-8").replace("คะแนน ITA", "คะแนน ITA ของเรา"), "utf-8")
    loads(world, other)
    for slug in ("bangkhae", "demo"):
        organisations.forget()
        assert plans.current(world, standing(world, slug)).goals[1].name.th == "คะแนน ITA ของเรา"
    assert standing(world, "bangkhae").state.plan_version != old


def test_a_bad_plan_is_named_and_the_old_one_stays(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loads(world)
    bad = tmp_path / "plan.yaml"
    bad.write_text(FILE.read_text("utf-8").replace("unit: points", "unit: stars"), "utf-8")
    assert loads(world, bad) == []
    said = capsys.readouterr().out
    assert re.search(r"line 33, goals 2, unit: is a word that is not known", said)
    assert plans.current(world, standing(world, "bangkhae")) == real_plan()


def test_a_bad_plan_is_the_end_where_none_is_in_force(world: World, tmp_path: Path) -> None:
    bad = tmp_path / "plan.yaml"
    bad.write_text("plan: 1")
    with pytest.raises(SystemExit):
        loads(world, bad)
    assert standing(world, "bangkhae") is None


def test_each_role_has_one_line_to_sign_in_with() -> None:
    names = [f"demo-{person['username']}" for person in INVENTED["people"]]
    lines = list(sign_ins(INVENTED["people"], {name: Account(f"P-{name}", "ABCD") for name in names}))
    assert lines[0] == "SIGNIN complaint_officer demo-somsri P-demo-somsri ABCD"
    assert [line.split()[1] for line in lines] == [str(role) for role in Role]
    assert all(re.fullmatch(r"SIGNIN \S+ demo-[a-z]+ \S+ [A-Z2-7]+", line) for line in lines)


def test_settings_know_the_units_that_the_plan_names() -> None:
    assert settings(load(FILE))["main_unit"] == "palad"

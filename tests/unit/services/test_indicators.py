"""The plan's indicators, as far as complaints and settings tell them."""

from typing import Any

import pytest

from chalicelib.domain.indicators import Figure, Hidden, Standing
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Role
from chalicelib.domain.record import Record
from chalicelib.services import indicators, statistics
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import act, file
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import memory_world


@pytest.fixture
def world() -> World:
    return memory_world(bangkok("2026-11-02 09:00"))


@pytest.fixture
def here(world: World) -> Record[Organisation]:
    return establish(world)


def found(world: World, here: Record[Organisation], id: str, year: int = 2570) -> tuple[Any, Standing]:
    statistics.forget()
    plan = real_plan()
    only = tuple(i for i in plan.indicators if i.id == id)
    (result,) = indicators.of_year(world, here, plan, year, only)
    figure = result.figure
    return (figure.value if isinstance(figure, Figure) else figure), result.status


def test_without_a_complaint_nothing_is_known(world: World, here: Record[Organisation]) -> None:
    for id in ("6.3", "9.3", "11.1", "11.2", "11.4", "11.5", "11.6"):
        assert found(world, here, id) == (None, Standing.NO_DATA)


def test_all_on_time_and_told_is_on_track(world: World, here: Record[Organisation]) -> None:
    for _ in range(4):
        file(world)
    assert found(world, here, "11.5") == (100.0, Standing.ON_TRACK)
    assert found(world, here, "11.4") == (100.0, Standing.ON_TRACK)
    assert found(world, here, "11.5", 2569) == (None, Standing.NO_DATA)


def test_one_of_many_overdue_is_hidden_and_yet_behind(world: World, here: Record[Organisation]) -> None:
    late = file(world).id
    for _ in range(9):
        act(world, file(world).id, "reject", message="ไม่ใช่หน้าที่")
    world.clock.forward(days=30)
    figure, standing = found(world, here, "11.5")
    assert isinstance(figure, Hidden)
    assert (figure.lowest, figure.highest) == (80.0, 90.0)
    assert standing is Standing.BEHIND
    assert late


def test_several_overdue_are_told(world: World, here: Record[Organisation]) -> None:
    for _ in range(4):
        file(world)
    for _ in range(4):
        act(world, file(world).id, "reject", message="ไม่ใช่หน้าที่")
    world.clock.forward(days=30)
    assert found(world, here, "11.5") == (50.0, Standing.BEHIND)


def test_a_category_is_compared_with_the_year_before(world: World, here: Record[Organisation]) -> None:
    world.clock.at = bangkok("2026-09-01 09:00")
    for _ in range(5):
        file(world, category="procurement")
    world.clock.at = bangkok("2026-10-05 09:00")
    for _ in range(4):
        file(world)
    assert found(world, here, "6.3") == (0, Standing.ON_TRACK)
    for _ in range(3):
        file(world, category="procurement")
    assert found(world, here, "6.3") == (3, Standing.ON_TRACK)
    for _ in range(3):
        file(world, category="procurement")
    assert found(world, here, "6.3") == (6, Standing.MISSED)


def test_a_small_count_of_a_category_is_hidden(world: World, here: Record[Organisation]) -> None:
    for _ in range(5):
        file(world)
    file(world, category="unfair_service")
    figure, standing = found(world, here, "9.3")
    assert (figure.lowest, figure.highest) == (1, 2)
    assert standing is Standing.NO_DATA


def test_whoever_receives_complaints_is_counted(world: World, here: Record[Organisation]) -> None:
    employ(world, "test", "auditor", Role.AUDITOR)
    assert found(world, here, "11.2") == (0, Standing.ON_TRACK)
    assert found(world, here, "11.1")[0] == 0
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    assert found(world, here, "11.2") == (1, Standing.MET)
    assert found(world, here, "11.1") == (1, Standing.MET)
    assert found(world, here, "11.2", 2569) == (None, Standing.NO_DATA)


def test_the_procedure_is_published_once_the_manual_tells_where_to_turn_to(world: World) -> None:
    nothing = {"phone": "", "address": {"th": "", "en": ""}, "channels": []}
    here = establish(world, **nothing)
    assert found(world, here, "11.3") == (None, Standing.NO_DATA)
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    assert found(world, here, "11.3") == (0, Standing.ON_TRACK)
    told = establish(world, "other", **{**nothing, "phone": "02-000-0000"})
    employ(world, "other", "somsri", Role.COMPLAINT_OFFICER)
    assert found(world, told, "11.3") == (1, Standing.MET)
    assert found(world, told, "11.3", 2569) == (None, Standing.NO_DATA)

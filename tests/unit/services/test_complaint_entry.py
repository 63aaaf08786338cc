"""What came on an earlier day is counted, listed and merged as of that day."""

from datetime import date

import pytest

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.services import complaint_entry, statistics
from chalicelib.services.complaints import Filed, follow
from chalicelib.services.organisations import find
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import REPORT, act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import memory_world


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-10-01 09:00"))
    establish(world)
    return world


def enter(world: World, received_on: str, channel: str = "post") -> Filed:
    return complaint_entry.enter(
        world,
        find(world, "test"),
        REPORT,
        channel=channel,
        received_on=received_on,
        consent=False,
        token=world.chance.bytes(16).hex(),
        by="test-somsri",
    )


def test_a_letter_of_the_last_fiscal_year_counts_there(world: World) -> None:
    for _ in range(3):
        enter(world, "30/9/2569")
    here = find(world, "test")
    assert statistics.of_year(world, here, 2569).total.counts.base == 3
    assert statistics.of_year(world, here, 2570).total.counts.base == 0


def test_the_days_that_it_took_are_counted_from_the_day_it_came(world: World) -> None:
    for _ in range(3):
        act(world, enter(world, "24/9/2569").id, "reject", message="ไม่อยู่ในอำนาจ")
    days = statistics.of_year(world, find(world, "test"), 2569).total.days
    assert days
    assert days.median == 7


def test_of_two_that_are_merged_the_one_that_came_earlier_counts(world: World) -> None:
    web = file(world)
    letter = enter(world, "25/9/2569")
    act(world, letter.id, "merge", into=web.id)
    assert standing(world, web.id).state.due_on == date(2026, 10, 12)  # 10 October is a Saturday


def test_the_chain_says_when_it_was_entered_and_when_it_came(world: World) -> None:
    letter = enter(world, "30/9/2569")
    (filed,) = follow(world, "test", letter.code).events
    assert filed.at == world.clock.now()
    assert filed.data["received_on"] == "2026-09-30"
    (today,) = follow(world, "test", enter(world, "1/10/2569").code).events
    assert "received_on" not in today.data


def test_the_web_is_no_channel_to_enter(world: World) -> None:
    with pytest.raises(InvalidFieldError) as refusal:
        enter(world, "", channel="web")
    assert refusal.value.reasons == {"channel": "required"}

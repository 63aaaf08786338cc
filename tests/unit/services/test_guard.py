"""Posts are counted by whom an address stands for."""

from datetime import UTC, datetime

import pytest

from chalicelib.services import guard
from chalicelib.services.guard import TooManyPostsError
from chalicelib.services.world import World
from tests.builders.world import MovableClock, memory_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "3")
    return memory_world(datetime(2026, 11, 24, 2, 0, 20, tzinfo=UTC))


def admitted(world: World, *addresses: str) -> int:
    """How many of these posts, one after another, are let in."""
    let_in = 0
    for address in addresses:
        try:
            guard.admit_post(world, address)
            let_in += 1
        except TooManyPostsError as error:
            assert error.retry_after == 40
    return let_in


def test_an_address_sends_so_many_a_minute_and_then_waits(world: World) -> None:
    assert admitted(world, *["203.0.113.7"] * 5) == 3
    assert admitted(world, "203.0.113.8") == 1
    assert isinstance(world.clock, MovableClock)
    world.clock.forward(seconds=40)
    assert admitted(world, "203.0.113.7") == 1


def test_a_network_of_ipv6_counts_as_one_whatever_its_last_half(world: World) -> None:
    assert admitted(world, *(f"2001:db8:1:2:{n:x}::{n:x}" for n in range(1, 9))) == 3
    assert admitted(world, "2001:db8:1:3::1") == 1


@pytest.mark.parametrize(
    "spelled", ["2001:DB8:1:2::1", "2001:0db8:0001:0002:0000:0000:0000:0001", "2001:db8:1:2:0:0:0:1"]
)
def test_an_address_is_the_same_however_it_is_spelled(spelled: str) -> None:
    assert guard.sender(spelled) == guard.sender("2001:db8:1:2::1")


def test_an_address_of_ipv4_written_as_ipv6_is_that_address() -> None:
    assert guard.sender("::ffff:203.0.113.7") == guard.sender("203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("address", ["", "nonsense", "1.2.3", "2001:db8::1%eth0"])
def test_what_is_no_address_is_counted_all_the_same(world: World, address: str) -> None:
    assert admitted(world, *[address] * 5) == 3


def test_no_limit_counts_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "0")
    assert admitted(world, *["203.0.113.7"] * 50) == 50

"""The world that the handlers see, in memory."""

from datetime import UTC, datetime

import pytest

from chalicelib.services.world import World
from tests.builders.identity import MemoryIdentity
from tests.builders.organisations import establish
from tests.builders.world import memory_world


@pytest.fixture
def identity() -> MemoryIdentity:
    return MemoryIdentity()


@pytest.fixture
def world(identity: MemoryIdentity, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two organisations without people, `test` and `other`, on a morning; posts are not counted."""
    world = memory_world(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), identity=identity)
    establish(world)
    establish(world, "other")
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "0")
    return world

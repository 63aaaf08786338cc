"""An officer who is kept from a tip sees no trace of it: every page, count, feed, figure and notice is byte
for byte what it would be had the tip never come.

Two worlds with the same clock and the same chance, in one of which a tip came that names the officer and
lived; every route that shows something is asked in both, by the officer and by anybody.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from app import ROUTES
from chalicelib.domain.people import UNIT_ROLES, Grant, Role
from chalicelib.domain.tip import TipStatus
from chalicelib.services import complaints, disclosure, guard, notices, organisations
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.complaints import file as file_complaint
from tests.builders.identity import MemoryIdentity
from tests.builders.officers import signed_in
from tests.builders.organisations import employ, establish
from tests.builders.tips import REPORT, answer, file, move, open_channel
from tests.builders.world import MovableClock, memory_world

EXCLUDED = "kitti"
GETS = [route for route in ROUTES if route.method == "GET"]


def world_of(*, with_tip: bool) -> World:
    """A world on the same day, with or without a tip that names the officer."""
    world = memory_world(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), identity=MemoryIdentity())
    establish(world)
    open_channel(world)
    grants = [Grant(role, "palad") if role in UNIT_ROLES else Grant(role) for role in Role]
    employ(world, "test", EXCLUDED, *grants)
    employ(world, "test", "orathai", Role.TIP_OFFICER)
    file_complaint(world)
    if with_tip:
        chance = world.chance.calls  # type: ignore[attr-defined]
        tip = file(world, replace(REPORT, involved=(f"person:{EXCLUDED}",)))
        answer(world, tip.code, "รับทราบ")
        move(world, tip.code, TipStatus.UNDER_REVIEW, TipStatus.CONCLUDED)
        world.chance.calls = chance  # type: ignore[attr-defined]
    clock = world.clock
    assert isinstance(clock, MovableClock)
    clock.forward(days=120)
    for night in (complaints.night, disclosure.night, notices.deliver):
        night(world, lambda: 300)
    return world


def seen(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int, str]]:
    """What the officer, and anybody, is shown by each route."""
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    organisations.forget()
    guard.forget()
    officer = signed_in(world, "test", EXCLUDED)
    ids = sorted({key.id for key in world.records.records if key.org == "test"})  # type: ignore[attr-defined]
    for route, browser in itertools.product(GETS, (officer, Browser())):
        names = ids if route.path.count("{") > 1 else [""]
        for id in names:
            path = route.path.replace("{org}", "test")
            while "{" in path:
                path = path[: path.index("{")] + id + path[path.index("}") + 1 :]
            reply = browser.get(path)
            yield path, reply.status, reply.text


def test_an_excluded_officers_world_is_the_one_without_the_tip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "0")
    one, other = world_of(with_tip=True), world_of(with_tip=False)
    assert [key for key in one.tips.records if key.kind == "tip"]  # type: ignore[attr-defined]
    shown, without = list(seen(one, monkeypatch)), list(seen(other, monkeypatch))
    assert len(shown) > 2 * len(GETS)
    for here, there in zip(shown, without, strict=True):
        assert here == there, here[0]
    assert one.records.records == other.records.records  # type: ignore[attr-defined]
    assert one.records.events == other.records.events  # type: ignore[attr-defined]
    assert one.mail.sent == other.mail.sent  # type: ignore[attr-defined]

"""A deputy holds an absent colleague's roles by dates: the work, the notices, and nothing beyond."""

from datetime import date

import pytest

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Grant, Person, Role, Task
from chalicelib.services import complaints, people, sign_in
from chalicelib.services.organisations import find
from tests.builders.calendar import bangkok
from tests.builders.complaints import file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad"), Role.TIP_OFFICER)
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "works"))
    return world


def deputise(world, absent="hua", deputy="nong", first="4/12/2569", last="9/12/2569", version=1):
    people.deputise(
        world, find(world, "test"), absent, deputy, first=first, last=last, version=version, by="test-admin"
    )


def nong(world):
    return world.records.get(Person, "test", "nong").state


@pytest.mark.parametrize(
    ("day", "works"),
    [((2026, 12, 3), False), ((2026, 12, 4), True), ((2026, 12, 9), True), ((2026, 12, 10), False)],
)
def test_the_roles_are_held_on_the_days_and_on_no_other(world, day, works):
    deputise(world)
    assert nong(world).on(date(*day)).may(Task.ASSIGN_COMPLAINTS, "palad") is works
    assert nong(world).on(date(*day)).may(Task.WORK_COMPLAINTS, "works")


def test_no_sealed_role_is_passed_on(world):
    deputise(world)
    assert Role.TIP_OFFICER not in nong(world).on(date(2026, 12, 4)).roles()


def test_the_deputy_gets_the_notices_of_these_days(world):
    file(world)
    deputise(world)
    world.clock.at = bangkok("2026-12-09 02:00")
    complaints.night(world, lambda: 300)
    assert {r.state.person for k, r in world.records.records.items() if k.kind == "notice"} == {"hua", "nong"}


def test_signing_out_on_all_devices_keeps_no_role_of_the_absent_one(world):
    deputise(world)
    world.clock.at = bangkok("2026-12-04 10:00")
    browser = signed_in(world, "test", "nong")
    (token,) = browser.cookies.values()
    officer = sign_in.officer_of(world, "test", token)
    assert officer.state.may(Task.WORK_COMPLAINTS, "palad")
    sign_in.sign_out_everywhere(world, officer, by="test-nong")
    assert nong(world).grants == (Grant(Role.UNIT_OFFICER, "works"),)
    assert nong(world).stands_in


def test_it_ends_before_time(world):
    deputise(world)
    people.end_deputy(world, "test", "nong", "hua", version=2, by="test-admin")
    assert not nong(world).stands_in


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"deputy": "hua"}, {"deputy": "unknown"}),
        ({"deputy": "nobody"}, {"deputy": "unknown"}),
        ({"deputy": ""}, {"deputy": "required"}),
        ({"first": "x", "last": ""}, {"first": "malformed_date", "last": "required"}),
        ({"last": "3/12/2569"}, {"last": "before_first"}),
        ({"last": "9/12/2571"}, {"last": "too_far"}),
    ],
)
def test_all_that_is_wrong_is_named(world, typed, reasons):
    with pytest.raises(InvalidFieldError) as refused:
        deputise(world, **typed)
    assert refused.value.reasons == reasons

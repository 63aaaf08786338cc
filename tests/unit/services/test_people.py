"""Administrators manage people: nobody sees tips by it, and a sign-in meanwhile is no conflict."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.organisation import CHIEF_UNIT
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import proceed
from chalicelib.services import people
from chalicelib.services.people import NewPerson
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.world import World
from tests.builders.identity import MemoryIdentity, User
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

BY = "test-admin"
HEAD_OF_WORKS = Grant(Role.UNIT_HEAD, "works")


@pytest.fixture
def identity() -> MemoryIdentity:
    return MemoryIdentity({"test-suda": User()})


@pytest.fixture
def world(identity: MemoryIdentity) -> World:
    world = memory_world(datetime(2026, 11, 24, 2, 0, tzinfo=UTC), identity=identity)
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER)
    return world


def somebody(**other: Any) -> NewPerson:
    usual = {
        "username": "somchai",
        "name": "นายสมชาย ใจดี",
        "email": "somchai@example.go.th",
        "grants": (HEAD_OF_WORKS,),
    }
    return NewPerson(**{**usual, **other})


def test_somebody_new_can_sign_in_with_a_first_password(world: World, identity: MemoryIdentity) -> None:
    record = people.add(world, establish(world), somebody(), by=BY)
    assert record.key.id == "somchai"
    assert record.state.username == "test-somchai"
    assert identity.users["test-somchai"].first
    assert [row.key.id for row in people.listed(world, "test", None).rows] == ["somchai", "suda"]


@pytest.mark.parametrize(
    ("other", "field", "reason"),
    [
        ({"username": ""}, "username", "required"),
        ({"username": "new"}, "username", "malformed"),
        ({"username": "Somchai"}, "username", "malformed"),
        ({"username": "a-b"}, "username", "malformed"),
        ({"username": "สมชาย"}, "username", "malformed"),
        ({"username": "suda"}, "username", "taken"),
        ({"name": ""}, "name", "required"),
        ({"name": "ก" * 201}, "name", "too_long"),
        ({"email": ""}, "email", "required"),
        ({"email": "somchai"}, "email", "malformed"),
        ({"email": "a@b.th, c@d.th"}, "email", "malformed"),
        ({"email": "a@" + "b" * 260 + ".th"}, "email", "malformed"),
        ({"grants": ()}, "grants", "required"),
        ({"grants": (Grant(Role.UNIT_HEAD, "moon"),)}, "grants", "unknown"),
        ({"grants": (Grant(Role.UNIT_OFFICER, CHIEF_UNIT.id),)}, "grants", "unknown"),
    ],
)
def test_somebody_new_must_be_whole(
    world: World, identity: MemoryIdentity, other: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(InvalidFieldError) as raised:
        people.add(world, establish(world), somebody(**other), by=BY)
    assert raised.value.reasons == {field: reason}
    assert list(identity.users) == ["test-suda"]


@pytest.mark.parametrize("role", [Role.TIP_OFFICER, Role.CUSTODIAN])
def test_no_administrator_makes_somebody_read_tips(
    world: World, identity: MemoryIdentity, role: Role
) -> None:
    organisation = establish(world)
    with pytest.raises(NotAllowedError):
        people.add(world, organisation, somebody(grants=(Grant(role),)), by=BY)
    with pytest.raises(NotAllowedError):
        people.change_grants(world, organisation, "suda", (Grant(role),), version=1, by=BY)
    assert list(identity.users) == ["test-suda"]


def test_roles_change_and_the_same_ones_change_nothing(world: World) -> None:
    organisation = establish(world)
    changed = people.change_grants(world, organisation, "suda", (HEAD_OF_WORKS,), version=1, by=BY)
    assert changed.state.grants == (HEAD_OF_WORKS,)
    same = people.change_grants(world, organisation, "suda", (HEAD_OF_WORKS,), version=2, by=BY)
    assert same.version == 2


def test_an_administrator_keeps_that_role_until_another_takes_it(world: World) -> None:
    organisation = establish(world)
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    with pytest.raises(InvalidFieldError) as raised:
        people.change_grants(world, organisation, "admin", (HEAD_OF_WORKS,), version=1, by="test-admin")
    assert raised.value.reasons == {"grants": "own_administrator"}
    people.change_grants(world, organisation, "admin", (HEAD_OF_WORKS,), version=1, by="test-other")


def test_who_edits_what_another_edited_is_told(world: World) -> None:
    organisation = establish(world)
    people.change_grants(world, organisation, "suda", (HEAD_OF_WORKS,), version=1, by=BY)
    for version in (0, 1, 3):
        with pytest.raises(StaleRecordError) as raised:
            people.deactivate(world, "test", "suda", version=version, by=BY)
        assert raised.value.newer.version == 2


def test_a_sign_in_meanwhile_is_no_conflict(world: World) -> None:
    organisation = establish(world)
    record = world.records.get(Person, "test", "suda")
    assert record
    for succeeded in (False, True):
        fact = record.state.note_sign_in(succeeded=succeeded, at=world.clock.now())
        change = proceed(record, [fact], world.salt)
        world.records.save(change)
        record = change.record
    changed = people.change_grants(world, organisation, "suda", (HEAD_OF_WORKS,), version=1, by=BY)
    assert changed.version == 4


def test_who_leaves_can_not_sign_in_and_who_comes_back_can(world: World, identity: MemoryIdentity) -> None:
    left = people.deactivate(world, "test", "suda", version=1, by=BY)
    assert not left.state.active
    assert not identity.users["test-suda"].enabled
    again = people.deactivate(world, "test", "suda", version=2, by=BY)
    assert again.version == 2
    back = people.reactivate(world, "test", "suda", version=2, by=BY)
    assert back.state.active
    assert identity.users["test-suda"].enabled


def test_nobody_shuts_out_themselves(world: World) -> None:
    with pytest.raises(NotAllowedError):
        people.deactivate(world, "test", "suda", version=1, by="test-suda")


def test_somebody_of_another_organisation_is_not_there(world: World) -> None:
    for call in (people.deactivate, people.reactivate, people.sign_out_everywhere, people.renew_sign_in):
        with pytest.raises(NoSuchRecordError):
            call(world, "other", "suda", version=1, by=BY)


def test_who_lost_password_or_phone_gets_both_anew_and_is_signed_out(
    world: World, identity: MemoryIdentity
) -> None:
    renewed = people.renew_sign_in(world, "test", "suda", version=1, by=BY)
    assert renewed.state.is_over(world.clock.now())
    assert (identity.users["test-suda"].first, identity.users["test-suda"].has_app) == (True, False)
    newest = people.read(world, "test", "suda").events[-1]
    assert (newest.kind, newest.actor) == ("sign_in_renewed", BY)
    assert renewed.state.grants == (Grant(Role.COMPLAINT_OFFICER),)


def test_nobody_renews_their_own_sign_in(world: World, identity: MemoryIdentity) -> None:
    with pytest.raises(NotAllowedError):
        people.renew_sign_in(world, "test", "suda", version=1, by="test-suda")
    assert not identity.users["test-suda"].first


@pytest.mark.parametrize("role", [Role.TIP_OFFICER, Role.CUSTODIAN])
def test_no_administrator_takes_over_the_account_of_who_reads_tips(
    world: World, identity: MemoryIdentity, role: Role
) -> None:
    identity.users["test-tipster"] = User()
    employ(world, "test", "tipster", role, HEAD_OF_WORKS)
    with pytest.raises(NotAllowedError):
        people.renew_sign_in(world, "test", "tipster", version=1, by=BY)
    assert not identity.users["test-tipster"].first
    organisation = establish(world)
    people.change_grants(world, organisation, "tipster", (HEAD_OF_WORKS,), version=1, by=BY)
    people.renew_sign_in(world, "test", "tipster", version=2, by=BY)
    with pytest.raises(NotAllowedError):
        people.change_grants(world, organisation, "tipster", (Grant(role),), version=3, by=BY)


def test_the_sign_in_of_who_left_is_not_renewed(world: World, identity: MemoryIdentity) -> None:
    people.deactivate(world, "test", "suda", version=1, by=BY)
    with pytest.raises(NotAllowedError):
        people.renew_sign_in(world, "test", "suda", version=2, by=BY)
    assert not identity.users["test-suda"].enabled


def test_a_renewal_that_the_provider_failed_at_is_done_by_doing_it_again(
    world: World, identity: MemoryIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(MemoryIdentity, "renew", _fails)
        with pytest.raises(ConnectionError):
            people.renew_sign_in(world, "test", "suda", version=1, by=BY)
    assert people.read(world, "test", "suda").record.version == 2
    people.renew_sign_in(world, "test", "suda", version=2, by=BY)
    assert identity.users["test-suda"].first


def _fails(*_: object) -> None:
    raise ConnectionError

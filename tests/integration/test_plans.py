"""A plan on DynamoDB takes effect at one instant: killed anywhere, the old one stands whole."""

import threading

import pytest

from chalicelib.adapters.tables import RecordRow
from chalicelib.domain.organisation import Label, Organisation
from chalicelib.services import organisations, plans
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import establish
from tests.builders.plans import plan, real_plan

OLD = plan(title=Label("แผนเดิม", "The old plan"))


@pytest.fixture(autouse=True)
def nothing_read():
    plans.forget()


def shown(world):
    """What a function that begins now shows."""
    organisations.forget()
    plans.forget()
    return plans.current(world, organisations.find(world, "test"))


def larger(times):
    """A plan of several parts."""
    return plan(objectives=real_plan().objectives * times)


def test_a_plan_comes_back_as_it_was_adopted(world):
    establish(world)
    assert plans.adopt(world, "test", real_plan(), by="system")
    assert shown(world) == real_plan()


def test_the_plan_is_read_once_in_a_functions_life(world):
    establish(world)
    plans.adopt(world, "test", real_plan(), by="system")
    here = organisations.find(world, "test")
    with counted() as calls:
        assert plans.current(world, here) is plans.current(world, here)
    assert calls == ["Query"]


def test_the_same_plan_again_changes_nothing(world):
    establish(world)
    plans.adopt(world, "test", real_plan(), by="system")
    version = world.records.get(Organisation, "test", "test").version
    with counted() as calls:
        assert not plans.adopt(world, "test", plan(), by="system")
    assert calls == ["GetItem"]
    assert world.records.get(Organisation, "test", "test").version == version


def test_each_part_stays_below_the_size_of_an_item(world):
    establish(world)
    long = plan(objectives=(Label("ก" * 1000, "a" * 1000),) * 400)
    plans.adopt(world, "test", long, by="system")
    parts = [row.part for row in RecordRow.scan() if row.sk.startswith("PART#")]
    assert len(parts) > 5
    assert max(len(part.encode()) for part in parts) < 400_000
    assert shown(world) == long


@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_it_shows_the_old_plan_whole_or_the_new_one(world, after):
    establish(world)
    plans.adopt(world, "test", OLD, by="system")
    new = larger(100)
    with counted() as calls:
        plans.adopt(world, "test", new, by="system")
    assert calls == ["GetItem", "PutItem", "PutItem", "TransactWriteItems"]
    plans.adopt(world, "test", OLD, by="system")
    for call in range(1, len(calls) + 1):
        with killed_at(call, after=after):
            plans.adopt(world, "test", new, by="system")
        took_effect = after and call == len(calls)
        assert shown(world) == (new if took_effect else OLD)
    assert plans.adopt(world, "test", new, by="system") is not after
    assert shown(world) == new


def test_of_two_who_change_the_organisation_at_once_one_is_told(world):
    establish(world)
    here = world.records.get(Organisation, "test", "test")

    class Slow(type(world.plans)):
        def put(self, org, version, parts):
            super().put(org, version, parts)
            if not done.is_set():
                done.set()
                plans.adopt(world, "test", OLD, by="other")

    done = threading.Event()
    slow = type(world)(**{**{f: getattr(world, f) for f in world.__struct_fields__}, "plans": Slow()})
    with pytest.raises(StaleRecordError):
        plans.adopt(slow, "test", real_plan(), by="system")
    assert shown(world) == OLD
    assert world.records.get(Organisation, "test", "test").version == here.version + 1


def test_there_is_no_plan_without_an_organisation_nor_before_one_is_adopted(world):
    with pytest.raises(NoSuchRecordError):
        plans.adopt(world, "test", real_plan(), by="system")
    with pytest.raises(plans.NoPlanError):
        plans.current(world, establish(world))


def test_one_organisations_plan_is_not_anothers(world):
    establish(world)
    plans.adopt(world, "test", real_plan(), by="system")
    with pytest.raises(plans.NoPlanError):
        plans.current(world, establish(world, "other"))

"""What resembles a complaint, on the tables: what it costs, and who is in it."""

from datetime import timedelta

import pytest

from chalicelib.domain.complaint import Complaint
from chalicelib.services import preventions, recurrence
from chalicelib.services.organisations import find
from chalicelib.services.world import World
from tests.builders.calls import counted
from tests.builders.complaints import SUPERVISOR, act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import MovableClock

LAMP = {"category": "light", "subject": "ไฟถนนดับ", "detail": "ไฟถนนหน้าโรงเรียนดับ มืดมาก", "village": "หมู่ 1"}
DONE = {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "cause_kind": "wear", "prevention": "ตรวจทุกเดือน"}


@pytest.fixture
def before(world: World, clock: MovableClock) -> str:
    """A lamp that was repaired twenty days ago; its id."""
    establish(world)
    filed = file(world, **LAMP)
    act(world, filed.id, "resolve", **DONE)
    clock.forward(days=20)
    return filed.id


def test_what_was_done_before_costs_two_round_trips(world: World, before: str) -> None:
    for _ in range(recurrence.MOST_READ):
        file(world, **LAMP)
    new = file(world, **LAMP)
    state = standing(world, new.id).state
    here = find(world, "test")
    with counted() as calls:
        found = recurrence.of(world, here, new.id, state, SUPERVISOR)
    assert calls == ["Query", "BatchGetItem"]
    assert len(found) == recurrence.MOST_SHOWN


def test_one_that_nothing_resembles_costs_one(world: World, before: str) -> None:
    new = file(world)
    here, state = find(world, "test"), standing(world, new.id).state
    with counted() as calls:
        assert recurrence.of(world, here, new.id, state, SUPERVISOR) == ()
    assert calls == ["Query"]


def test_what_was_done_is_read_with_it(world: World, before: str) -> None:
    new = file(world, **LAMP)
    (match,) = recurrence.of(world, find(world, "test"), new.id, standing(world, new.id).state, SUPERVISOR)
    assert match.id == before
    assert match.done
    assert (match.done.cause, match.done.prevention) == ("เสื่อม", "ตรวจทุกเดือน")


def test_another_category_takes_it_out_of_the_index(world: World, before: str) -> None:
    first, second = file(world, **LAMP), file(world, **LAMP)
    act(world, first.id, "recategorise", category="other")
    found = recurrence.of(world, find(world, "test"), second.id, standing(world, second.id).state, SUPERVISOR)
    assert [match.id for match in found] == [before]


def test_the_index_keeps_organisations_and_days_apart(world: World, before: str, clock: MovableClock) -> None:
    establish(world, "other")
    file(world, "other", **LAMP)
    now = clock.now()

    def ids(org: str, since_days: int, until_days: int = 0) -> list[str]:
        since, until = now - timedelta(days=since_days), now - timedelta(days=until_days)
        rows = world.records.topic(Complaint, org, "light", since=since, until=until, limit=10)
        return [row.key.id for row in rows]

    assert ids("test", 20) == [before]
    assert ids("test", 19) == []
    assert ids("test", 40, 20) == [before]
    assert before not in ids("other", 40)
    assert world.records.topic(Complaint, "test", "light", since=now, until=now, limit=10) == ()


def test_records_are_picked_with_their_events_and_what_is_not_there_is_left_out(
    world: World, before: str
) -> None:
    found = world.records.pick(Complaint, "test", {before: 2, "0" * 20: 1})
    ((record, event),) = found
    assert (record.key.id, event.kind if event else "") == (before, "resolved")
    ((_, none),) = world.records.pick(Complaint, "test", {before: 0})
    assert none is None
    assert list(world.records.pick(Complaint, "other", {before: 2})) == []
    assert list(world.records.pick(Complaint, "test", {})) == []


def test_more_than_a_batch_holds_is_picked_all_the_same(world: World, before: str) -> None:
    ids = [file(world).id for _ in range(60)]
    found = world.records.pick(Complaint, "test", dict.fromkeys(ids, 1))
    assert {record.key.id for record, _ in found} == set(ids)
    assert all(event and event.kind == "filed" for _, event in found)


def test_the_register_reads_an_index_and_a_batch(world: World, before: str) -> None:
    here = find(world, "test")
    with counted() as calls:
        found = preventions.of_year(world, here, SUPERVISOR, 2570, most=25)
    assert calls == ["Query", "BatchGetItem"]
    assert [one.id for one in found.preventions] == [before]

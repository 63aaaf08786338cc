"""Disclosure items on DynamoDB: raced, killed, and what a list of them costs."""

from typing import Any

import pytest

from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.notices import Notice
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import Record, broken_at, fold
from chalicelib.services import disclosure, organisations, plans
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import employ, establish
from tests.builders.plans import plan, real_plan

URL = "https://www.example.go.th/news"
FEW = plan(topics=(real_plan().topics[3],))
"""A plan with four items."""


@pytest.fixture
def organisation(world: World) -> Record[Organisation]:
    record = establish(world)
    disclosure.define_items(world, "test", FEW)
    return record


@pytest.fixture
def editor(world: World, organisation: Record[Organisation]) -> Person:
    return employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad")).state


def publish(world: World, organisation: Record[Organisation], editor: Person, url: str = URL) -> Any:
    return disclosure.publish(
        world, organisation, "4.1", period="FY2570", url=url, note="", version=1, officer=editor
    )


def test_of_two_editors_with_the_same_version_one_publishes_and_the_other_learns_of_it(
    world: World, organisation: Record[Organisation], editor: Person
) -> None:
    second = employ(world, "test", "second", Grant(Role.DISCLOSURE_EDITOR, "palad")).state

    def with_the_same_version(who: Person) -> Any:
        try:
            return publish(world, organisation, who, f"{URL}/{who.username}")
        except StaleRecordError as stale:
            return stale

    outcomes = [with_the_same_version(who) for who in (editor, second)]
    lost = [o for o in outcomes if isinstance(o, StaleRecordError)]
    won = [o for o in outcomes if not isinstance(o, StaleRecordError)]
    assert len(won) == len(lost) == 1
    assert lost[0].newer == won[0]
    found = disclosure.find(world, organisation, FEW, "4.1")
    assert [p.url for p in found.publications] == [p.url for p in won[0].state.publications]
    assert found.history
    assert [e.kind for e in found.history.events] == ["defined", "published"]
    assert broken_at(found.history.events) is None


def test_a_list_of_all_items_is_one_query(world: World, organisation: Record[Organisation]) -> None:
    with counted() as calls:
        items = disclosure.list_items(world, organisation, FEW)
    assert calls == ["Query"]
    assert len(items) == 4


def test_publishing_is_one_read_and_one_transaction(
    world: World, organisation: Record[Organisation], editor: Person
) -> None:
    with counted() as calls:
        publish(world, organisation, editor)
    assert calls == ["GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 10))
def test_items_whose_definition_was_killed_anywhere_are_defined_by_the_next_run(
    world: World, call: int, after: bool
) -> None:
    record = establish(world)
    with killed_at(call, after=after):
        disclosure.define_items(world, "test", FEW)
    organisations.forget()
    disclosure.define_items(world, "test", FEW)
    assert [item.version for item in disclosure.list_items(world, record, FEW)] == [1] * 4


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 16))
def test_a_night_killed_anywhere_is_resumed_and_tells_once(
    world: World, organisation: Record[Organisation], editor: Person, call: int, after: bool
) -> None:
    with killed_at(call, after=after):
        disclosure.night(world, lambda: 300)
    disclosure.night(world, lambda: 300)
    for item in FEW.items:
        history = world.records.history(DisclosureItem, "test", item.id)
        assert history
        assert [e.kind for e in history.events] == ["defined", "reminded"]
        assert fold(DisclosureItem, history.events) == history.record.state
    made = world.records.list(Notice, "test", "2570", limit=100).rows
    assert sorted(str(row.summary["about_id"]) for row in made) == [item.id for item in FEW.items]
    again = disclosure.night(world, lambda: 300)
    assert (again.checked, again.due, again.acted) == (0, 0, 0)


def test_the_night_reads_what_is_due_and_nothing_else(
    world: World, organisation: Record[Organisation], editor: Person
) -> None:
    disclosure.night(world, lambda: 300)
    with counted() as calls:
        disclosure.night(world, lambda: 300)
    assert calls == ["Query"] * 4


def test_the_real_plans_items_are_all_there(world: World) -> None:
    record = establish(world)
    plans.adopt(world, "test", real_plan(), by="system")
    disclosure.define_items(world, "test", real_plan())
    assert len(disclosure.list_items(world, record, real_plan())) == 33

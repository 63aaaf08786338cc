"""The console's lists on the tables: their order, their pages, and what they cost."""

from itertools import chain

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Status
from chalicelib.domain.complaint_index import Audience, Order
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import Record
from chalicelib.services import complaint_index, complaint_indexing, complaint_lists
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.world import World
from tests.builders.calls import counted
from tests.builders.complaints import CONTACT, act, file
from tests.builders.organisations import establish
from tests.builders.world import MovableClock

OFFICER = Person(
    username="test-somsri", name="สมศรี", email="a@example.go.th", grants=(Grant(Role.COMPLAINT_OFFICER),)
)


@pytest.fixture
def organisation(world: World) -> Record:
    return establish(world)


def pages(world: World, organisation: Record, status: Choice) -> list[list[str]]:
    """The subjects of all pages of a list."""
    found, cursor = [], None
    while True:
        query = Query(status=status, cursor=cursor)
        listing = complaint_lists.find(world, organisation, OFFICER, query)
        found.append([entry.subject for entry in listing.entries])
        cursor = listing.next_cursor
        if cursor is None:
            return found


def test_open_work_of_all_units_is_paged_in_one_order(
    world: World, organisation: Record, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_lists, "A_PAGE", 3)
    for n in range(7):
        filed = file(world, subject=f"เรื่องที่ {n}")
        if n % 2:
            act(world, filed.id, "assign", unit="works")
        clock.forward(days=7)
    found = pages(world, organisation, Choice.OPEN)
    assert [len(page) for page in found] == [3, 3, 1]
    assert list(chain.from_iterable(found)) == [f"เรื่องที่ {n}" for n in range(7)]


def test_a_year_is_paged_newest_first(
    world: World, organisation: Record, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_lists, "A_PAGE", 2)
    for n in range(5):
        filed = file(world, subject=f"เรื่องที่ {n}")
        if n == 2:
            act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
        clock.forward(minutes=5)
    found = pages(world, organisation, Choice.ALL)
    assert list(chain.from_iterable(found)) == [f"เรื่องที่ {n}" for n in (4, 3, 2, 1, 0)]


def test_a_list_costs_one_query_and_one_batch_whatever_it_is_narrowed_to(
    world: World, organisation: Record, clock: MovableClock
) -> None:
    """At ten thousand complaints, of which three changed since the index was written."""
    names = [file(world, subject=f"เรื่องที่ {n}", **CONTACT).id for n in range(3)]
    complaint_indexing.run(world, lambda: 300)
    for audience in Audience:
        stored = complaint_index.file_name("test", audience)
        before = world.index_files.get(stored)
        known = complaint_index.from_file(before)
        one = known[names[0]]
        many = [replace(one, id=f"{n:020x}", status=Status.CLOSED, open=False) for n in range(10_000)]
        body = complaint_index.to_file([*known.values(), *many])
        world.index_files.put(stored, body, instead_of=before.tag)
    for id in names:
        act(world, id, "assign", unit="works")
    for narrowed in (
        Query(),
        Query(status=Choice.ALL),
        Query(status=Status.CLOSED, order=Order.VILLAGE),
        Query(status=Choice.OVERDUE, unit="works"),
        Query(status=Choice.TO_BE_CALLED),
        Query(text="สมหญิง", status=Choice.ALL),
        Query(text="ไม่มีคำนี้", status=Choice.ALL),
        Query(category="road", village="หมู่ 1", channel="post", year=2570, watched=True),
    ):
        complaint_index.forget()
        with counted() as calls:
            complaint_lists.find(world, organisation, OFFICER, narrowed)
        assert calls == ["Query", "BatchGetItem"]
        with counted() as calls:
            complaint_lists.find(world, organisation, OFFICER, narrowed)
        assert calls == ["Query"]


def test_where_there_is_no_index_yet_a_list_costs_a_query_a_year_and_a_batch_a_hundred(
    world: World, organisation: Record
) -> None:
    for n in range(5):
        file(world, subject=f"เรื่องที่ {n}")
    with counted() as calls:
        pages(world, organisation, Choice.OPEN)
    assert calls == [*["Query"] * 7, "BatchGetItem"]

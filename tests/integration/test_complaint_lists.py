"""The console's lists on the tables: their order, their pages, and what they cost."""

from itertools import chain

import pytest

from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.record import Record
from chalicelib.services import complaint_lists
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.world import World
from tests.builders.calls import counted
from tests.builders.complaints import act, file
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
        query = Query(year=2570, status=status, cursor=cursor)
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


def test_a_list_of_open_work_costs_a_query_a_unit(world: World, organisation: Record) -> None:
    for n in range(5):
        file(world, subject=f"เรื่องที่ {n}")
    with counted() as calls:
        pages(world, organisation, Choice.OPEN)
    assert calls == ["Query"] * len(organisation.state.queues())


def test_a_flood_of_open_work_is_read_in_part_and_paged_to_its_end(
    world: World, organisation: Record, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_lists, "MOST_OPEN", 4)
    monkeypatch.setattr(complaint_lists, "A_PAGE", 2)
    for n in range(11):
        filed = file(world, subject=f"เรื่องที่ {n}")
        if n % 3 == 0:
            act(world, filed.id, "assign", unit="works")
        clock.forward(days=2)
    assert list(chain.from_iterable(pages(world, organisation, Choice.OPEN))) == [
        f"เรื่องที่ {n}" for n in range(11)
    ]
    listing = complaint_lists.find(world, organisation, OFFICER, Query(year=2570))
    assert listing.counts
    assert (listing.counts.open, listing.counts.is_whole) == (4, False)


def test_what_is_rare_in_a_flood_is_found_page_by_page(
    world: World, organisation: Record, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_lists, "MOST_OPEN", 4)
    for n in range(11):
        file(world, subject="น้ำท่วม" if n == 9 else "ถนน")
        clock.forward(hours=1)
    found, cursor = [], None
    for _ in range(3):
        query = Query(year=2570, text="น้ำท่วม", cursor=cursor)
        listing = complaint_lists.find(world, organisation, OFFICER, query)
        found += [entry.subject for entry in listing.entries]
        cursor = listing.next_cursor
    assert (found, cursor) == (["น้ำท่วม"], None)

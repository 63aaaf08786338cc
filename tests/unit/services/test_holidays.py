"""Other public holidays with a deployment move the due days of open complaints, whoever announced the day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.adapters.holidays import ThaiHolidays
from chalicelib.domain.calendar import DayName
from chalicelib.services import complaints, holidays, organisations
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.calls import KilledError
from tests.builders.complaints import act, file, standing
from tests.builders.organisations import SETTINGS
from tests.builders.world import MemoryRecords, memory_world

DUE, NEXT = date(2026, 12, 9), date(2026, 12, 11)  # the 10th is Constitution Day


@dataclass
class Announced(ThaiHolidays):
    """The shipped days and those that the cabinet announced since."""

    more: dict[date, DayName] = field(default_factory=dict)

    def of(self, years: Sequence[int]) -> dict[date, DayName]:
        return {**super().of(years), **self.more}

    def edition(self) -> str:
        return f"{super().edition()} {sorted(self.more.items())}"


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 10:00"))
    for slug in ("test", "other"):
        organisations.establish(world, slug, SETTINGS, by="system")
    return world


def after_announcing(world: World, day: date = DUE, name: str = "วันหยุดพิเศษ") -> World:
    """The world once a newer package was deployed."""
    organisations.forget()
    return replace(world, holidays=Announced({day: (name, "Special holiday")}))


def night(world: World, remaining: float = 300) -> tuple[int, int, bool]:
    done = holidays.night(world, lambda: remaining)
    return done.due, done.acted, done.left


def due_of(world: World, filed: Any, org: str = "test") -> date:
    return standing(world, filed.id, org).state.due_on


def test_a_day_that_a_newer_package_brings_moves_the_due_day_by_an_event(world: World) -> None:
    filed = file(world)
    assert night(world) == (0, 0, False)
    newer = after_announcing(world)
    assert night(newer) == (2, 2, False)
    assert due_of(newer, filed) == NEXT
    events = complaints.follow(newer, "test", filed.code).events
    assert [e.kind for e in events] == ["filed", "due_day_recomputed"]
    assert night(newer) == (0, 0, False)


def test_a_day_that_is_taken_back_moves_it_back(world: World) -> None:
    filed = file(world)
    night(after_announcing(world))
    organisations.forget()
    assert night(world) == (2, 2, False)
    assert due_of(world, filed) == DUE


def test_another_name_of_a_day_off_is_no_news_to_a_complainant(world: World) -> None:
    # Fifteen days after 25 November ends on Constitution Day.
    world.clock.forward(days=1)
    filed = file(world)
    newer = after_announcing(world, date(2026, 12, 10), "วันรัฐธรรมนูญ (ชื่อใหม่)")
    assert night(newer) == (2, 2, False)
    assert len(complaints.follow(newer, "test", filed.code).events) == 1


def test_a_day_that_an_officer_explained_stands(world: World) -> None:
    filed = file(world)
    act(world, filed.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    newer = after_announcing(world, date(2026, 12, 24))
    night(newer)
    assert due_of(newer, filed) == date(2026, 12, 24)


def test_a_night_on_which_nothing_changed_reads_one_record(world: World) -> None:
    night(world)

    class Counted(MemoryRecords):
        asked = 0

        def get(self, cls: Any, org: str, id: str) -> Any:
            Counted.asked += 1
            return super().get(cls, org, id)

        def list(self, *args: Any, **more: Any) -> Any:
            raise AssertionError

    records = Counted(world.records.records, world.records.events)
    assert night(replace(world, records=records)) == (0, 0, False)
    assert Counted.asked == 1


@pytest.mark.parametrize("dies_at", range(1, 6))
def test_a_run_that_dies_anywhere_is_resumed_by_the_next(world: World, dies_at: int) -> None:
    filed = {org: file(world, org) for org in ("test", "other")}
    newer = after_announcing(world)
    saves = 0

    class Mortal(MemoryRecords):
        def save(self, *changes: Any, **more: Any) -> None:
            nonlocal saves
            saves += 1
            super().save(*changes, **more)
            if saves == dies_at:
                raise KilledError

    with pytest.raises(KilledError):
        night(replace(newer, records=Mortal(world.records.records, world.records.events)))
    organisations.forget()
    night(newer)
    assert [due_of(newer, one, org) for org, one in filed.items()] == [NEXT, NEXT]
    for org, one in filed.items():
        assert len(complaints.follow(newer, org, one.code).events) == 2
    assert night(newer) == (0, 0, False)


def test_what_there_is_no_time_for_is_left_to_the_next_run(world: World) -> None:
    file(world)
    newer = after_announcing(world)
    assert night(newer, remaining=5) == (2, 0, True)
    assert night(newer) == (2, 2, False)


def test_an_organisation_that_can_not_be_read_holds_up_no_other(world: World) -> None:
    filed = file(world, "other")
    newer = after_announcing(world)

    class Broken(MemoryRecords):
        def get(self, cls: Any, org: str, id: str) -> Any:
            if (org, id) == ("test", "test"):
                raise ValueError("broken")
            return super().get(cls, org, id)

    records = Broken(world.records.records, world.records.events)
    done = holidays.night(replace(newer, records=records), lambda: 300)
    assert (done.acted, done.failed, done.left) == (1, 1, False)
    assert due_of(newer, filed, "other") == NEXT
    # It is tried again each night until it can be read.
    assert night(newer) == (1, 1, False)


def test_the_edition_is_another_as_soon_as_a_day_is() -> None:
    assert ThaiHolidays().edition() == ThaiHolidays().edition()
    assert Announced({DUE: ("ก", "A")}).edition() != Announced({DUE: ("ข", "A")}).edition()

"""A record that can't be read or saved holds up no other, of whatever organisation, and is told of."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Change, State, proceed
from chalicelib.services import audit, complaints, organisations
from chalicelib.services.complaints import Filed
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import file, standing
from tests.builders.organisations import establish
from tests.builders.world import memory_world

Break = Callable[..., None]


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    establish(world, "other")
    return world


@pytest.fixture
def breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let each save of a record with this id fail, or the first so many."""

    def breaks(id: str, error: Exception, times: int = 1000) -> None:
        save, left = world.records.save, iter(range(times))

        def broken(*changes: Change[State], **more: Any) -> None:
            if changes[0].record.key.id == id and next(left, None) is not None:
                raise error
            save(*changes, **more)

        monkeypatch.setattr(world.records, "save", broken)

    return breaks


def announce_day_off(world: World) -> None:
    here = organisations.find(world, "test")
    days_off = {"2026-12-09": {"th": "วันหยุดพิเศษ", "en": "Special holiday"}}
    fact = here.state.change_settings({"days_off": days_off}, by="admin", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()


def moved(world: World, *filed: Filed) -> list[bool]:
    return [standing(world, one.id).state.due_on == date(2026, 12, 11) for one in filed]


def waits(world: World) -> bool:
    """Whether the settings keep that due days are to be moved."""
    here = world.records.get(Organisation, "test", "test")
    assert here
    return here.state.calendar_changed_at is not None


def test_a_complaint_that_can_not_be_moved_holds_up_no_other(
    world: World, breaks: Break, caplog: pytest.LogCaptureFixture
) -> None:
    filed = sorted((file(world) for _ in range(3)), key=lambda one: one.id)
    announce_day_off(world)
    breaks(filed[1].id, ValueError("ถนนชำรุด"), 1)
    complaints.night(world, lambda: 300)
    assert moved(world, *filed) == [True, False, True]
    assert waits(world)
    (line,) = [r for r in caplog.records if r.message == "record_failed"]
    assert vars(line)["id"] == filed[1].id
    complaints.night(world, lambda: 300)
    assert moved(world, *filed) == [True, True, True]
    assert not waits(world)


def test_a_complaint_that_somebody_saves_meanwhile_is_moved_all_the_same(world: World, breaks: Break) -> None:
    filed = file(world)
    announce_day_off(world)
    breaks(filed.id, StaleRecordError(standing(world, filed.id)), 2)
    complaints.night(world, lambda: 300)
    assert moved(world, filed) == [True]
    assert not waits(world)


def test_due_days_that_there_is_no_time_for_are_moved_by_the_next_night(world: World) -> None:
    filed = [file(world) for _ in range(3)]
    announce_day_off(world)
    here = organisations.find(world, "test")
    seconds = iter([300.0, 300.0, 5.0])
    complaints.recompute_due_days(world, here, lambda: next(seconds))
    assert sum(moved(world, *filed)) == 2
    assert waits(world)
    complaints.night(world, lambda: 300)
    assert sum(moved(world, *filed)) == 3
    assert not waits(world)


def test_an_organisation_that_can_not_be_read_holds_up_no_others_root(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = world.records.history

    def broken(cls: Any, org: str, id: str) -> Any:
        if cls is Organisation and org == "other":
            raise ValueError
        return history(cls, org, id)

    monkeypatch.setattr(world.records, "history", broken)
    world.clock.at = bangkok("2026-11-25 03:00")  # type: ignore[attr-defined]
    summary = audit.night(world, lambda: 300)
    assert (summary.acted, summary.failed) == (2, 1)
    assert len(audit.roots(world, "test", limit=10).rows) == 1
    assert audit.roots(world, "other", limit=10).rows == ()


def test_an_audit_that_can_not_be_saved_is_not_tried_all_night(world: World, breaks: Break) -> None:
    audit.begin(world, "test", world.clock.now())
    audit.begin(world, "other", world.clock.now())
    breaks("other", ValueError())
    world.clock.at = bangkok("2027-04-01 03:00")  # type: ignore[attr-defined]
    summary = audit.night(world, patience(20))
    assert summary.failed < 6
    assert not summary.left
    assert len(audit.roots(world, "test", limit=200).rows) == 128


def patience(questions: int) -> Callable[[], float]:
    """Time enough for a run that asks so many times how much is left."""
    asked: Iterator[int] = count()
    return lambda: 300.0 if next(asked) < questions else 0.0

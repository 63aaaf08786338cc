from collections import Counter
from datetime import date, datetime

import pytest
from msgspec.structs import replace

from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.notices import Notice
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.periods import Status
from chalicelib.domain.record import broken_at
from chalicelib.services import disclosure, organisations, plans
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import MovableClock, memory_world
from tools import demo_disclosure
from tools.demo_complaints import morning


@pytest.fixture
def world():
    world = memory_world(morning(date(2024, 10, 1)))
    establish(world, "demo")
    plans.adopt(world, "demo", real_plan(), by="system")
    for name, grant in [
        ("editor", Grant(Role.DISCLOSURE_EDITOR, "palad")),
        ("head", Grant(Role.UNIT_HEAD, "palad")),
        ("executive", Grant(Role.EXECUTIVE)),
    ]:
        employ(world, "demo", name, grant)
    return world


def fill(world, today):
    def world_at(instant: datetime):
        return replace(world, clock=MovableClock(instant))

    demo_disclosure.fill(world_at, "demo", today)
    organisations.forget()
    now = world_at(morning(today))
    return disclosure.list_items(now, organisations.find(now, "demo"), real_plan())


@pytest.mark.parametrize(
    "today", [date(2026, 11, 24), date(2027, 1, 20), date(2026, 10, 1), date(2028, 2, 29)]
)
def test_items_stand_in_every_status_on_whatever_day_it_is_filled(world, today):
    counts = Counter(item.freshness.status for item in fill(world, today))
    assert set(counts) == set(Status)
    assert counts[Status.MISSING] == 3
    assert counts[Status.STALE] >= 6
    assert counts[Status.FRESH] > 10


def test_filling_again_changes_nothing(world):
    fill(world, date(2026, 11, 24))
    before = {key: (r.version, r.head) for key, r in world.records.records.items()}
    fill(world, date(2026, 11, 24))
    assert {key: (r.version, r.head) for key, r in world.records.records.items()} == before


def test_a_run_that_was_cut_off_is_taken_up(world):
    save, saves = world.records.save, []

    def cut_off(*changes, **claim):
        if len(saves) == 150:
            raise KeyboardInterrupt
        saves.append(changes)
        save(*changes, **claim)

    world.records.save = cut_off
    with pytest.raises(KeyboardInterrupt):
        fill(world, date(2026, 11, 24))
    world.records.save = save
    cut = [(i.id, i.freshness, i.newest) for i in fill(world, date(2026, 11, 24))]
    whole = memory_world(morning(date(2024, 10, 1)))
    establish(whole, "demo")
    plans.adopt(whole, "demo", real_plan(), by="system")
    employ(whole, "demo", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad"))
    assert cut == [(i.id, i.freshness, i.newest) for i in fill(whole, date(2026, 11, 24))]


def test_there_are_two_years_of_documents_a_mistake_and_reminders(world):
    fill(world, date(2026, 11, 24))
    histories = [world.records.history(DisclosureItem, "demo", item.id) for item in real_plan().items]
    kinds = Counter(event.kind for history in histories for event in history.events)
    assert kinds["published"] > 100
    assert kinds["withdrawn"] == 1
    assert kinds["reminded"] > 10
    for history in histories:
        assert broken_at(history.events) is None
        assert [e.at for e in history.events] == sorted(e.at for e in history.events)
    notices = [k for k in world.records.records if k.kind == Notice.kind]
    assert notices

"""The demonstration's data: two fiscal years of complaints, disclosure, a report, by the services."""

from datetime import date
from typing import ClassVar

from msgspec.structs import replace

from chalicelib.domain.notices import Notice
from chalicelib.domain.record import Key, Place, State, new, replaced
from chalicelib.services.world import World
from tools import demo_complaints, demo_disclosure, demo_reports
from tools.demo_complaints import WorldAt


class Demonstration(State, frozen=True):
    """Up to which day the demonstration is filled, and whether it is."""

    kind: ClassVar[str] = "demonstration"

    until: date
    filled: bool = False

    def place(self, key: Key) -> Place:
        return Place()


def fill(world_at: WorldAt, slug: str, today: date) -> None:
    """Fill the organisation up to today, once: a run that was cut off is taken up, with its day."""
    world = world_at(demo_complaints.morning(today))
    record = world.records.get(Demonstration, slug, slug)
    if record is None:
        change = new(Key(slug, Demonstration.kind, slug), Demonstration(today))
        world.records.save(change)
        record = change.record
    if record.state.filled:
        return
    demo_complaints.fill(world_at, slug, record.state.until)
    demo_disclosure.fill(world_at, slug, record.state.until)
    demo_reports.fill(world_at, slug, record.state.until)
    _count_as_sent(world, slug)
    world.records.save(replaced(record, replace(record.state, filled=True)))


def _count_as_sent(world: World, slug: str) -> None:
    """The history's notices went out in their time: the first delivery must not send hundreds at once."""
    for key in list(world.records.due(Notice, world.clock.now())):
        record = world.records.get(Notice, key.org, key.id)
        if key.org == slug and record is not None:
            world.records.save(replaced(record, record.state.sent()))

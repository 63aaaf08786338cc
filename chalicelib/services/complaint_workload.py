"""How much work each unit has: what is open, how old, how much of it presses, and what was done of late."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import Status
from chalicelib.domain.complaint_index import Audience, Indexed
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record
from chalicelib.services import complaint_index
from chalicelib.services.complaint_lists import Urgency, days_of_soon, urgency
from chalicelib.services.world import World

DONE_DAYS = 30
"""How many days back decisions are counted, today among them."""


class Load(Struct, frozen=True, kw_only=True):
    """The work of a unit, or of all of them. Ages are in days since a complaint was received."""

    unit: str
    """Empty for the sum."""
    open: int
    due_soon: int
    """Due today or within the days of the rules' first stage."""
    overdue: int
    explained: int
    """Open, with a later day explained."""
    average_age: float | None
    oldest: int | None
    """The age of the oldest open one; None, like the average, where nothing is open."""
    done: int
    """Decided within the last `DONE_DAYS`."""


class Workload(Struct, frozen=True):
    """The units' work in the organisation's order, and the sum; `is_whole` as in an index."""

    units: Sequence[Load]
    total: Load
    is_whole: bool


def of_units(world: World, organisation: Record[Organisation], officer: Person) -> Workload:
    """The work of the units whose figures the officer may see. One index, whatever the number of units."""
    index = complaint_index.read(world, organisation.key.id, Audience.PLAIN)
    today = bangkok_day(world.clock.now())
    soon = days_of_soon(organisation.state.complaint_rules)
    seen = officer.units(Task.READ_WORKLOAD)
    units = [unit.id for unit in organisation.state.queues() if seen is None or unit.id in seen]
    by_unit: dict[str, list[Indexed]] = {unit: [] for unit in units}
    for complaint in index.complaints.values():
        if complaint.unit in by_unit and not complaint.merged:
            by_unit[complaint.unit].append(complaint)
    everything = [complaint for complaints in by_unit.values() for complaint in complaints]
    return Workload(
        [_load(unit, complaints, today, soon) for unit, complaints in by_unit.items()],
        _load("", everything, today, soon),
        index.is_whole,
    )


def _load(unit: str, complaints: Iterable[Indexed], today: date, soon: int) -> Load:
    of_all = list(complaints)
    work = [complaint for complaint in of_all if complaint.open]
    pressing = [urgency((complaint.due_on - today).days, soon) for complaint in work]
    ages = [(today - complaint.received_on).days for complaint in work]
    since = today - timedelta(days=DONE_DAYS - 1)
    return Load(
        unit=unit,
        open=len(work),
        due_soon=sum(one in {Urgency.DUE_TODAY, Urgency.DUE_SOON} for one in pressing),
        overdue=pressing.count(Urgency.OVERDUE),
        explained=sum(complaint.status is Status.EXPLAINED for complaint in work),
        average_age=sum(ages) / len(ages) if ages else None,
        oldest=max(ages, default=None),
        done=sum(complaint.decided_on is not None and complaint.decided_on >= since for complaint in of_all),
    )

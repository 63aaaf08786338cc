"""Two fiscal years of published documents for the demonstration, with items in every status.

The same seed makes the same documents; running it again takes up where an earlier run ended, and does
nothing where that was the end.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from msgspec.structs import asdict

from chalicelib.domain.calendar import BANGKOK, fiscal_year, fiscal_year_of
from chalicelib.domain.people import Person, Task
from chalicelib.domain.periods import Due, Freshness, Period, Status
from chalicelib.domain.record import SYSTEM, proceed
from chalicelib.services import disclosure, notices, organisations, plans
from chalicelib.services.disclosure import Item
from chalicelib.services.world import World
from tools.demo_complaints import WorldAt, morning

_SEED = 2570
_DUE_SOON, _MISSING, _STALE = 4, 3, 6
"""How many items are to stand in these statuses; the others are fresh."""

_LATE = 0.15
"""How often a document came after its due day."""

_NOTES = ("", "", "", "ตามรายงานที่ประชุมประจำเดือน", "แก้ไขตามข้อเสนอแนะของหน่วยตรวจสอบภายใน")

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class _Act:
    """A document published, or taken off; `number` counts what editors did with the item, from 1."""

    at: datetime
    item: str
    number: int
    period: str
    url: str
    words: str
    withdraws: bool = False


def fill(world_at: WorldAt, slug: str, today: date) -> None:
    """Publish what was published before today, and run the nights up to it."""
    begun = fiscal_year(fiscal_year_of(today) - 1).first
    world = world_at(_at(begun, 9))
    plan = plans.current(world, organisations.find(world, slug))
    disclosure.define_items(world, slug, plan)
    items = disclosure.list_items(world, organisations.find(world, slug), plan)
    if _warn_earlier(world, slug, items, today):
        disclosure.define_items(world, slug, plan)
        items = disclosure.list_items(world, organisations.find(world, slug), plan)
    editors = {unit: _editor(world, slug, unit) for unit in {item.definition.unit for item in items}}
    units = {item.id: item.definition.unit for item in items}
    last = begun
    for act in sorted(_acts(items, begun, today)):
        _nights(world_at, last, act.at.date())
        last = act.at.date()
        _do(world_at(act.at), slug, act, editors[units[act.item]])
    _nights(world_at, last, today)


def _do(world: World, slug: str, act: _Act, editor: Person) -> None:
    """Do what was not done by an earlier run."""
    organisation = organisations.find(world, slug)
    history = disclosure.find(world, organisation, plans.current(world, organisation), act.item).history
    if history is None or sum(event.actor != SYSTEM for event in history.events) >= act.number:
        return
    version = history.record.version
    if act.withdraws:
        disclosure.withdraw(
            world,
            organisation,
            act.item,
            period=act.period,
            reason=act.words,
            version=version,
            officer=editor,
        )
        return
    disclosure.publish(
        world,
        organisation,
        act.item,
        period=act.period,
        url=act.url,
        note=act.words,
        version=version,
        officer=editor,
    )


def _nights(world_at: WorldAt, first: date, last: date) -> None:
    """The nights of Mondays in these days, the last one left out."""
    day = first + (7 - first.weekday()) % 7 * _ONE_DAY
    while day < last:
        disclosure.night(world_at(morning(day) + timedelta(hours=2, minutes=30)), lambda: 900.0)
        day += 7 * _ONE_DAY


def _acts(items: Sequence[Item], begun: date, today: date) -> Iterator[_Act]:
    chance = random.Random(_SEED)
    newest = _newest(items, today, chance)
    mistaken = next(item.id for item in items if newest[item.id])
    for item in items:
        at, number = _at(begun, 9), 0
        for period in _periods(item, newest[item.id], begun):
            at = max(_published_at(item, period, today, chance), at + timedelta(hours=1))
            url = f"https://www.demo.example/disclosure/{item.id}/{period}.pdf"
            if item.id == mistaken and period == newest[item.id]:
                wrong = f"{url}?draft"
                yield _Act(at, item.id, number + 1, str(period), wrong, "")
                at += timedelta(minutes=20)
                yield _Act(at, item.id, number + 2, str(period), wrong, "แนบฉบับร่างแทนฉบับจริง", withdraws=True)
                at += timedelta(minutes=20)
                number += 2
            number += 1
            yield _Act(at, item.id, number, str(period), url, chance.choice(_NOTES))


def _newest(items: Sequence[Item], today: date, chance: random.Random) -> dict[str, Period | None]:
    """The newest period that each item has today, so that there are items in every status."""
    shuffled = chance.sample(items, len(items))
    soon = [item for item in shuffled if _if_current(item, today).status is Status.DUE_SOON][:_DUE_SOON]
    others = [item for item in shuffled if item not in soon]
    newest: dict[str, Period | None] = {}
    for place, item in enumerate(others):
        due, current = _due(item, today), _if_current(item, today)
        if place < _MISSING:
            newest[item.id] = None
        elif place < _MISSING + _STALE:
            newest[item.id] = due.previous()
        else:
            newest[item.id] = current.wanted if current.status is Status.DUE_SOON else due
    return newest | {item.id: _due(item, today) for item in soon}


def _due(item: Item, today: date) -> Period:
    """The last period whose due day is over."""
    return item.definition.schedule.freshness([], today).wanted


def _if_current(item: Item, today: date) -> Freshness:
    """How fresh an item is that has all that was due, and nothing more."""
    return item.definition.schedule.freshness([_due(item, today)], today)


def _periods(item: Item, newest: Period | None, begun: date) -> Iterable[Period]:
    """The periods of an item that fell due since the beginning, the oldest first."""
    periods: list[Period] = []
    while newest and (not periods or item.definition.schedule.due_on(newest) > begun):
        periods.append(newest)
        newest = newest.previous()
    return reversed(periods)


def _published_at(item: Item, period: Period, today: date, chance: random.Random) -> datetime:
    """When the document came: as a rule some days before it was due, once its period allowed it."""
    late = chance.random() < _LATE
    day = item.definition.schedule.due_on(period)
    day += _ONE_DAY * (chance.randint(1, 12) if late else -chance.randint(0, 9))
    if item.definition.due is Due.END:
        day = max(day, period.last_day + _ONE_DAY)
    day = min(day, today - _ONE_DAY)
    return _at(day, chance.randint(9, 15), chance.randint(0, 59))


def _warn_earlier(world: World, slug: str, items: Sequence[Item], today: date) -> bool:
    """Let the rules warn so early that some item is due soon today; whether that changed them.

    The template warns a week before a due day, and there are weeks in which nothing falls due.
    """
    until_next = min(_if_current(item, today).due_on - today for item in items).days
    organisation = organisations.find(world, slug)
    rules = organisation.state.disclosure_rules
    if until_next <= rules.due_soon_days:
        return False
    stages = [{"name": s.name, "day": s.day, "to": list(s.to)} for s in rules.stages]
    changed = {**asdict(rules), "due_soon_days": until_next, "stages": stages}
    fact = organisation.state.change_settings({"disclosure_rules": changed}, by=SYSTEM, at=world.clock.now())
    world.records.save(proceed(organisation, [fact], world.salt))
    organisations.forget()
    return True


def _editor(world: World, slug: str, unit: str) -> Person:
    for row in notices.staff(world, slug):
        record = world.records.get(Person, slug, row.key.id)
        if record and record.state.may(Task.PUBLISH_ITEMS, unit):
            return record.state
    raise LookupError(f"{slug} has no disclosure editor of {unit}")


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BANGKOK)

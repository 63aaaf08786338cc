"""The figures of a plan in a fiscal year: what the system sees by itself, and how it stands."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.domain import manual
from chalicelib.domain.answers import MOST_POINTS, Satisfaction
from chalicelib.domain.calendar import bangkok_day, fiscal_year, fiscal_year_of
from chalicelib.domain.figures import Dimension, Figures, Part, share
from chalicelib.domain.indicators import (
    Figure,
    GoalResult,
    Hidden,
    IndicatorResult,
    goal_result,
    indicator_result,
)
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Role
from chalicelib.domain.periods import Status
from chalicelib.domain.plan import PREVIOUS_YEAR, Indicator, Plan
from chalicelib.domain.record import Record
from chalicelib.domain.suppression import Mark
from chalicelib.domain.suppression import Row as Counts
from chalicelib.services import disclosure, notices, statistics
from chalicelib.services.ports import Row
from chalicelib.services.world import World

_CURRENT = (Status.FRESH, Status.DUE_SOON)
"""The period that is due is published."""

_SHARES = {"complaint.on_time_share": Part.ON_TIME, "complaint.notified_share": Part.TOLD}

_OFFICERS, _CENTRES = "officer.count(complaints)", "centre.count(complaints)"
_PROCEDURE = "publication.count(complaint_procedure)"
_OFFICES = {_OFFICERS, _CENTRES, _PROCEDURE}

_SATISFACTION = "survey.satisfaction(complaints)"

_COUNT = re.compile(r"complaint\.count\(([a-z_]+)\)")


def of_year(
    world: World, here: Record[Organisation], plan: Plan, year: int, indicators: tuple[Indicator, ...]
) -> tuple[IndicatorResult, ...]:
    """These indicators of the plan in a fiscal year of it."""
    today = bangkok_day(world.clock.now())
    sources = {i.source for i in indicators}
    known: dict[str, Figure | Hidden] = {
        **_disclosure_figures(world, here, plan, year, today, sources),
        **_office_figures(world, here, year, today, sources),
        **_complaint_figures(world, here, year, today, sources),
    }
    compared = {i.source for i in indicators if i.target == PREVIOUS_YEAR}
    before = _complaint_figures(world, here, year - 1, today, compared)
    return tuple(
        indicator_result(
            indicator, known.get(indicator.source), before.get(indicator.source), year=year, today=today
        )
        for indicator in indicators
    )


def goals_of_year(world: World, plan: Plan, year: int) -> tuple[GoalResult, ...]:
    """The goals of the plan in a fiscal year of it. Nothing in the system tells their figures yet."""
    today = bangkok_day(world.clock.now())
    return tuple(goal_result(goal, None, year=year, today=today) for goal in plan.goals)


def _disclosure_figures(
    world: World, here: Record[Organisation], plan: Plan, year: int, today: date, sources: set[str]
) -> Mapping[str, Figure]:
    """How much of what is to be published is current, by source.

    It is known for the year that runs, and from the first document on: an organisation that has not begun
    to publish here has no data, not nought.
    """
    wanted = {"disclosure.fresh_share", "disclosure.fresh_topics"} & sources
    if not wanted or year != fiscal_year_of(today):
        return {}
    items = disclosure.list_items(world, here, plan)
    if all(item.newest is None for item in items):
        return {}
    current = {item.id for item in items if item.freshness.status in _CURRENT}
    whole_topics = [topic for topic in plan.topics if all(item.id in current for item in topic.items)]
    return {
        "disclosure.fresh_share": Figure(round(100 * len(current) / len(items), 1), today),
        "disclosure.fresh_topics": Figure(len(whole_topics), today),
    }


def _complaint_figures(
    world: World, here: Record[Organisation], year: int, today: date, sources: set[str]
) -> Mapping[str, Figure | Hidden]:
    """What the year's complaints tell, by source. A year in which none was received has no data."""
    wanted = {s for s in sources if s in _SHARES or s == _SATISFACTION or _COUNT.fullmatch(s)}
    if not wanted or year > fiscal_year_of(today):
        return {}
    figures = statistics.of_year(world, here, year)
    if figures.total.counts.base == 0:
        return {}
    as_of = min(figures.as_of, fiscal_year(year).last)
    found: dict[str, Figure | Hidden] = {}
    for source in wanted:
        if source in _SHARES:
            found[source] = _share(figures.total.counts, _SHARES[source], here.state.suppress_below, as_of)
        elif source == _SATISFACTION:
            found |= _satisfaction(figures.satisfaction, as_of)
        elif count := _count(figures, source, here.state.suppress_below, as_of):
            found[source] = count
    return found


def _share(counts: Counts, part: Part, below: int, as_of: date) -> Figure | Hidden:
    """A part of all complaints as percent; where it is hidden, between what its marks leave."""
    value = share(counts.parts[part], counts.base)
    if value is not None:
        return Figure(value, as_of)
    if isinstance(counts.base, Mark):
        return Hidden(0, 100, as_of)
    base = counts.base
    lowest, highest = 1, base - 1
    if counts.parts[part] is Mark.FEW:
        highest = below - 1
    if counts.rest[part] is Mark.FEW:
        lowest = base - below + 1
    return Hidden(round(100 * lowest / base, 1), round(100 * highest / base, 1), as_of)


def _satisfaction(asked: Satisfaction, as_of: date) -> Mapping[str, Figure | Hidden]:
    """What the survey on results says; nothing where nobody answered it."""
    if asked.percent is not None:
        return {_SATISFACTION: Figure(asked.percent, as_of)}
    least = round(100 / MOST_POINTS, 1)
    return {_SATISFACTION: Hidden(least, 100, as_of)} if isinstance(asked.answers, Mark) else {}


def _count(figures: Figures, source: str, below: int, as_of: date) -> Figure | Hidden | None:
    """How many complaints of a category came; None where the organisation has no such category."""
    found = _COUNT.fullmatch(source)
    breakdown = figures.breakdowns[Dimension.CATEGORY]
    most = below - 1 if isinstance(figures.total.counts.base, Mark) else figures.total.counts.base
    if breakdown is None or found is None:
        return Hidden(0, most, as_of)
    line = next((line for line in breakdown.lines if line.id == found[1]), None)
    if line is None:
        return None
    match line.counts.base:
        case Mark.FEW:
            return Hidden(1, below - 1, as_of)
        case Mark.WITHHELD:
            return Hidden(1, most, as_of)
        case count:
            return Figure(count, as_of)


def _office_figures(
    world: World, here: Record[Organisation], year: int, today: date, sources: set[str]
) -> Mapping[str, Figure]:
    """Who receives complaints, as it is today: known of the year that runs, and once somebody is employed.

    The centre is the unit that receives what nobody assigned yet, with an officer to do it. The procedure is
    published by the working manual, once that tells where to turn to but for this website.
    """
    wanted = _OFFICES & sources
    staff = notices.staff(world, here.key.id) if wanted and year == fiscal_year_of(today) else []
    if not staff:
        return {}
    officers = sum(_receives(row) for row in staff)
    known = {
        _OFFICERS: Figure(officers, today),
        _CENTRES: Figure(int(officers > 0), today),
        _PROCEDURE: Figure(int(manual.is_complete(here.state)), today),
    }
    return {source: known[source] for source in wanted}


def _receives(row: Row) -> bool:
    person: Any = row.summary
    return person["active"] and any(grant["role"] == Role.COMPLAINT_OFFICER for grant in person["grants"])

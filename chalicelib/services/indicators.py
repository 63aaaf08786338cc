"""The figures of a plan in a fiscal year: what the system sees by itself, and how it stands."""

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.indicators import Figure, GoalResult, IndicatorResult, goal_result, indicator_result
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.periods import Status
from chalicelib.domain.plan import Indicator, Plan
from chalicelib.domain.record import Record
from chalicelib.services import disclosure
from chalicelib.services.world import World

_CURRENT = (Status.FRESH, Status.DUE_SOON)
"""The period that is due is published."""


def of_year(
    world: World, here: Record[Organisation], plan: Plan, year: int, indicators: tuple[Indicator, ...]
) -> tuple[IndicatorResult, ...]:
    """These indicators of the plan in a fiscal year of it. At most one query."""
    today = bangkok_day(world.clock.now())
    known = _disclosure_figures(world, here, plan, year, today, {i.source for i in indicators})
    return tuple(
        indicator_result(indicator, known.get(indicator.source), None, year=year, today=today)
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

"""How the figures of a plan stand against their targets in a fiscal year (requirement A3)."""

import math
import operator as comparison
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import DayRange, fiscal_year
from chalicelib.domain.plan import PREVIOUS_YEAR, Goal, Indicator, Number, Operator, Target


class Standing(StrEnum):
    """The status of an indicator or a goal in a fiscal year."""

    MET = "met"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    NO_DATA = "no_data"
    RECORDED = "recorded"


class Figure(Struct, frozen=True):
    """What was counted or recorded, and the day that it is of."""

    value: Number
    as_of: date


class Hidden(Struct, frozen=True):
    """A figure that is not told, as it could point at people (requirement S5): all that is known of it."""

    lowest: Number
    highest: Number
    as_of: date


class IndicatorResult(Struct, frozen=True):
    """An indicator in a fiscal year. Without data `figure` is None: never nought."""

    indicator: Indicator
    figure: Figure | Hidden | None
    status: Standing


class GoalResult(Struct, frozen=True):
    """A goal in a fiscal year, with that year's target."""

    goal: Goal
    fiscal_year: int
    target: Number
    figure: Figure | None
    status: Standing


_HOLDS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.AT_LEAST: comparison.ge,
    Operator.MORE_THAN: comparison.gt,
    Operator.AT_MOST: comparison.le,
    Operator.LESS_THAN: comparison.lt,
}

_RISES_AND_FALLS = frozenset({"percent", "points"})
"""Units of what may change either way while a year runs; what is counted in the others only grows."""


def indicator_result(
    indicator: Indicator,
    figure: Figure | Hidden | None,
    previous: Figure | Hidden | None,
    *,
    year: int,
    today: date,
) -> IndicatorResult:
    """The indicator with its figure of the fiscal year, and `previous`, that of the year before.

    The status of what is hidden is told only where it is the same whatever the figure is: else it would tell.
    """
    target, operator = indicator.target, indicator.operator
    found = {
        _standing(operator, target, indicator.unit, one, before, fiscal_year(year), today)
        for one in _ends(figure)
        for before in (_ends(previous) if target == PREVIOUS_YEAR else (None,))
    }
    return IndicatorResult(indicator, figure, found.pop() if len(found) == 1 else Standing.NO_DATA)


def goal_result(goal: Goal, figure: Figure | None, *, year: int, today: date) -> GoalResult:
    """The goal with its figure of a fiscal year of the plan."""
    target = goal.targets[year]
    status = _standing(goal.operator, target, goal.unit, figure, None, fiscal_year(year), today)
    return GoalResult(goal, year, target, figure, status)


def _ends(figure: Figure | Hidden | None) -> tuple[Figure | None, ...]:
    if isinstance(figure, Hidden):
        return Figure(figure.lowest, figure.as_of), Figure(figure.highest, figure.as_of)
    return (figure,)


def _standing(
    operator: Operator | None,
    target: Target,
    unit: str,
    figure: Figure | None,
    previous: Figure | None,
    year: DayRange,
    today: date,
) -> Standing:
    """How the figure stands.

    Once the year is over it is met or missed. While it runs, what can still change is on track or behind: a
    count that must grow is on track while it keeps pace with the days gone by, and met as soon as it is
    there; one that must stay low is missed as soon as it is too high, as it can't fall again.
    """
    if figure is None:
        return Standing.NO_DATA
    if operator is None or target is None:
        return Standing.RECORDED
    if target == PREVIOUS_YEAR:
        if previous is None:
            return Standing.NO_DATA
        reached = _fell(operator, figure.value, previous.value)
        bound = previous.value
    else:
        bound = target
        reached = _HOLDS[operator](figure.value, bound)
    if today > year.last:
        return Standing.MET if reached else Standing.MISSED
    if operator in (Operator.AT_MOST, Operator.LESS_THAN):
        if reached:
            return Standing.ON_TRACK
        return Standing.BEHIND if unit in _RISES_AND_FALLS else Standing.MISSED
    if unit in _RISES_AND_FALLS:
        return Standing.ON_TRACK if reached else Standing.BEHIND
    if reached:
        return Standing.MET
    return Standing.ON_TRACK if figure.value >= math.floor(bound * _gone(year, today)) else Standing.BEHIND


def _fell(operator: Operator, value: Number, previous: Number) -> bool:
    """Whether the value compares with the year before as it should; nought after nought counts as fallen."""
    return _HOLDS[operator](value, previous) or (operator is Operator.LESS_THAN and value == previous == 0)


def _gone(year: DayRange, today: date) -> float:
    """The share of the year's days that are over before today."""
    return max((today - year.first) / (year.last - year.first + timedelta(days=1)), 0.0)

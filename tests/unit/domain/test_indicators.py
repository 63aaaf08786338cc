"""How a figure stands against its target, while the year runs and once it is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import fiscal_year
from chalicelib.domain.indicators import Figure, Standing, goal_result, indicator_result
from chalicelib.domain.organisation import Label
from chalicelib.domain.plan import Goal, Indicator, IndicatorKind, Operator, Target

YEAR = 2570
FIRST, LAST = fiscal_year(YEAR)
HALF_WAY = date(2027, 4, 1)
AFTER = LAST + timedelta(days=1)


def standing(
    operator: str | None,
    target: Target,
    value: float | None,
    *,
    unit: str = "sessions",
    previous: float | None = None,
    today: date = AFTER,
) -> Standing:
    indicator = Indicator(
        id="1.1",
        project=1,
        kind=IndicatorKind.OUTPUT,
        name=Label("ก", "a"),
        unit=unit,
        source="evidence",
        operator=Operator(operator) if operator else None,
        target=target,
    )
    figures = [None if value is None else Figure(value, today) for value in (value, previous)]
    result = indicator_result(indicator, figures[0], figures[1], year=YEAR, today=today)
    assert result.figure == figures[0]
    return result.status


@pytest.mark.parametrize("target", [None, 0, 2, "previous_year"])
@pytest.mark.parametrize("today", [FIRST, LAST, AFTER])
def test_no_data_is_never_taken_for_nought(target: Target, today: date):
    assert standing(None if target is None else "<=", target, None, previous=0, today=today) == "no_data"


def test_what_has_no_target_is_recorded():
    assert standing(None, None, 0) == "recorded"
    assert standing(None, None, 7, today=HALF_WAY) == "recorded"


@pytest.mark.parametrize(
    ("operator", "target", "value", "status"),
    [
        (">=", 2, 2, "met"),
        (">=", 2, 1, "missed"),
        (">", 2, 2, "missed"),
        (">", 2, 3, "met"),
        ("<=", 0, 0, "met"),
        ("<=", 0, 1, "missed"),
        ("<", 2, 2, "missed"),
        ("<", 2, 1, "met"),
        (">=", 80, 79.9, "missed"),
        (">=", 80, 80.0, "met"),
    ],
)
def test_after_the_year_it_is_met_or_missed(operator: str, target: int, value: float, status: str):
    assert standing(operator, target, value) == status
    assert standing(operator, target, value, unit="percent") == status


def test_on_the_last_day_the_year_still_runs():
    assert standing(">=", 2, 1, today=LAST) == "on_track"
    assert standing(">=", 2, 1, today=AFTER) == "missed"


def test_a_count_that_must_grow_is_met_as_soon_as_it_is_there():
    assert standing(">=", 2, 2, today=FIRST) == "met"


def test_a_count_that_must_grow_keeps_pace_with_the_year_or_is_behind():
    assert standing(">=", 30, 0, today=FIRST) == "on_track"
    assert standing(">=", 30, 13, today=HALF_WAY) == "behind"
    assert standing(">=", 30, 14, today=HALF_WAY) == "on_track"


def test_a_count_that_must_stay_low_is_missed_as_soon_as_it_is_too_high():
    assert standing("<=", 0, 0, today=FIRST, unit="complaints") == "on_track"
    assert standing("<=", 0, 1, today=FIRST, unit="complaints") == "missed"


@pytest.mark.parametrize("unit", ["percent", "points"])
def test_a_share_or_a_score_is_met_only_once_the_year_is_over(unit: str):
    assert standing(">=", 80, 85, today=HALF_WAY, unit=unit) == "on_track"
    assert standing(">=", 80, 60, today=HALF_WAY, unit=unit) == "behind"
    assert standing("<=", 20, 30, today=HALF_WAY, unit=unit) == "behind"


def test_a_figure_is_compared_with_the_year_before():
    assert standing("<", "previous_year", 3, previous=4) == "met"
    assert standing("<", "previous_year", 4, previous=4) == "missed"
    assert standing("<", "previous_year", 3, previous=4, today=HALF_WAY) == "on_track"
    assert standing("<", "previous_year", 4, previous=4, today=HALF_WAY) == "missed"


def test_nought_after_nought_counts_as_fallen():
    assert standing("<", "previous_year", 0, previous=0) == "met"


def test_without_the_year_before_there_is_nothing_to_compare_with():
    assert standing("<", "previous_year", 3) == "no_data"


def test_before_a_year_begins_nothing_is_behind():
    assert standing(">=", 2, 0, today=FIRST - timedelta(days=200)) == "on_track"


GOAL = Goal(
    id="G2",
    name=Label("คะแนน", "Score"),
    unit="points",
    operator=Operator.AT_LEAST,
    targets={2569: 94, 2570: 95},
)


def test_a_goal_is_judged_by_the_target_of_its_year():
    score = Figure(94.2, LAST)
    assert goal_result(GOAL, score, year=2569, today=AFTER).status == "met"
    missed = goal_result(GOAL, score, year=2570, today=AFTER)
    assert (missed.status, missed.target, missed.fiscal_year) == ("missed", 95, 2570)
    assert goal_result(GOAL, None, year=2570, today=AFTER).status == "no_data"


VALUES = st.floats(0, 1e6, allow_nan=False)


@given(
    operator=st.sampled_from(list(Operator)),
    target=VALUES,
    value=VALUES,
    unit=st.sampled_from(["percent", "points", "sessions"]),
    days=st.integers(-400, 800),
)
def test_while_the_year_runs_nothing_is_final_but_what_can_not_change(
    operator: Operator, target: float, value: float, unit: str, days: int
):
    running = standing(operator, target, value, unit=unit, today=min(FIRST + timedelta(days=days), LAST))
    final = standing(operator, target, value, unit=unit)
    assert final in {"met", "missed"}
    if running in {"met", "missed"}:
        assert running == final
        assert unit == "sessions"
    if final == "met":
        assert running in {"met", "on_track"}


@given(low=VALUES, more=VALUES, target=VALUES, days=st.integers(0, 364))
def test_more_of_what_must_grow_never_stands_worse(low: float, more: float, target: float, days: int):
    order = ["missed", "behind", "on_track", "met"]
    today = FIRST + timedelta(days=days)
    before = standing(">=", target, low, today=today)
    after = standing(">=", target, low + more, today=today)
    assert order.index(after) >= order.index(before)

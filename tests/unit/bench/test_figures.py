"""The arithmetic of measurements; no test asserts a time."""

import pytest

from bench.figures import Figure, number, percentile, ratio, table


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 5), (0.9, 9), (0.99, 10), (1.0, 10), (0.01, 1), (0.0, 1), (0.91, 10)]
)
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(share: float, value: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


def test_a_ratio_compares_within_each_pair() -> None:
    slow_machine_in_the_middle = [2.0, 40.0, 2.2]
    assert ratio(slow_machine_in_the_middle, [1.0, 20.0, 1.0]) == 2.0


def test_a_ratio_takes_as_many_floors_as_measurements() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [(1.3, 1.3, "ok"), (1.31, 1.3, "over"), (0, 0, "ok"), (1, 0, "over"), (7, None, ""), ("words", 1, "")],
)
def test_a_limit_is_the_most_that_a_figure_may_be(
    value: float | str, limit: float | None, verdict: str
) -> None:
    assert Figure("group", "name", value, limit=limit).verdict == verdict


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234.5, "1,234"), (123456, "123,456"), (12.34, "12.3"), (1.234, "1.23"), (0.05, "0.05"), (0, "0")],
)
def test_a_number_shows_what_says_something(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_table_stands_in_columns_under_the_names_of_groups() -> None:
    figures = [
        Figure("CPU", "submission", 4.5, "ms"),
        Figure("CPU", "times", 2.6, "×", 2.5, "too much"),
        Figure("Package", "zip", 3.9, "MB", 50),
    ]
    assert table(figures).splitlines() == [
        "CPU",
        "  submission  4.50  ms",
        "  times       2.60  ×   ≤ 2.50 over  too much",
        "",
        "Package",
        "  zip         3.90  MB  ≤ 50 ok",
    ]

"""A report's figures: nothing that can't be read off, or added up from, what is shown of the year."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.figures import Dimension, Part, months, published
from chalicelib.domain.period_figures import of_period
from chalicelib.domain.periods import Period
from chalicelib.domain.suppression import Mark
from tests.builders.reports import figures, lives

TODAY = date(2026, 11, 24)
MONTHS = [(2025, 10), (2025, 11), (2025, 12), *((2026, m) for m in range(1, 10))]
counts = st.lists(st.integers(0, 6), min_size=12, max_size=12)


def test_a_month_is_the_line_of_the_year() -> None:
    made = figures("2569-05", lives({(2026, 5): 9, (2026, 1): 4}))
    assert made.total.id == "2569-05"
    assert made.total.counts.base == 9
    assert made.by_category == ()
    assert made.satisfaction is None


def test_a_half_is_the_sum_of_its_months() -> None:
    made = figures("FY2569-H1", lives({(2025, 10): 5, (2026, 1): 4, (2026, 5): 3}))
    assert made.total.counts.base == 9
    assert made.total.counts.parts[Part.ON_TIME] == 9
    assert made.months is not None
    assert made.months[0].id == "2568-10"
    assert len(made.months) == 6
    assert [(one.category, one.number) for one in made.by_category] == [("road", 9)]


def test_a_half_with_a_hidden_month_hides_its_sum() -> None:
    """The sum less what the other months show would be the hidden one."""
    made = figures("FY2569-H1", lives({(2025, 10): 5, (2026, 1): 1, (2026, 2): 4}))
    assert made.total.counts.base is Mark.WITHHELD


def test_a_category_with_few_is_not_named_and_nothing_tells_it() -> None:
    counted = lives({(2025, 10): 5, (2026, 5): 5}) + lives({(2025, 11): 1, (2026, 5): 4}, "light")
    assert [one.category for one in figures("FY2569-H1", counted).by_category] == []


def test_a_year_has_all_its_breakdowns() -> None:
    made = figures("FY2569", lives({(2025, 10): 5}))
    assert made.total.counts.base == 5
    assert set(made.breakdowns) == set(Dimension) - {Dimension.MONTH}
    assert made.satisfaction is not None


@given(counts)
def test_no_report_of_a_half_tells_a_month_that_the_year_hides(numbers: list[int]) -> None:
    counted = lives(dict(zip(MONTHS, numbers, strict=True)))
    year = published(counted, year=2569, today=TODAY, names={Dimension.MONTH: months(2569, TODAY)}, below=3)
    by_month = year.breakdowns[Dimension.MONTH]
    for half in ("FY2569-H1", "FY2569-H2"):
        made = of_period(Period.parse(half), year, counted, 3)
        shown = made.total.counts.base
        if isinstance(shown, Mark):
            continue
        assert by_month is not None
        within = [line for line in by_month.lines if line.id in {m.id for m in made.months or ()}]
        assert all(isinstance(line.counts.base, int) for line in within)
        assert shown == sum(line.counts.base for line in within)

"""The figures of a report: of a month, a half of a fiscal year, or all of one.

A report is published, and so are the figures of each year, month by month. Whoever has both could subtract.
So the counts of a report are those that are shown of the year: the line of a month as it is, the sum of a
half's months where each is shown, the whole year. By category a month shows nothing, and a half what stays
safe beside the sums of the year (requirement S5).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from msgspec import Struct

from chalicelib.domain.answers import Satisfaction
from chalicelib.domain.calendar import DayRange
from chalicelib.domain.figures import Breakdown, Delays, Dimension, Figures, Life, Line
from chalicelib.domain.periods import Cadence, Period, periods_within
from chalicelib.domain.suppression import Count, Mark, Row, cells_to_show


class Received(Struct, frozen=True):
    """How many complaints of a category were received."""

    category: str
    number: int


class PeriodFigures(Struct, frozen=True, kw_only=True):
    """The figures of a period, as they stood on a day. `below`: which counts are hidden."""

    period: str
    as_of: date
    below: int
    total: Line
    months: tuple[Line, ...] | None
    """The months of the period; None for a month, and where they can't be shown."""
    by_category: tuple[Received, ...]
    """Of a half, as far as it can be told; a year has the breakdown."""
    breakdowns: Mapping[Dimension, Breakdown | None]
    """Of a year alone."""
    delays: tuple[Delays, ...]
    satisfaction: Satisfaction | None
    """Of a year alone."""


def of_period(period: Period, figures: Figures, counted: Sequence[Life], below: int) -> PeriodFigures:
    """The figures of a period of a year: of what is published of it, and its complaints."""
    if period.cadence is Cadence.YEARLY:
        by_month = figures.breakdowns[Dimension.MONTH]
        return PeriodFigures(
            period=str(period),
            as_of=figures.as_of,
            below=below,
            total=figures.total,
            months=by_month.lines if by_month else None,
            by_category=(),
            breakdowns={d: b for d, b in figures.breakdowns.items() if d is not Dimension.MONTH},
            delays=figures.delays,
            satisfaction=figures.satisfaction,
        )
    within = [str(m) for m in periods_within(Cadence.MONTHLY, DayRange(period.first_day, period.last_day))]
    by_month = figures.breakdowns[Dimension.MONTH]
    lines = tuple(line for line in (by_month.lines if by_month else ()) if line.id in within)
    is_month = period.cadence is Cadence.MONTHLY
    return PeriodFigures(
        period=str(period),
        as_of=figures.as_of,
        below=below,
        total=lines[0] if is_month and lines else _sum(lines, figures.total.counts),
        months=None if is_month else lines or None,
        by_category=() if is_month else _received(within, counted, below),
        breakdowns={},
        delays=tuple(delays for delays in figures.delays if delays.month in within),
        satisfaction=None,
    )


def _sum(lines: Sequence[Line], like: Row) -> Line:
    """The sum of lines, each count of it hidden where one of theirs is; all of it where there are none."""
    if not lines:
        hidden: dict[str, Count] = dict.fromkeys(like.parts, Mark.WITHHELD)
        return Line("", Row(Mark.WITHHELD, hidden, hidden), None)

    counts = [line.counts for line in lines]
    return Line(
        "",
        Row(
            _added([row.base for row in counts]),
            {part: _added([row.parts[part] for row in counts]) for part in like.parts},
            {part: _added([row.rest[part] for row in counts]) for part in like.rest},
        ),
        None,
    )


def _added(counts: Sequence[Count]) -> Count:
    total = 0
    for count in counts:
        if isinstance(count, Mark):
            return Mark.WITHHELD
        total += count
    return total


def _received(within: Collection[str], counted: Sequence[Life], below: int) -> tuple[Received, ...]:
    """By category, what a half of a year received, where it is safe beside the sums of the year.

    What is not told is left out, noughts too: a name alone would say that there was one.
    """
    table = {(life.category, is_of_it): 0 for life in counted for is_of_it in (True, False)}
    for life in counted:
        table[life.category, life.month in within] += 1
    safe = cells_to_show({(c, str(h)): number for (c, h), number in table.items()}, below)
    return tuple(
        Received(category, number)
        for (category, is_of_it), number in sorted(table.items())
        if is_of_it and (category, str(True)) in safe
    )

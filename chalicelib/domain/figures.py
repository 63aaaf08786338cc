"""What is counted of the complaints of a fiscal year (requirement P11), and what of it may be published.

A complaint counts in the fiscal year and the month in which it was received, whatever became of it later.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import ceil
from statistics import median
from typing import Any

from msgspec import Struct

from chalicelib.domain.answers import Lasting, Satisfaction, known_to_be_decided, lasting, satisfaction
from chalicelib.domain.calendar import bangkok_day, fiscal_year
from chalicelib.domain.complaint import OPEN, Status
from chalicelib.domain.record import Json
from chalicelib.domain.suppression import Count, Mark, Row, Tally, cells_to_show, protect


class Part(StrEnum):
    """What is counted within the complaints received; in brackets, what it leaves."""

    ON_TIME = "on_time"
    """No due day passed without an answer or a later day explained before [overdue]."""
    TOLD = "told"
    """Nobody waits to be told of a decision or an explanation, or told nothing though overdue [untold]."""
    EXPLAINED = "explained"
    """Told at least once why it takes longer, with a later day."""
    REOPENED = "reopened"
    """Reopened at least once."""
    DECIDED = "decided"
    """Resolved, rejected or referred as it stands [open]."""


class Dimension(StrEnum):
    """By what the complaints of a year are broken down."""

    MONTH = "month"
    CATEGORY = "category"
    VILLAGE = "village"
    CHANNEL = "channel"
    UNIT = "unit"


class Life(Struct, frozen=True, kw_only=True):
    """What figures need of one complaint as it stands on a day."""

    received_on: date
    category: str
    village: str
    channel: str
    unit: str
    parts: frozenset[Part]
    days: int | None
    """From the day received to the day decided; None where it is open."""
    scores: tuple[tuple[int, ...], ...] = ()
    """The answers to surveys on it, each the points from 1 to 5 question by question."""
    still_solved: tuple[bool, ...] = ()
    """What was said, weeks after its resolution, on whether it lasts."""

    @classmethod
    def of(cls, summary: Mapping[str, Json], today: date) -> "Life":
        """Read a complaint's summary, as its index holds it, on a day."""
        facts: Any = summary
        is_open = Status(facts["status"]) in OPEN
        late = facts["missed"] or (is_open and date.fromisoformat(facts["due_on"]) < today)
        received_on = bangkok_day(datetime.fromisoformat(facts["received_at"]))
        decided_at = facts["decided_at"]
        decided_on = bangkok_day(datetime.fromisoformat(decided_at)) if decided_at else None
        answered = bool(decided_on or facts["explained_times"] or facts["reopened_times"])
        holds = {
            Part.ON_TIME: not late,
            Part.TOLD: facts["told"] and (answered or not late),
            Part.EXPLAINED: facts["explained_times"] > 0,
            Part.REOPENED: facts["reopened_times"] > 0,
            Part.DECIDED: not is_open,
        }
        return cls(
            received_on=received_on,
            category=facts["category"],
            village=facts["village"],
            channel=facts["channel"],
            unit=facts["unit"],
            parts=frozenset(part for part, is_so in holds.items() if is_so),
            days=(decided_on - received_on).days if decided_on and not is_open else None,
            scores=tuple(tuple(answer) for answer in facts["scores"]),
            still_solved=tuple(facts["still_solved"]),
        )

    @property
    def month(self) -> str:
        """The month received, as months of documents are written: 2569-11."""
        return f"{self.received_on.year + 543}-{self.received_on.month:02}"


class Days(Struct, frozen=True):
    """How many days it took to decide: half of the complaints at most the median, nine of ten at most p90."""

    median: float
    p90: int


class Line(Struct, frozen=True):
    """A row of a published table; `id` is empty for the total, and where the complaints name none."""

    id: str
    counts: Row
    days: Days | None
    """None where too few are decided, or it is not told how many."""


class Breakdown(Struct, frozen=True):
    """The year's complaints by a dimension. `left_out`: the parts that are shown of no line."""

    dimension: Dimension
    lines: tuple[Line, ...]
    left_out: frozenset[str]


class Delays(Struct, frozen=True):
    """How many complaints of a category and a month were explained to take longer."""

    category: str
    month: str
    number: int


class Figures(Struct, frozen=True):
    """The published figures of a fiscal year, as they stand on a day.

    A breakdown is None where it would tell too much.
    """

    year: int
    as_of: date
    total: Line
    breakdowns: Mapping[Dimension, Breakdown | None]
    delays: tuple[Delays, ...]
    satisfaction: Satisfaction
    lasting: Lasting


def lives(summaries: Iterable[Mapping[str, Json]], today: date) -> list[Life]:
    """The complaints that count: one that was merged into another is counted as that one."""
    return [Life.of(summary, today) for summary in summaries if not summary["merged_into"]]


def months(year: int, today: date) -> tuple[str, ...]:
    """The months of a fiscal year that have begun."""
    first, last = fiscal_year(year)
    begun = []
    day = first
    while day <= min(last, today):
        begun.append(f"{day.year + 543}-{day.month:02}")
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return tuple(begun)


def published(
    counted: Sequence[Life],
    *,
    year: int,
    today: date,
    names: Mapping[Dimension, Sequence[str]],
    below: int,
) -> Figures:
    """The figures of a year's complaints.

    `names`: what each dimension has a line for in any case, in order; what complaints name besides follows.
    Counts below `below`, and what would tell them, are hidden.
    """
    groups = {dimension: _grouped(counted, dimension, names.get(dimension, ())) for dimension in Dimension}
    safe = protect(
        _tally(counted),
        {dim: {name: _tally(of) for name, of in rows.items()} for dim, rows in groups.items()},
        below,
    )
    breakdowns: dict[Dimension, Breakdown | None] = {}
    for dimension, rows in groups.items():
        table = safe.tables[dimension]
        breakdowns[dimension] = (
            None
            if table is None
            else Breakdown(
                dimension,
                tuple(
                    Line(name, table.rows[name], _days(of, table.rows[name], below))
                    for name, of in rows.items()
                ),
                table.left_out,
            )
        )
    whole = safe.total
    decided = known_to_be_decided(whole.base, whole.parts[Part.DECIDED], whole.rest[Part.DECIDED], below)
    return Figures(
        year=year,
        as_of=today,
        total=Line("", whole, _days(counted, whole, below)),
        breakdowns=breakdowns,
        delays=_delays(counted, breakdowns, below),
        satisfaction=satisfaction([answer for life in counted for answer in life.scores], decided, below),
        lasting=lasting([said for life in counted for said in life.still_solved], decided, below),
    )


def counts_of(line: Line) -> dict[str, Count]:
    """A line's counts by the names that the table, the page and the API have for them."""
    parts, rest = line.counts.parts, line.counts.rest
    return {
        "received": line.counts.base,
        "on_time": parts[Part.ON_TIME],
        "overdue": rest[Part.ON_TIME],
        "told": parts[Part.TOLD],
        "explained": parts[Part.EXPLAINED],
        "reopened": parts[Part.REOPENED],
        "decided": parts[Part.DECIDED],
        "open": rest[Part.DECIDED],
    }


def share(part: Count, base: Count) -> float | None:
    """A part as percent of the base, to one decimal; None where either is hidden or there is nothing."""
    if isinstance(part, Mark) or isinstance(base, Mark) or not base:
        return None
    return round(100 * part / base, 1)


_KEYS: Mapping[Dimension, Callable[[Life], str]] = {
    Dimension.MONTH: lambda life: life.month,
    Dimension.CATEGORY: lambda life: life.category,
    Dimension.VILLAGE: lambda life: life.village,
    Dimension.CHANNEL: lambda life: life.channel,
    Dimension.UNIT: lambda life: life.unit,
}


def _grouped(several: Iterable[Life], dimension: Dimension, names: Sequence[str]) -> dict[str, list[Life]]:
    rows: dict[str, list[Life]] = {name: [] for name in names}
    for life in several:
        rows.setdefault(_KEYS[dimension](life), []).append(life)
    if "" in rows:
        rows[""] = rows.pop("")
    return rows


def _tally(several: Iterable[Life]) -> Tally:
    each = [life.parts for life in several]
    return Tally(len(each), {part: sum(part in parts for parts in each) for part in Part})


def _days(several: Iterable[Life], counts: Row, below: int) -> Days | None:
    taken = sorted(life.days for life in several if life.days is not None)
    decided = counts.parts[Part.DECIDED]
    if isinstance(counts.base, Mark) or isinstance(decided, Mark) or len(taken) < below:
        return None
    # The nearest rank: the least number of days within which nine of ten were decided.
    return Days(float(median(taken)), taken[ceil(0.9 * len(taken)) - 1])


def _delays(
    several: Iterable[Life], breakdowns: Mapping[Dimension, Breakdown | None], below: int
) -> tuple[Delays, ...]:
    """By month and category, what may be told of explained delays.

    Nothing of a line whose own count of them is hidden: a cell says that its line has as many at least.
    """
    by_month, by_category = breakdowns[Dimension.MONTH], breakdowns[Dimension.CATEGORY]
    if by_month is None or by_category is None:
        return ()
    table = {(c.id, m.id): 0 for m in by_month.lines for c in by_category.lines}
    for life in several:
        if Part.EXPLAINED in life.parts:
            table[life.category, life.month] += 1
    safe = cells_to_show(table, below)
    told = {
        dimension: {line.id for line in lines if isinstance(line.counts.parts[Part.EXPLAINED], int)}
        for dimension, lines in ((Dimension.MONTH, by_month.lines), (Dimension.CATEGORY, by_category.lines))
    }
    return tuple(
        Delays(c, m, number)
        for (c, m), number in table.items()
        if (c, m) in safe and c in told[Dimension.CATEGORY] and m in told[Dimension.MONTH]
    )

"""Figures, their limits, and the arithmetic and the table that they share."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Something measured. `limit` is the most that it may be; `note` says what it is made of."""

    group: str
    name: str
    value: float | str
    unit: str = ""
    limit: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the limit is kept: `ok`, `over`, or nothing where there is none."""
        if self.limit is None or isinstance(self.value, str):
            return ""
        return "ok" if self.value <= self.limit else "over"

    def to_data(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed. Raises on none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio(measured: Sequence[float], floor: Sequence[float]) -> float:
    """How many times the floor something takes, of measurements made in turns: the median of the pairs'.

    Whatever else the machine did during a pair slowed both of it, so that pairs can be compared where
    times can't.
    """
    return statistics.median(m / f for m, f in zip(measured, floor, strict=True))


def number(value: float | str) -> str:
    """A figure with as many decimals as say something."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def table(figures: Sequence[Figure]) -> str:
    """All figures as text, a heading for each group."""
    rows = [
        (
            f"  {figure.name}",
            number(figure.value),
            figure.unit,
            "" if figure.limit is None else f"≤ {number(figure.limit)} {figure.verdict}",
            figure.note,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines: list[str] = []
    group = ""
    for figure, (name, value, unit, limit, note) in zip(figures, rows, strict=True):
        if figure.group != group:
            group = figure.group
            lines += ["", group]
        cells = (
            name.ljust(widths[0]),
            value.rjust(widths[1]),
            unit.ljust(widths[2]),
            limit.ljust(widths[3]),
            note,
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines[1:])

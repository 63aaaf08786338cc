"""What published counts hide, so that none points at people (requirement S5).

A count below the threshold, other than nought, is `few`: that much is said. What would let somebody compute
it is `withheld`: nothing is said of it. Here a table of counts has a total row and breaks it down by several
dimensions, whose rows each add up to the total; a row has a base count and parts of it, and what a part
leaves of the base counts as a cell too, as anybody can subtract.

Nothing here is hoped for: each step is checked by what somebody can compute who knows the sums, the marks
and the threshold. All of it is sums of whole numbers within spans, so that the least and the greatest value
that a hidden cell can have follow from the ends of the others; a hidden cell must have two values at least.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from msgspec import Struct

_NO_END = 10**9
"""More than any organisation counts."""


class Mark(StrEnum):
    """What stands in a hidden cell."""

    FEW = "few"
    WITHHELD = "withheld"


Count: TypeAlias = int | Mark
"""A published count."""


class Tally(Struct, frozen=True):
    """What was counted: a base count and parts of it, by name."""

    base: int
    parts: Mapping[str, int]


class Row(Struct, frozen=True):
    """A tally as it is published; `rest` is what each part leaves of the base."""

    base: Count
    parts: Mapping[str, Count]
    rest: Mapping[str, Count]


class Table(Struct, frozen=True):
    """A dimension as it is published. `left_out`: the parts that are shown of no row of it."""

    rows: Mapping[str, Row]
    left_out: frozenset[str] = frozenset()


class Protected(Struct, frozen=True):
    """The total and its dimensions; None for one that can't be shown at all."""

    total: Row
    tables: Mapping[str, Table | None]


class _Span(NamedTuple):
    low: int
    high: int

    def meets(self, other: "_Span") -> "_Span":
        return _Span(max(self.low, other.low), min(self.high, other.high))

    @property
    def is_open(self) -> bool:
        """Whether there are two values in it."""
        return self.high > self.low


_NONE = _Span(0, 0)


def is_few(count: int, below: int) -> bool:
    return 0 < count < below


def protect(total: Tally, tables: Mapping[str, Mapping[str, Tally]], below: int) -> Protected:
    """What may be published of a total and of the dimensions that break it down.

    The tallies of each dimension add up to the total. `below`: from which count on one is shown.
    """
    if is_few(total.base, below):
        hidden = dict.fromkeys(total.parts, Mark.WITHHELD)
        return Protected(Row(Mark.FEW, hidden, hidden), dict.fromkeys(tables))
    spans: dict[str, _Span] = {}
    parts: dict[str, Count] = {}
    rest: dict[str, Count] = {}
    for name, part in total.parts.items():
        parts[name], rest[name], spans[name] = _split(total.base, part, below)
    return Protected(
        Row(total.base, parts, rest),
        {name: _dimension(rows, total, spans, below) for name, rows in tables.items()},
    )


def cells_to_show(table: Mapping[tuple[str, str], int], below: int) -> frozenset[tuple[str, str]]:
    """Which cells of a cross table may be shown, whose sums by row and by column may be known.

    All others, noughts too, are left out. A hidden count stays unknown where one more or one less of it can
    be made up for within the same rows and columns by hidden cells alone.
    """
    shown = {cell for cell, count in table.items() if count >= below}
    most = below - 1
    while shown:
        bare = [
            cell
            for cell, count in table.items()
            if is_few(count, below) and not _can_move(cell, table, shown, most)
        ]
        if not bare:
            break
        # From now on a cell that is not shown may hold any number.
        most = _NO_END
        apart = {cell for cell in shown if not any(cell[0] == b[0] or cell[1] == b[1] for b in bare)}
        shown = apart if len(apart) < len(shown) else set()
    return frozenset(shown)


def _can_move(
    cell: tuple[str, str], table: Mapping[tuple[str, str], int], shown: Collection[tuple[str, str]], most: int
) -> bool:
    row, column = cell
    for other_row, other_column in table:
        if other_row == row or other_column == column:
            continue
        up, down = (cell, (other_row, other_column)), ((row, other_column), (other_row, column))
        if any(corner in shown or corner not in table for corner in (*up, *down)):
            continue
        for more, less in ((up, down), (down, up)):
            if all(table[c] < most for c in more) and all(table[c] > 0 for c in less):
                return True
    return False


def _split(base: int, part: int, below: int) -> tuple[Count, Count, _Span]:
    """A shown base in two: as it is, with marks that say what is hidden, or with marks that say nothing."""
    rest = base - part
    if not (is_few(part, below) or is_few(rest, below)):
        return part, rest, _Span(part, part)
    told = _told(part, below).meets(_mirrored(_told(rest, below), base))
    if told.is_open:
        return _mark(part, below), _mark(rest, below), told
    return Mark.WITHHELD, Mark.WITHHELD, _Span(1, base - 1)


def _dimension(
    rows: Mapping[str, Tally], total: Tally, spans: Mapping[str, _Span], below: int
) -> Table | None:
    bases = _bases({name: row.base for name, row in rows.items()}, total.base, below)
    if bases is None:
        return None
    columns = {part: _column(rows, bases, part, span, below) for part, span in spans.items()}
    unsaid: tuple[Count, Count] = (Mark.WITHHELD, Mark.WITHHELD)
    nothing = {name: unsaid if row.base else (0, 0) for name, row in rows.items()}
    cells = {part: column or nothing for part, column in columns.items()}
    return Table(
        {
            name: Row(
                bases[name],
                {part: cells[part][name][0] for part in cells},
                {part: cells[part][name][1] for part in cells},
            )
            for name in rows
        },
        frozenset(part for part, column in columns.items() if column is None),
    )


def _bases(counts: Mapping[str, int], total: int, below: int) -> dict[str, Count] | None:
    """The base counts of a dimension, which add up to a total that is shown; None where none can be shown."""
    hidden = [name for name, count in counts.items() if is_few(count, below)]
    others = sorted((n for n, count in counts.items() if count >= below), key=lambda n: (counts[n], n))
    if not hidden:
        return dict(counts)
    while True:
        left = total - sum(count for name, count in counts.items() if name not in hidden)
        for said in (True, False):
            spans = [_told(counts[n], below) if said else _Span(1, _NO_END) for n in hidden]
            if _stay_open(spans, _Span(left, left)):
                marks = {n: _mark(counts[n], below) if said else Mark.WITHHELD for n in hidden}
                return {**counts, **marks}
        if not others:
            return None
        hidden.append(others.pop(0))


def _column(
    rows: Mapping[str, Tally], bases: Mapping[str, Count], part: str, total: _Span, below: int
) -> dict[str, tuple[Count, Count]] | None:
    """A part and its rest by row. `total`: what is known of the part's total.

    None where they can't be shown of any row. Of a row whose base is hidden nothing is shown but noughts, and
    those only where all such rows have them.
    """
    unknown = [name for name in rows if isinstance(bases[name], Mark)]
    slack_base = sum(rows[name].base for name in unknown)
    slack_part = sum(rows[name].parts[part] for name in unknown)
    slack = _Span(1, slack_base - 1)
    if slack_part in (0, slack_base):
        slack = _Span(slack_part, slack_part)
    known = {name: (row.base, row.parts[part]) for name, row in rows.items() if name not in unknown}
    hidden = [n for n, (base, p) in known.items() if is_few(p, below) or is_few(base - p, below)]
    others = sorted(
        (n for n, (base, p) in known.items() if 0 < p < base and n not in hidden),
        key=lambda n: (known[n][0], n),
    )
    while True:
        shown = sum(p for name, (_, p) in known.items() if name not in hidden)
        left = _Span(total.low - shown, total.high - shown)
        for said in (True, False):
            spans = [_part_span(*known[n], below, said=said) for n in hidden]
            if _reaches([*spans, slack], left) and _stay_open(spans, left, slack):
                unsaid = (
                    0 if slack_part == 0 else Mark.WITHHELD,
                    0 if slack_part == slack_base else Mark.WITHHELD,
                )
                cells: dict[str, tuple[Count, Count]] = {n: (p, b - p) for n, (b, p) in known.items()}
                cells |= {n: _pair(*known[n], below, said=said) for n in hidden}
                return cells | dict.fromkeys(unknown, unsaid)
        if not others:
            return None
        hidden.append(others.pop(0))


def _part_span(base: int, part: int, below: int, *, said: bool) -> _Span:
    if said:
        return _told(part, below).meets(_mirrored(_told(base - part, below), base))
    return _Span(1, base - 1)


def _pair(base: int, part: int, below: int, *, said: bool) -> tuple[Count, Count]:
    if said:
        return _mark(part, below), _mark(base - part, below)
    return Mark.WITHHELD, Mark.WITHHELD


def _reaches(spans: Sequence[_Span], wanted: _Span) -> bool:
    """Whether the sum can be all that it is known to be one of."""
    return sum(s.low for s in spans) <= wanted.low and wanted.high <= sum(s.high for s in spans)


def _stay_open(spans: Sequence[_Span], total: _Span, slack: _Span = _NONE) -> bool:
    """Whether each of these hidden numbers can have two values, given what is known of their sum."""
    return all(span.is_open for span in _ranges(spans, total, slack))


def _ranges(spans: Sequence[_Span], total: _Span, slack: _Span) -> Iterator[_Span]:
    low = sum(s.low for s in spans) + slack.low
    high = sum(s.high for s in spans) + slack.high
    for span in spans:
        yield span.meets(_Span(total.low - (high - span.high), total.high - (low - span.low)))


def _mark(count: int, below: int) -> Mark:
    return Mark.FEW if is_few(count, below) else Mark.WITHHELD


def _told(count: int, below: int) -> _Span:
    """What the mark in a cell's place says of it, where marks say what they can."""
    return _Span(1, below - 1) if is_few(count, below) else _Span(below, _NO_END)


def _mirrored(span: _Span, base: int) -> _Span:
    """What is known of the part where this is known of its rest."""
    return _Span(base - span.high, base - span.low)

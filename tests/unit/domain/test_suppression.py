"""What is hidden can't be computed from what is shown: tried by going through all tables that fit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.suppression import Mark, Protected, Row, Table, Tally, cells_to_show, protect

BELOW = 3
PART = "late"

Pair = tuple[int, int]
Rows = Mapping[str, Pair]


@st.composite
def breakdowns(draw: st.DrawFn) -> tuple[list[Pair], dict[str, Rows]]:
    """Things that have a property or not, put into groups in two ways."""
    things = draw(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.integers(0, 3)), max_size=11))
    tables: dict[str, dict[str, Pair]] = {}
    for at, (name, groups) in enumerate((("place", 3), ("way", 4)), start=1):
        rows = {}
        for group in range(groups):
            inside = [thing for thing in things if thing[at] == group]
            rows[f"{name} {group}"] = (len(inside), sum(thing[0] for thing in inside))
        tables[name] = rows
    return [(len(things), sum(thing[0] for thing in things))], tables


def protected(total: Pair, tables: Mapping[str, Rows], below: int = BELOW) -> Protected:
    return protect(
        Tally(total[0], {PART: total[1]}),
        {
            name: {group: Tally(base, {PART: part}) for group, (base, part) in rows.items()}
            for name, rows in tables.items()
        },
        below,
    )


def cells(row: Row) -> tuple[object, object, object]:
    return row.base, row.parts[PART], row.rest[PART]


def fits(value: int, cell: object, least: int, below: int) -> bool:
    """Whether a number can stand behind a published cell; `least`: behind one of which nothing is said."""
    if cell is Mark.FEW:
        return 0 < value < below
    return value >= least if cell is Mark.WITHHELD else value == cell


def pairs(row: Row, most: int, least_base: int, least_part: int, below: int) -> Iterator[Pair]:
    base, part, rest = cells(row)
    for b in range(most + 1):
        if fits(b, base, least_base, below):
            for p in range(b + 1):
                # Of a row whose base is hidden, nought may be hidden too.
                least = 0 if isinstance(base, Mark) else least_part
                if fits(p, part, least, below) and fits(b - p, rest, least, below):
                    yield b, p


def choices(table: Table, most: int, below: int) -> dict[str, set[Pair]]:
    """What each row of a table can hold for somebody who knows how it was protected, sums left aside."""
    rows = list(table.rows.values())
    bases_say = any(row.base is Mark.FEW for row in rows)
    parts_say = any(
        Mark.FEW in (row.parts[PART], row.rest[PART]) for row in rows if isinstance(row.base, int)
    )
    least_part = 0 if PART in table.left_out else below if parts_say else 1
    least_base = below if bases_say else 1
    return {name: set(pairs(row, most, least_base, least_part, below)) for name, row in table.rows.items()}


def added(first: set[Pair], second: set[Pair], most: int) -> set[Pair]:
    return {(a + c, b + d) for a, b in first for c, d in second if a + c <= most}


def sums(rows: Iterable[set[Pair]], most: int) -> set[Pair]:
    found = {(0, 0)}
    for row in rows:
        found = added(found, row, most)
    return found


def fits_total(total: Row, base: int, part: int, below: int) -> bool:
    whole, shown, rest = cells(total)
    least = below if Mark.FEW in (shown, rest) else 1
    return (
        fits(base, whole, 1, below)
        and fits(part, shown, least, below)
        and fits(base - part, rest, least, below)
    )


def values_by_cell(published: Protected, base: int, below: int) -> dict[tuple[str, str, str], set[int]]:
    """What each hidden cell can hold, by (dimension, row, cell), as far as anybody can find out."""
    shown = {name: choices(table, base, below) for name, table in published.tables.items() if table}
    parts = {p for p in range(base + 1) if fits_total(published.total, base, p, below)}
    for rows in shown.values():
        parts &= {p for b, p in sums(rows.values(), base) if b == base}
    values: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for part in parts:
        values["total", "", "part"].add(part)
        values["total", "", "rest"].add(base - part)
    for name, rows in shown.items():
        for row, own in rows.items():
            others = sums((found for other, found in rows.items() if other != row), base)
            for b, p in own:
                if any((base - b, part - p) in others for part in parts):
                    values[name, row, "base"].add(b)
                    values[name, row, "part"].add(p)
                    values[name, row, "rest"].add(b - p)
    return values


def check(total: Pair, tables: Mapping[str, Rows], below: int = BELOW) -> Protected:
    published = protected(total, tables, below)
    if published.total.base is Mark.FEW:
        assert 0 < total[0] < below
        assert all(table is None for table in published.tables.values())
        return published
    values = values_by_cell(published, total[0], below)
    rows = {("total", ""): published.total} | {
        (name, group): row
        for name, table in published.tables.items()
        if table is not None
        for group, row in table.rows.items()
    }
    for (name, group), row in rows.items():
        truth = total if name == "total" else tables[name][group]
        for cell, shown, true in zip(
            ("base", "part", "rest"), cells(row), (*truth, truth[0] - truth[1]), strict=True
        ):
            if isinstance(shown, Mark):
                assert true in values[name, group, cell]
                assert len(values[name, group, cell]) > 1, (name, group, cell, published)
            else:
                assert shown == true
                assert shown == 0 or shown >= below
    return published


@given(breakdowns())
@example(([(4, 1)], {"place": {"a": (4, 1)}, "way": {"x": (1, 0), "y": (3, 1)}}))
@example(([(5, 5)], {"place": {"a": (1, 1), "b": (1, 1), "c": (3, 3)}, "way": {"x": (5, 5)}}))
@example(([(6, 1)], {"place": {"a": (3, 1), "b": (3, 0)}, "way": {"x": (6, 1), "y": (0, 0)}}))
@example(([(3, 1)], {"place": {"a": (1, 1), "b": (1, 0), "c": (1, 0)}, "way": {"x": (3, 1)}}))
def test_no_hidden_count_can_be_computed(made: tuple[list[Pair], dict[str, Rows]]) -> None:
    (total,), tables = made
    check(total, tables)


@given(breakdowns(), st.integers(3, 5))
def test_whatever_the_threshold(made: tuple[list[Pair], dict[str, Rows]], below: int) -> None:
    (total,), tables = made
    check(total, tables, below)


def test_a_total_that_is_few_is_not_broken_down() -> None:
    published = check((2, 1), {"place": {"a": (2, 1)}})
    assert cells(published.total) == (Mark.FEW, Mark.WITHHELD, Mark.WITHHELD)
    assert published.tables == {"place": None}


def test_what_nobody_could_be_found_by_is_shown() -> None:
    published = check((20, 6), {"place": {"a": (12, 3), "b": (8, 3), "c": (0, 0)}})
    table = published.tables["place"]
    assert table is not None
    assert [cells(row) for row in table.rows.values()] == [(12, 3, 9), (8, 3, 5), (0, 0, 0)]


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    published = check((22, 0), {"place": {"a": (12, 0), "b": (8, 0), "c": (2, 0)}})
    table = published.tables["place"]
    assert table is not None
    assert {name: row.base for name, row in table.rows.items()} == {
        "a": 12,
        "b": Mark.WITHHELD,
        "c": Mark.FEW,
    }


def test_nought_stays_nought_and_one_of_a_total_is_few() -> None:
    published = check((30, 1), {"place": {"a": (18, 1), "b": (12, 0)}})
    assert cells(published.total) == (30, Mark.FEW, Mark.WITHHELD)
    table = published.tables["place"]
    assert table is not None
    assert cells(table.rows["b"]) == (12, 0, 12)
    assert cells(table.rows["a"]) == (18, Mark.FEW, Mark.WITHHELD)


@given(st.lists(st.integers(0, 5), min_size=9, max_size=9))
@example([1, 3, 0, 3, 3, 3, 0, 3, 3])
def test_no_hidden_cell_of_a_cross_table_can_be_computed(counts: list[int]) -> None:
    places = list(product("abc", "xyz"))
    table = dict(zip(places, counts, strict=True))
    shown = cells_to_show(table, BELOW)
    assert all(table[cell] >= BELOW for cell in shown)
    hidden = [cell for cell in places if cell not in shown]
    if not shown or not any(0 < table[cell] < BELOW for cell in hidden):
        return
    most = BELOW - 1 if all(table[c] < BELOW for c in hidden) else max(counts) + 1
    balanced = [row for row in product((-1, 0, 1), repeat=3) if sum(row) == 0]
    values: dict[tuple[str, str], set[int]] = defaultdict(set)
    for moves in product(balanced, repeat=3):
        if any(sum(column) for column in zip(*moves, strict=True)):
            continue
        moved = {cell: table[cell] + move for cell, move in zip(places, chain(*moves), strict=True)}
        if all(moved[cell] == table[cell] if cell in shown else 0 <= moved[cell] <= most for cell in places):
            for cell in hidden:
                values[cell].add(moved[cell])
    assert all(len(values[cell]) > 1 for cell in hidden if 0 < table[cell] < BELOW)

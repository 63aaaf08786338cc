"""What readers learn who know more than the marks: how much, for all small tables, so that it is known.

`test_suppression.py` proves that sums, marks and the threshold give no hidden count away. Our program is
public, though: who runs it on every table that could stand behind a page sees which of them would give that
very page. And who reads the page twice sees what came between. Neither is promised away
(docs/adr/0019-what-is-hidden-is-checked-by-what-can-be-computed.md); here it is measured, and may not grow.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from itertools import combinations_with_replacement, product
from typing import TypeAlias

from chalicelib.domain.suppression import Count, Mark, Protected, Tally, protect

BELOW = 3
MOST = 6

LEARNT_BY_THE_PROGRAM = 0.11
LEARNT_BY_READING_TWICE = 0.41
"""Of the hidden cells of such small tables, the share that these readers find out."""

Thing: TypeAlias = tuple[int, int, int]
"""A complaint as it counts: which of two places, which of two ways, late or not."""

World: TypeAlias = tuple[Thing, ...]

KINDS: tuple[Thing, ...] = tuple(product((0, 1), repeat=3))  # type: ignore[arg-type]


def worlds(most: int) -> Iterator[World]:
    """All tables of so many complaints at the most."""
    for number in range(most + 1):
        yield from combinations_with_replacement(KINDS, number)


def tally(world: World) -> Tally:
    return Tally(len(world), {"late": sum(late for *_, late in world)})


def groups(world: World) -> dict[str, dict[str, World]]:
    return {
        name: {str(group): tuple(thing for thing in world if thing[at] == group) for group in (0, 1)}
        for at, name in enumerate(("place", "way"))
    }


@cache
def page(world: World) -> tuple[tuple[str, Count], ...]:
    """All cells that are published, by name."""
    tables = {name: {g: tally(w) for g, w in of.items()} for name, of in groups(world).items()}
    safe: Protected = protect(tally(world), tables, BELOW)
    cells: list[tuple[str, Count]] = []
    rows = {"total": safe.total}
    for name, table in safe.tables.items():
        rows |= {f"{name} {g}": row for g, row in table.rows.items()} if table else {}
    for row, shown in rows.items():
        cells += [
            (row, shown.base),
            (f"{row} late", shown.parts["late"]),
            (f"{row} rest", shown.rest["late"]),
        ]
    return tuple(cells)


@cache
def truth(world: World) -> Mapping[str, int]:
    rows = {"total": world} | {f"{n} {g}": w for n, of in groups(world).items() for g, w in of.items()}
    found: dict[str, int] = {}
    for row, inside in rows.items():
        counts = tally(inside)
        found |= {row: counts.base, f"{row} late": counts.parts["late"]}
        found[f"{row} rest"] = counts.base - counts.parts["late"]
    return found


def share_found_out(seen: Mapping[Hashable, list[World]]) -> float:
    """Of the hidden cells of all pages, how many have one value in all worlds that give the page."""
    hidden = found_out = 0
    for fitting in seen.values():
        for name, shown in page(fitting[0]):
            if isinstance(shown, Mark):
                hidden += 1
                found_out += len({truth(world)[name] for world in fitting}) == 1
    return found_out / hidden


def test_no_small_count_is_ever_shown() -> None:
    for world in worlds(MOST):
        for name, shown in page(world):
            assert isinstance(shown, Mark) or shown == truth(world)[name]
            assert isinstance(shown, Mark) or shown == 0 or shown >= BELOW


def test_who_runs_the_program_on_all_small_tables_finds_out_no_more_than_is_said() -> None:
    seen: dict[Hashable, list[World]] = defaultdict(list)
    for world in worlds(MOST):
        seen[page(world)].append(world)
    assert share_found_out(seen) < LEARNT_BY_THE_PROGRAM


def test_who_reads_before_and_after_a_complaint_came_finds_out_no_more_than_is_said() -> None:
    seen: dict[Hashable, list[World]] = defaultdict(list)
    for world in worlds(MOST - 1):
        for came in KINDS:
            seen[page(world), page(tuple(sorted((*world, came))))].append(world)
    assert share_found_out(seen) < LEARNT_BY_READING_TWICE

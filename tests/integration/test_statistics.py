"""Figures on the tables: one partition of the year's index, page by page, and no scan."""

import pytest

from chalicelib.services import statistics
from chalicelib.services.world import World
from tests.builders.calls import counted
from tests.builders.complaints import act, file
from tests.builders.organisations import establish
from tests.builders.world import MovableClock


def test_a_year_is_read_by_pages_of_its_index_alone(
    world: World, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = establish(world)
    establish(world, "other")
    for n in range(7):
        filed = file(world, subject=f"เรื่องที่ {n}")
        if n < 4:
            act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    file(world, "other")
    monkeypatch.setattr(statistics, "_A_READ", 3)
    with counted() as calls:
        figures = statistics.of_year(world, here, 2570)
    assert (figures.total.counts.base, figures.total.counts.parts["decided"]) == (7, 4)
    assert set(calls) == {"Query"}
    assert len(calls) == 3
    with counted() as calls:
        statistics.of_year(world, here, 2570)
    assert calls == []

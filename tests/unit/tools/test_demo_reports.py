from datetime import date, datetime

import pytest
from msgspec.structs import replace

from chalicelib.domain.people import Role
from chalicelib.services import reports
from tests.builders.organisations import employ, establish
from tests.builders.world import MovableClock, memory_world
from tools import demo_reports
from tools.demo_complaints import morning


@pytest.fixture
def world():
    world = memory_world(morning(date(2026, 10, 1)))
    establish(world, "demo")
    employ(world, "demo", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "demo", "boonchai", Role.EXECUTIVE)
    return world


def fill(world, today):
    def world_at(instant: datetime):
        return replace(world, clock=MovableClock(instant))

    demo_reports.fill(world_at, "demo", today)


def test_the_year_before_has_a_report_that_everybody_reads(world):
    for _ in range(2):
        fill(world, date(2026, 11, 24))
    [edition] = reports.published(world, "demo")
    assert edition.id == "FY2569.1"
    assert edition.approved_on == date(2026, 10, 21)
    assert len(world.documents.files) == 3


def test_a_run_that_was_cut_off_is_taken_up(world):
    at = replace(world, clock=MovableClock(morning(date(2026, 10, 21))))
    officer = demo_reports._who(at, "demo", demo_reports.Task.DRAFT_REPORTS)
    reports.begin_edition(at, "demo", "FY2569", officer=officer)
    reports.order(at, "demo", "FY2569.1", version=1, officer=officer)
    fill(world, date(2026, 11, 24))
    assert [edition.id for edition in reports.published(world, "demo")] == ["FY2569.1"]


def test_early_in_a_year_there_is_none(world):
    fill(world, date(2026, 10, 21))
    assert not reports.listed(world, "demo")

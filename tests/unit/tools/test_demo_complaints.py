"""The demonstration's complaints."""

from datetime import date

from msgspec.structs import replace

from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.people import Role
from chalicelib.domain.position import Position
from chalicelib.domain.record import broken_at, fold
from chalicelib.services import organisations, statistics
from tests.builders.calendar import bangkok
from tests.builders.counting import counted, must_agree
from tests.builders.organisations import SETTINGS, employ, establish
from tests.builders.world import MovableClock, memory_world
from tools import demo_complaints

TODAY = date(2026, 11, 24)
CATEGORIES = [{"id": id, "name": {"th": id, "en": id}} for id in (*demo_complaints._REPORTS, "bribery")]


def filled():
    world = memory_world(bangkok("2025-10-01 00:00"))
    known = {"categories": CATEGORIES, "village_positions": {"หมู่ 1": "10.50200, 101.00100"}}
    establish(world, "demo", **{**SETTINGS, **known})
    employ(world, "demo", "somsri", Role.COMPLAINT_OFFICER)

    def world_at(at):
        return replace(world, clock=MovableClock(at))

    demo_complaints.fill(world_at, "demo", TODAY)
    return world, world_at


def lives(world):
    return {k.id: r for k, r in world.records.records.items() if k.kind == "complaint"}


def test_every_state_is_there_and_every_chain_holds():
    world, _ = filled()
    records = lives(world)
    assert {r.state.status for r in records.values()} == set(Status)
    for id in records:
        history = world.records.history(Complaint, "demo", id)
        assert broken_at(history.events) is None
        assert fold(Complaint, history.events) == history.record.state
        assert history.events[-1].at < bangkok("2026-11-24 00:00")


def test_some_are_late_and_most_are_not():
    world, _ = filled()
    on_time = [r.state.on_time(TODAY) for r in lives(world).values()]
    assert 0.7 < sum(on_time) / len(on_time) < 1


def test_some_have_a_position_near_their_village():
    world, _ = filled()
    reports = [r.state.report for r in lives(world).values()]
    told = [report for report in reports if report.position]
    assert {report.village for report in told} == {"หมู่ 1"}
    for report in told:
        east, north = Position(10.502, 101.001).metres_to(Position.parse(report.position))
        assert abs(east) + abs(north) < 1_200


def test_filling_again_changes_nothing():
    world, world_at = filled()
    before = dict(world.records.records)
    demo_complaints.fill(world_at, "demo", TODAY)
    assert world.records.records == before


def test_the_figures_of_the_demonstration_are_those_of_its_events():
    world, world_at = filled()
    here = organisations.find(world, "demo")
    here = replace(here, state=replace(here.state, suppress_below=1))
    for year in (2569, 2570):
        figures = statistics.of_year(world_at(bangkok("2026-11-24 09:00")), here, year)
        events = [e for id in lives(world) for e in world.records.history(Complaint, "demo", id).events]
        of_year = [one for one in counted(events, TODAY).values() if one.year == year]
        assert len(of_year) > 10
        must_agree(figures, of_year)

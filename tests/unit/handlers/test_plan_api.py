"""The plan and its figures for programs."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.test import Client, HTTPResponse
from msgspec.structs import replace

from chalicelib.domain.organisation import Label
from chalicelib.domain.people import Grant, Role
from chalicelib.services import adoption, disclosure, plans
from chalicelib.services.world import World
from tests.builders.organisations import employ, establish
from tests.builders.plans import plan, real_plan
from tests.builders.world import memory_world

INDICATOR = [
    *("id", "project", "kind", "name", "operator", "target", "unit"),
    *("value", "status", "source", "as_of"),
]
GOAL = ["id", "name", "operator", "target", "unit", "fiscal_year", "value", "status", "as_of"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    return world


@pytest.fixture(autouse=True)
def _served(world: World) -> None:
    """Every test here asks the application."""


def get(path: str, accept: str = "application/json", org: str = "test") -> HTTPResponse:
    from app import app

    return Client(app).http.get(f"/api/v1/{org}/{path}", headers={"Accept": accept})


def value(path: str, org: str = "test") -> Any:
    answer = get(path, org=org)
    assert answer.status_code == 200
    return json.loads(answer.body)


def test_all_indicators_have_the_fields_that_were_agreed() -> None:
    page = value("indicators?fiscal_year=2567&limit=200")
    assert page["next_cursor"] is None
    assert len(page["items"]) == 59
    assert all(list(item) == INDICATOR for item in page["items"])
    assert page["items"][0] == {
        "id": "1.1",
        "project": 1,
        "kind": "output",
        "name": {"th": "อบรมความรู้ด้านกฎหมาย", "en": "Trainings on laws and regulations"},
        "operator": ">=",
        "target": 2,
        "unit": "sessions",
        "value": None,
        "status": "no_data",
        "source": "training.sessions",
        "as_of": None,
    }
    targets = {item["id"]: (item["operator"], item["target"]) for item in page["items"]}
    assert targets["6.3"] == ("<", "previous_year")
    assert targets["1.3"] == (None, None)


def test_without_data_nothing_is_nought() -> None:
    for year in real_plan().fiscal_years:
        for path in ("indicators", "goals"):
            items = value(f"{path}?fiscal_year={year}")["items"]
            assert {(item["value"], item["status"], item["as_of"]) for item in items} == {
                (None, "no_data", None)
            }


def test_what_is_published_shows_in_the_indicators_of_the_year_that_runs(world: World) -> None:
    here = establish(world, "test2")
    adoption.bring_into_force(world, "test2", real_plan(), by="system")
    editor = employ(world, "test2", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad")).state
    for item in disclosure.list_items(world, here, real_plan()):
        if item.planned.topic == "4":
            period = str(item.freshness.wanted)
            disclosure.publish(
                *(world, here, item.id),
                period=period, url="https://x.go.th/1", note="", version=item.version, officer=editor,
            )  # fmt: skip
    items = value("indicators", "test2")["items"]
    figures = {item["id"]: (item["value"], item["status"], item["as_of"]) for item in items}
    assert figures["5.2"] == (12.1, "behind", "2026-11-24")
    assert figures["7.1"] == (1, "on_track", "2026-11-24")
    before = {item["id"]: item["value"] for item in value("indicators?fiscal_year=2569", "test2")["items"]}
    assert before["5.2"] is None


def test_two_goals_have_the_targets_of_their_year() -> None:
    page = value("goals")
    assert [list(item) for item in page["items"]] == [GOAL, GOAL]
    assert [(item["fiscal_year"], item["target"]) for item in page["items"]] == [(2570, 50), (2570, 95)]
    assert [item["target"] for item in value("goals?fiscal_year=2566")["items"]] == [10, 91]


def test_pages_follow_one_another_without_a_gap() -> None:
    found, cursor = [], ""
    while cursor is not None:
        page = value(f"indicators?limit=25&cursor={cursor}")
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == [indicator.id for indicator in real_plan().indicators]
    assert value("indicators?limit=59")["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("fiscal_year=2565", "fiscal_year"),
        ("fiscal_year=x", "fiscal_year"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e2", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
    ],
)
def test_a_bad_parameter_is_named(query: str, field: str) -> None:
    for path in ("indicators", "goals"):
        answer = get(f"{path}?{query}")
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [error["field"] for error in json.loads(answer.body)["errors"]] == [field]


def test_a_year_is_taken_in_thai_digits() -> None:
    assert value("goals?fiscal_year=๒๕๖๖")["items"][0]["fiscal_year"] == 2566


def test_the_plan_has_its_dimensions_missions_and_projects() -> None:
    outline = value("plan")
    assert outline["title"]["th"] == real_plan().title.th
    assert outline["adopted_on"] == "2022-06-24"
    assert outline["fiscal_years"] == [2566, 2567, 2568, 2569, 2570]
    numbers = [
        [project["number"] for mission in dimension["missions"] for project in mission["projects"]]
        for dimension in outline["dimensions"]
    ]
    assert numbers == [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12], [13, 14, 15, 16, 17]]
    assert outline["goals"][0]["targets"]["2566"] == 10


def test_a_project_has_its_objectives_steps_and_indicators() -> None:
    project = value("projects/11?fiscal_year=2568")
    assert (project["number"], project["dimension"], project["mission"]) == (11, 3, "3.2")
    assert project["fiscal_year"] == 2568
    assert len(project["steps"]) == 10
    assert [item["id"] for item in project["indicators"]] == [f"11.{n}" for n in range(1, 7)]
    assert value("projects/3")["target_group"]["people"] == 25
    assert value("projects/5")["target_group"]["people"] is None


@pytest.mark.parametrize("number", ["0", "18", "x", "1.0", "-1", "9" * 400])
def test_an_unknown_project_is_not_found(number: str) -> None:
    answer = get(f"projects/{number}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_csv_holds_the_whole_table() -> None:
    for path, number in (("indicators?fiscal_year=2567&limit=5", 59), ("goals", 2)):
        answer = get(path, "text/csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        text = answer.body.decode()
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text[1:])))
        assert len(rows) == number
        assert {row["status"] for row in rows} == {"no_data"}
        assert {row["value"] for row in rows} == {""}


def test_no_cell_of_the_csv_runs_as_a_formula(world: World) -> None:
    odd = Label("=HYPERLINK(1)", "@SUM(1)")
    first, *others = real_plan().goals
    plans.adopt(world, "test", plan(goals=(replace(first, name=odd), *others)), by="system")
    text = get("goals", "text/csv").body.decode()
    assert "'=HYPERLINK" in text
    assert "'@SUM" in text


@pytest.mark.parametrize("path", ["plan", "projects/1", "indicators", "goals"])
def test_an_organisation_without_a_plan_has_none_to_give(world: World, path: str) -> None:
    establish(world, "empty")
    assert get(path, org="empty").status_code == 404

"""The plan's pages, as a browser meets them."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from chalicelib.domain.organisation import Label
from chalicelib.services import plans
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.organisations import establish
from tests.builders.plans import plan, real_plan
from tests.builders.world import memory_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    establish(world)
    plans.adopt(world, "test", real_plan(), by="system")
    establish(world, "empty")
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    return world


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()


def links(reply: Reply) -> set[str | None]:
    return {a.get("href") for a in reply.page.root.iter("a")}


def test_the_plan_links_its_projects_under_their_dimensions(browser: Browser) -> None:
    reply = browser.get("/test/plan")
    page = reply.page
    assert page.heading == real_plan().title.th
    assert {f"/test/plan/projects/{number}" for number in range(1, 18)} <= links(reply)
    for text in [
        *[dimension.name.th for dimension in real_plan().dimensions],
        *[mission.name.th for dimension in real_plan().dimensions for mission in dimension.missions],
        *[objective.th for objective in real_plan().objectives],
        "24 มิ.ย. 2565",
        "ไม่น้อยกว่า ร้อยละ 50",
        "ไม่น้อยกว่า 95 คะแนน",
    ]:
        assert text in page.text


def test_a_project_shows_what_the_plan_says_of_it(browser: Browser) -> None:
    project = real_plan().project(6)
    assert project is not None
    page = browser.get("/test/plan/projects/6").page
    assert page.heading == project.name.th
    for label in (*project.objectives, *project.steps, *[i.name for i in project.indicators]):
        assert label.th in page.text
    assert "ไม่ใช้งบประมาณ" in page.text
    assert "น้อยกว่าปีก่อน" in page.text
    assert page.text.count("ยังไม่มีข้อมูล") >= 3


def test_every_project_has_a_page_in_both_languages(browser: Browser) -> None:
    for project in real_plan().projects:
        assert browser.get(f"/test/plan/projects/{project.number}").page.heading == project.name.th
        assert browser.get(f"/test/plan/projects/{project.number}?lang=en").page.heading == project.name.en


def test_a_projects_number_is_taken_in_thai_digits(browser: Browser) -> None:
    assert browser.get("/test/plan/projects/๑๗").page.heading == real_plan().projects[16].name.th


def test_a_budget_is_shown_in_its_year(browser: Browser, world: World) -> None:
    first = replace(real_plan().projects[0], budgets={2570: 30000})
    plans.adopt(world, "test", plan(projects=(first, *real_plan().projects[1:])), by="system")
    assert "30,000 บาท" in browser.get("/test/plan/projects/1").page.text
    assert "ไม่ใช้งบประมาณ" in browser.get("/test/plan/projects/1?fiscal_year=2569").page.text


def test_the_indicators_of_a_year_stand_against_their_targets(browser: Browser) -> None:
    reply = browser.get("/test/plan/indicators?fiscal_year=2567")
    page = reply.page
    assert "2567" in page.heading
    assert "จำนวนคดีทุจริตลดลง" in page.text
    assert "ไม่น้อยกว่า ร้อยละ 20" in page.text
    for indicator in real_plan().indicators:
        assert indicator.name.th in page.text
    assert len([row for body in page.root.iter("tbody") for row in body.iter("tr")]) == 59 + 2
    assert {f"/test/plan/indicators?fiscal_year={year}" for year in range(2566, 2571)} <= links(reply)


def test_without_a_year_it_is_the_present_one(browser: Browser) -> None:
    assert "2570" in browser.get("/test/plan/indicators").page.heading
    assert "2570" in browser.get("/test/plan/indicators?fiscal_year=").page.heading


def test_the_year_is_taken_in_thai_digits(browser: Browser) -> None:
    assert "2568" in browser.get("/test/plan/indicators?fiscal_year=๒๕๖๘").page.heading


@pytest.mark.parametrize("year", ["2571", "2565", "abc", "0", "-1", "2567.0", "9" * 500, "{{7*7}}", "<b>"])
def test_a_year_that_the_plan_has_not_is_not_found(browser: Browser, year: str) -> None:
    for path in ("/test/plan/indicators", "/test/plan/projects/1"):
        reply = browser.get(f"{path}?fiscal_year={year}")
        assert reply.status == 404
        assert reply.page.heading
        assert "49" not in reply.page.text
        assert "<b>" not in reply.text


@pytest.mark.parametrize("number", ["0", "18", "01", "1.5", "x", "1000", "%3Cb%3E"])
def test_a_project_that_the_plan_has_not_is_not_found(browser: Browser, number: str) -> None:
    reply = browser.get(f"/test/plan/projects/{number}")
    assert reply.status == 404
    assert "<b>" not in reply.text


@pytest.mark.parametrize("path", ["plan", "plan/projects/1", "plan/indicators"])
def test_an_organisation_without_a_plan_has_no_such_page(browser: Browser, path: str) -> None:
    assert browser.get(f"/empty/{path}").status == 404


@pytest.mark.parametrize("path", ["plan", "plan/indicators", "plan/indicators?fiscal_year=2566"])
def test_the_pages_hold_in_english(browser: Browser, path: str) -> None:
    reply = browser.get(f"/test/{path}{'&' if '?' in path else '?'}lang=en")
    assert reply.status == 200
    assert reply.page.heading


def test_markup_in_a_plan_is_shown_as_text(browser: Browser, world: World) -> None:
    odd = Label("<script>alert(1)</script> {{7*7}}", "<b>x</b>")
    plans.adopt(world, "test", plan(title=odd, objectives=(odd,)), by="system")
    reply = browser.get("/test/plan")
    assert reply.page.heading == odd.th
    assert "<script" not in reply.text

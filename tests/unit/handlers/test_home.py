"""The way in, and how to report corruption."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.services import adoption, disclosure
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import memory_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    return world


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()


def links(reply: Reply) -> set[str | None]:
    return {a.get("href") for a in reply.page.root.iter("a")}


def test_the_deployment_lists_its_organisations(browser: Browser, world: World) -> None:
    establish(world)
    establish(world, "other", name={"th": "เทศบาลอื่น", "en": "Another Municipality"})
    reply = browser.get("/")
    assert reply.status == 200
    assert "เทศบาลอื่น" in reply.page.text
    assert {"/test", "/other"} <= links(reply)
    english = browser.get("/?lang=en")
    assert "Another Municipality" in english.page.text
    assert "/other?lang=en" in links(english)


def test_the_only_organisation_is_at_home_at_the_root(browser: Browser, world: World) -> None:
    establish(world)
    reply = browser.get("/")
    assert reply.page.heading == "องค์การบริหารส่วนตำบลทดสอบ"
    assert "/test/complaints/new" in links(reply)


def test_an_empty_deployment_says_so(browser: Browser) -> None:
    assert "ยังไม่มีองค์กร" in browser.get("/").page.text
    assert "No organisation" in browser.get("/?lang=en").page.text


def test_a_cursor_of_another_list_is_refused(browser: Browser, world: World) -> None:
    establish(world)
    assert browser.get("/?cursor=x").status == 422


@pytest.mark.parametrize("slug", ["nowhere", "Test", "x", "a" * 60, "..", "test%00", "%E0%B8%81"])
def test_an_unknown_organisation_is_not_found(browser: Browser, world: World, slug: str) -> None:
    establish(world)
    assert browser.get(f"/{slug}").status == 404
    assert browser.get(f"/{slug}/tips").status == 404


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_home_shows_the_ways_in_and_the_plan_at_a_glance(
    browser: Browser, world: World, query: str
) -> None:
    establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    reply = browser.get(f"/test{query}")
    lang = "en" if query else "th"
    places = ("complaints", "complaints/new", "complaints/track", "tips", "plan", "disclosure")
    assert {f"/test/{place}{query}" for place in places} <= links(reply)
    assert {"tel:1205", "tel:1206", "tel:1567"} <= links(reply)
    for dimension in real_plan().dimensions:
        assert dimension.name.in_lang(lang) in reply.page.text
    for number in ("17", "59", "15", "33"):
        assert number in reply.page.text.split() or f" {number} " in reply.page.text


def test_the_home_counts_what_is_published(browser: Browser, world: World) -> None:
    here = establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    editor = employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad")).state
    version = disclosure.list_items(world, here, real_plan())[0].version
    disclosure.publish(
        world, here, "1.1", period="FY2570", url="https://x.go.th/1", note="", version=version, officer=editor
    )
    items = [e for e in browser.get("/test").page.root.iter("li") if e.get("class") == "counts__item"]
    assert ["".join(item.itertext()).split()[-1] for item in items] == ["1", "0", "0", "32"]


def test_an_organisation_without_a_plan_has_a_home_and_a_guideline(browser: Browser, world: World) -> None:
    establish(world)
    assert browser.get("/test").status == 200
    page = browser.get("/test/tips").page
    assert "1205" in page.text


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_guideline_has_the_plans_parts_and_says_that_the_channel_is_not_open(
    browser: Browser, world: World, lang: str
) -> None:
    establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    reply = browser.get("/test/tips" + ("?lang=en" if lang == "en" else ""))
    headings = ["".join(h.itertext()) for h in reply.page.root.iter("h3")]
    assert headings == [f"{n}. {part.in_lang(lang)}" for n, part in enumerate(real_plan().guideline_parts, 1)]
    assert ("not open on this site yet" if lang == "en" else "ยังไม่เปิดใช้บนเว็บไซต์นี้") in reply.page.text
    assert {"tel:1205", "tel:1206", "tel:1567"} <= links(reply)
    assert reply.page.forms == []


def test_the_tips_page_reads_the_organisation_and_its_plan_alone(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    establish(world)
    adoption.bring_into_force(world, "test", real_plan(), by="system")
    get = world.records.get
    read = []

    def watched(cls, org, id):
        read.append(cls.kind)
        return get(cls, org, id)

    monkeypatch.setattr(world.records, "get", watched)
    assert browser.get("/test/tips").status == 200
    assert set(read) <= {"organisation"}

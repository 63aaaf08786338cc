"""What must be published, as everybody meets it."""

import csv
import io
import json

import pytest
from chalice.test import Client

from chalicelib.domain.people import Grant, Role
from chalicelib.services import adoption, disclosure, organisations
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan

URL = "https://www.example.go.th/news.pdf"


@pytest.fixture
def world(world: World) -> World:
    for slug in ("test", "other"):
        adoption.bring_into_force(world, slug, real_plan(), by="system")
    here = organisations.find(world, "test")
    editor = employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "palad")).state
    for id, period in {"1.7": "2569-10", "1.1": "FY2569", "3.6": "2569-08"}.items():
        disclosure.publish(world, here, id, period=period, url=URL, note="ภายใน", version=1, officer=editor)
    establish(world, "empty")
    return world


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()


def call(path: str, accept: str = "application/json"):
    from app import app

    return Client(app).http.get(path, headers={"Accept": accept})


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_counts_what_is_out_of_date_and_lists_all_by_topic(browser: Browser, lang: str) -> None:
    page = browser.get(f"/test/disclosure?lang={lang}").page
    assert page.heading == ("ข้อมูลที่เปิดเผย" if lang == "th" else "Public information")
    assert ("31 จาก 33" if lang == "th" else "31 of 33") in page.text
    rows = [tr for tr in page.root.iter("tr") if tr.find("td") is not None]
    assert len(rows) == 33
    assert [(c.get("class") or "").split("--")[-1] for c in rows].count("stale") == 1
    for topic in real_plan().topics:
        assert topic.name.in_lang(lang) in page.text
    links = {a.get("href", "").partition("?")[0] for a in page.root.iter("a")}
    assert {f"/test/disclosure/{item.id}" for item in real_plan().items} <= links
    assert URL in links


def test_each_item_says_its_day_and_how_far_off_it_is(browser: Browser) -> None:
    text = browser.get("/test/disclosure?lang=en").page.text
    assert "3.6 Monthly procurement summary Out of date 15 November 2026 9 days late August 2026" in text
    assert "1.1 Organisation structure Due soon 30 November 2026 6 days left FY 2569" in text
    assert "1.7 News Up to date 15 December 2026 October 2026" in text
    assert "1.5 Contact information Never published 31 October 2026 None" in text


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("id", ["1.1", "1.5", "1.7", "3.6"])
def test_an_item_says_how_fresh_it_is_and_why(browser: Browser, id: str, lang: str) -> None:
    page = browser.get(f"/test/disclosure/{id}?lang={lang}").page
    item = next(item for item in real_plan().items if item.id == id)
    assert page.heading == f"{id} {item.name.in_lang(lang)}"


def test_a_stale_item_says_what_is_missing_since_when_and_what_happened(browser: Browser) -> None:
    page = browser.get("/test/disclosure/3.6?lang=en").page
    for said in (
        "The document for October 2026 was due by the end of 15 November 2026 and has not been published.",
        "Each month, within 15 days after it ends",
        "Office of the Chief Administrator",
        "www.example.go.th",
        "Published: August 2026",
    ):
        assert said in page.text
    assert "ภายใน" not in page.text
    assert "editor" not in page.text


def test_thai_digits_and_a_slash_at_the_end_are_taken(browser: Browser) -> None:
    assert browser.get("/test/disclosure/๑.๗").status == 200
    assert browser.get("/test/disclosure/").status == 200


@pytest.mark.parametrize(
    "path",
    ["/test/disclosure/9.9", "/test/disclosure/1.7%23x", "/empty/disclosure", "/nowhere/disclosure"],
)
def test_what_is_not_there_is_said_to_be_so(browser: Browser, path: str) -> None:
    assert browser.get(path).status == 404


def test_another_organisations_documents_are_its_own(browser: Browser) -> None:
    assert URL not in browser.get("/other/disclosure").text
    assert URL not in browser.get("/other/disclosure/1.7").text
    assert URL not in call("/api/v1/other/disclosure").body.decode()


def test_programs_get_each_item_as_the_interface_says(world: World) -> None:
    answer = json.loads(call("/api/v1/test/disclosure").body)
    assert answer["next_cursor"] is None
    items = {item["id"]: item for item in answer["items"]}
    assert list(items) == [item.id for item in real_plan().items]
    assert items["1.7"] == {
        "id": "1.7",
        "topic": "1",
        "name": {"th": "ข่าวประชาสัมพันธ์", "en": "News"},
        "unit": "palad",
        "cadence": "monthly",
        "status": "fresh",
        "due_on": "2026-12-15",
        "period": "2569-10",
        "published_on": "2026-11-24",
        "url": URL,
    }
    missing = items["5.2"]
    assert (missing["status"], missing["period"], missing["url"]) == ("missing", None, None)


def test_programs_page_through_the_items(world: World) -> None:
    seen, cursor = [], ""
    while True:
        answer = json.loads(call(f"/api/v1/test/disclosure?limit=10{cursor}").body)
        seen += [item["id"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert seen == [item.id for item in real_plan().items]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=nope"])
def test_a_wrong_page_is_refused_with_the_parameters_name(world: World, query: str) -> None:
    answer = call(f"/api/v1/test/disclosure?{query}")
    assert answer.status_code == 422
    assert json.loads(answer.body)["errors"][0]["field"] == query.partition("=")[0]


def test_csv_holds_all_items(world: World) -> None:
    answer = call("/api/v1/test/disclosure", "text/csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert len(rows) == 33
    assert rows[6]["name_th"] == "ข่าวประชาสัมพันธ์"
    assert (rows[6]["status"], rows[6]["period"], rows[6]["url"]) == ("fresh", "2569-10", URL)
    assert rows[4]["url"] == ""

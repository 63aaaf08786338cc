"""The figures of complaints: as a page, a table, for programs, and as a feed."""

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from chalice.test import Client, HTTPResponse

from chalicelib.services import statistics, surveys
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.complaints import act, file

SVG = "{http://www.w3.org/2000/svg}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()


def busy(world: World) -> None:
    """A month with complaints: eight of roads, four of lighting, one of another kind."""
    world.clock.at = world.clock.at.replace(month=10, day=5)
    filed = [file(world, category="road", village="หมู่ 1", subject=f"ถนน {n}").id for n in range(8)]
    filed += [file(world, category="light", village="หมู่ 2", subject=f"ไฟ {n}").id for n in range(4)]
    filed.append(file(world, category="other", village="หมู่ 2", subject="อื่น").id)
    for id in filed[:3]:
        act(world, id, "explain", message="รออะไหล่", due_on="20/11/2569")
    world.clock.forward(days=6)
    for id in filed[3:9]:
        act(world, id, "resolve", message="แล้ว", cause="เก่า", prevention="ตรวจ")
    world.clock.forward(days=44)
    statistics.forget()


def api(path: str, accept: str = "application/json") -> HTTPResponse:
    from app import app

    return Client(app).http.get(path, headers={"Accept": accept})


def value(query: str = "", org: str = "test") -> Any:
    answer = api(f"/api/v1/{org}/statistics/complaints{query}")
    assert answer.status_code == 200
    return json.loads(answer.body)


def test_a_year_is_counted_and_what_is_few_is_hidden(world: World) -> None:
    busy(world)
    found = value()
    assert (found["fiscal_year"], found["as_of"], found["suppress_below"]) == (2570, "2026-11-24", 3)
    total = found["total"]
    assert (total["received"], total["on_time"], total["overdue"], total["explained"]) == (13, 6, 7, 3)
    assert (total["decided"], total["open"], total["reopened"]) == (6, 7, 0)
    assert total["on_time_percent"] == 46.2
    assert total["days"] == {"median": 6.0, "percentile_90": 6}
    by_category = {line["id"]: line for line in found["by_category"]}
    assert by_category["other"]["received"] is None
    assert by_category["other"]["suppressed"]["received"] == "few"
    assert by_category["light"]["received"] is None
    assert by_category["road"]["received"] == 8
    assert by_category["procurement"]["received"] == 0
    assert {line["id"]: line["received"] for line in found["by_month"]} == {"2569-10": 13, "2569-11": 0}
    assert {line["id"]: line["received"] for line in found["by_village"]} == {
        "หมู่ 1": 8,
        "หมู่ 2": 5,
        "หมู่ 3": 0,
    }


def test_the_page_shows_what_the_api_tells_in_both_languages(world: World, browser: Browser) -> None:
    busy(world)
    thai = browser.get("/test/complaints/statistics").page
    assert "2570" in thai.heading
    assert "น้อยกว่า 3" in thai.text
    assert "ปกปิด" in thai.text
    english = browser.get("/test/complaints/statistics?lang=en&fiscal_year=2570").page
    assert "fewer than 3" in english.text
    assert "46.2 percent" in english.text
    charts = [svg for svg in english.root.iter(f"{SVG}svg") if svg.get("role") == "img"]
    assert len(charts) == 5
    assert all(chart.findtext(f"{SVG}title") for chart in charts)


def test_a_quiet_year_says_so(world: World, browser: Browser) -> None:
    assert "ไม่มีเรื่องร้องเรียน" in browser.get("/test/complaints/statistics?fiscal_year=2568").page.text
    assert value("?fiscal_year=2568")["total"]["received"] == 0


def test_two_complaints_alone_are_not_broken_down(world: World, browser: Browser) -> None:
    file(world)
    file(world)
    found = value()
    assert found["total"]["received"] is None
    assert found["by_category"] is None
    assert found["explained_delays"] == []
    assert "น้อยกว่า 3" in browser.get("/test/complaints/statistics").page.text


def test_another_organisations_complaints_are_not_counted(world: World) -> None:
    busy(world)
    for _ in range(5):
        file(world, "other")
    assert value()["total"]["received"] == 13
    assert value(org="other")["total"]["received"] == 5


def test_the_table_holds_every_line(world: World) -> None:
    busy(world)
    for answer in (
        api("/test/complaints/statistics.csv?fiscal_year=2570", "text/html"),
        api("/api/v1/test/statistics/complaints?fiscal_year=2570", "text/csv"),
    ):
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.body.decode()[1:])))
        by = {(row["by"], row["id"]): row for row in rows}
        assert by["total", ""]["received"] == "13"
        assert by["category", "other"]["received"] == "fewer than 3"
        assert by["category", "light"]["received"] == "withheld"


@pytest.mark.parametrize("year", ["2565", "2571", "x", "", "-1", "9" * 400])
def test_a_year_without_figures_is_refused(world: World, browser: Browser, year: str) -> None:
    assert api(f"/api/v1/test/statistics/complaints?fiscal_year={year}").status_code == 422
    if year:
        assert browser.get(f"/test/complaints/statistics?fiscal_year={year}").status == 404


def test_a_year_is_taken_in_thai_digits(world: World) -> None:
    assert value("?fiscal_year=๒๕๖๙")["fiscal_year"] == 2569


def test_figures_are_counted_anew_after_some_minutes(world: World) -> None:
    busy(world)
    value()
    file(world)
    assert value()["total"]["received"] == 13
    world.clock.forward(minutes=6)
    assert value()["total"]["received"] == 14


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_feed_is_valid_and_tells_no_small_count(world: World, lang: str) -> None:
    busy(world)
    answer = api(f"/test/complaints/feed?lang={lang}", "*/*")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.body)  # noqa: S314
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
            assert element.findtext(ATOM + name)
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids) == 13
    published = [entry.findtext(f"{ATOM}published") or "" for entry in entries]
    assert published == sorted(published, reverse=True)
    assert published[0] == "2026-10-31T17:00:00.000Z"
    # The figures of every month go on: all are told anew when a month begins.
    updates = {element.findtext(f"{ATOM}updated") for element in (feed, *entries)}
    assert updates == {"2026-10-31T17:00:00.000Z"}
    october = entries[0].findtext(f"{ATOM}content") or ""
    assert "13" in october
    links = [link.get("href") or "" for link in feed.iter(f"{ATOM}link")]
    assert all(href.startswith("https://sucharit.example/test/complaints/") for href in links)


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_program_finds_the_feed_from_the_page_of_figures_and_the_home(browser: Browser, lang: str) -> None:
    for path in ("/test", "/test/complaints/statistics"):
        (link,) = [e for e in browser.get(path + lang).page.root.iter("link") if e.get("rel") == "alternate"]
        assert (link.get("type"), link.get("href")) == (
            "application/atom+xml",
            f"/test/complaints/feed{lang}",
        )


def test_no_way_of_publishing_tells_what_another_hides(world: World, browser: Browser) -> None:
    busy(world)
    world.clock.forward(days=10)
    statistics.forget()
    found = value()
    lines = {("total", ""): found["total"]}
    for by in ("month", "category", "village", "channel", "unit"):
        lines |= {(by, line["id"]): line for line in found[f"by_{by}"] or []}
    rows = csv.DictReader(io.StringIO(api("/test/complaints/statistics.csv", "*/*").body.decode()[1:]))
    words = {"few": "fewer than 3", "withheld": "withheld"}
    counted = ("received", "on_time", "overdue", "told", "explained", "reopened", "decided", "open")
    for row in rows:
        if row["by"] == "month_and_category":
            continue
        line = lines.pop((row["by"], row["id"]))
        for name in counted:
            hidden = line["suppressed"].get(name)
            assert row[name] == (words[hidden] if hidden else str(line[name])), (row["by"], row["id"], name)
            assert hidden is None or line[name] is None
        assert (row["days_median"] == "") == (line["days"] is None)
        if {"on_time", "received"} & line["suppressed"].keys():
            assert line["on_time_percent"] is None
    assert not lines
    page = browser.get("/test/complaints/statistics?lang=en").page
    tables = [t for t in page.root.iter() if t.tag.endswith("table")]
    shown = {"".join(cell.itertext()).strip() for t in tables for cell in t.iter() if cell.tag.endswith("td")}
    assert not {"1", "2"} & shown
    feed = api("/test/complaints/feed?lang=en", "*/*").body.decode()
    assert not re.findall(r": [12](;|<|$)", feed)


def answered(world: World, *lasting: bool) -> None:
    """Resolved complaints on which the survey was answered, and whether they last was said."""
    filed = [file(world) for _ in lasting]
    for one in filed:
        act(world, one.id, "resolve", message="ซ่อมแล้ว", cause="เก่า", prevention="ตรวจ")
    world.clock.forward(days=28)
    for number, (one, yes) in enumerate(zip(filed, lasting, strict=True)):
        surveys.answer(world, "test", one.code, (5, 5, 4, 4, 4), "", token=f"s{number}")
        surveys.say_if_solved(world, "test", one.code, yes=yes, token=f"y{number}")


def test_what_was_answered_stands_with_its_number_on_page_table_and_api(
    world: World, browser: Browser
) -> None:
    answered(world, *[True] * 7, *[False] * 3)
    found = value()
    assert found["satisfaction"] == {"answers": 10, "percent": 88.0}
    assert found["still_solved"] == {"answers": 10, "yes": 7, "no": 3, "percent": 70.0, "suppressed": {}}
    rows = csv.DictReader(io.StringIO(api("/test/complaints/statistics.csv", "*/*").body.decode()[1:]))
    total = next(row for row in rows if row["by"] == "total")
    assert [total[f"still_solved_{name}"] for name in ("answers", "yes", "no")] == ["10", "7", "3"]
    assert (total["satisfaction_answers"], total["satisfaction_percent"]) == ("10", "88.0")
    assert "70 percent" in browser.get("/test/complaints/statistics?lang=en").page.text
    assert "ร้อยละ 70" in browser.get("/test/complaints/statistics").page.text


def test_one_who_says_that_it_did_not_last_is_not_pointed_at(world: World, browser: Browser) -> None:
    answered(world, *[True] * 9, False)
    found = value()["still_solved"]
    assert (found["answers"], found["yes"], found["no"], found["percent"]) == (10, None, None, None)
    assert found["suppressed"] == {"yes": "withheld", "no": "few"}
    assert "90 percent" not in browser.get("/test/complaints/statistics?lang=en").page.text


def test_the_table_tells_of_explained_delays_what_the_page_tells(world: World) -> None:
    busy(world)
    found = {(d["month"], d["category"]): d["number"] for d in value()["explained_delays"]}
    rows = csv.DictReader(io.StringIO(api("/test/complaints/statistics.csv", "*/*").body.decode()[1:]))
    told = {tuple(r["id"].split()): int(r["explained"]) for r in rows if r["by"] == "month_and_category"}
    assert told == found


def test_guide_and_home_lead_to_the_figures(browser: Browser) -> None:
    for path in ("/test", "/test/complaints"):
        links = {a.get("href") for a in browser.get(path).page.root.iter("a")}
        assert "/test/complaints/statistics" in links

"""The audit's page, the roots for programs, and the file that a citizen takes away and checks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.complaint import Channel, Report
from chalicelib.services import audit, complaints, organisations
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.calendar import bangkok

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด", email="a@example.com")
ROOTS = "/api/v1/test/audit/roots"


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()


@pytest.fixture
def code(world: World) -> str:
    """The tracking code of a complaint whose first day's root is published."""
    here = organisations.find(world, "test")
    filed = complaints.file(world, here, REPORT, consent=True, token="t", channel=Channel.WEB)
    night(world, "2026-11-25 03:00")
    return filed.code.hyphenated()


def night(world: World, at: str) -> None:
    world.clock.at = bangkok(at)
    audit.night(world, lambda: 300)


def items(reply: Reply) -> list[dict]:
    assert reply.status == 200
    return json.loads(reply.text)["items"]


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_page_says_what_it_is_for_before_there_is_a_root(browser: Browser, query: str) -> None:
    page = browser.get(f"/test/audit{query}").page
    assert "check_chain.py" in page.text
    assert not list(page.root.iter("table"))


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_page_shows_each_days_root_the_newest_first(
    world: World, browser: Browser, code: str, query: str
) -> None:
    night(world, "2026-11-27 03:00")
    page = browser.get(f"/test/audit{query}").page
    shown = [e.get("datetime") for table in page.root.iter("table") for e in table.iter("time")]
    assert shown == ["2026-11-26", "2026-11-25", "2026-11-24"]
    for row in audit.roots(world, "test", limit=10).rows:
        assert str(row.summary["root"]) in page.text


def test_the_page_goes_back_month_by_month(world: World, browser: Browser, code: str) -> None:
    night(world, "2027-02-01 03:00")
    reply, days = browser.get("/test/audit"), []
    while True:
        days += [e.get("datetime") for e in reply.page.root.iter("time")]
        older = next((a.get("href") for a in reply.page.root.iter("a") if a.get("rel") == "next"), None)
        if older is None:
            break
        reply = browser.get(older)
    assert len(days) == len(set(days)) == 69
    assert days == sorted(days, reverse=True)


def test_programs_get_the_roots_of_the_days_that_they_ask_for(
    world: World, browser: Browser, code: str
) -> None:
    night(world, "2026-12-02 03:00")
    assert [r["day"] for r in items(browser.get(f"{ROOTS}?from=2026-11-29&to=2026-11-30"))] == [
        "2026-11-30",
        "2026-11-29",
    ]
    newest, *others = items(browser.get(ROOTS))
    assert newest["day"] == "2026-12-01"
    assert newest["previous"] == others[0]["root"]
    assert len(others) == 7


def test_programs_get_the_roots_page_by_page(world: World, browser: Browser, code: str) -> None:
    night(world, "2026-12-02 03:00")
    first = json.loads(browser.get(f"{ROOTS}?limit=5").text)
    second = json.loads(browser.get(f"{ROOTS}?limit=5&cursor={first['next_cursor']}").text)
    assert len(first["items"]) == 5
    assert [r["day"] for r in second["items"]] == ["2026-11-26", "2026-11-25", "2026-11-24"]
    assert second["next_cursor"] is None


def test_thai_digits_are_taken_wherever_digits_are(world: World, browser: Browser, code: str) -> None:
    night(world, "2026-12-02 03:00")
    reply = browser.get(f"{ROOTS}?limit=๒&from=๒๐๒๖-๑๑-๒๔&to=๒๐๒๖-๑๑-๒๖")
    assert [root["day"] for root in json.loads(reply.text)["items"]] == ["2026-11-26", "2026-11-25"]


@pytest.mark.parametrize(
    "query",
    ["from=x", "from=20261124", "to=2026-02-30", "to=2026-W01-1", "limit=0", "limit=201", "cursor=x"],
)
def test_what_can_not_be_taken_is_named(browser: Browser, code: str, query: str) -> None:
    reply = browser.get(f"{ROOTS}?{query}")
    assert reply.status == 422
    assert json.loads(reply.text)["errors"][0]["field"] == query.partition("=")[0]


def test_a_citizen_checks_her_history_with_what_the_site_offers(
    world: World, browser: Browser, code: str, tmp_path: Path
) -> None:
    history = browser.post("/test/complaints/track/chain", {"code": code})
    program = browser.get("/test/audit/check_chain.py")
    roots = browser.get(ROOTS)
    for reply, name in ((history, "complaint.json"), (program, "check_chain.py")):
        assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        (tmp_path / name).write_text(reply.text, encoding="utf-8")
    (tmp_path / "roots.json").write_text(roots.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "check_chain.py", "complaint.json", "roots.json"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()
    assert "1 events checked" in done.stdout.decode()
    assert "a@example.com" not in history.text


def test_the_tracking_page_offers_the_file(browser: Browser, code: str) -> None:
    page = browser.submit(browser.get("/test/complaints/track"), code=code).page
    (form,) = [form for form in page.forms if form.action == "/test/complaints/track/chain"]
    assert form.fields["code"] == code


@pytest.mark.parametrize(
    "typed", ["", "12345", "12345-12345-12345-12345", "12345-12345-12345-12345-12345", "00000000000000000000"]
)
def test_a_code_that_opens_nothing_gets_the_same_answer_whatever_it_is(browser: Browser, typed: str) -> None:
    reply = browser.post("/test/complaints/track/chain", {"code": typed})
    assert reply.status == 404
    assert reply.text == browser.post("/test/complaints/track/chain", {"code": "x"}).text


def test_another_organisations_code_opens_nothing_here(browser: Browser, code: str) -> None:
    assert browser.post("/other/complaints/track/chain", {"code": code}).status == 404

"""Reports from the draft to the public page, and exports, as browsers meet them."""

import re

import pytest

from chalicelib.domain.document_order import DocumentOrder
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.period_report import PeriodReport
from chalicelib.domain.record import Key, broken_at
from chalicelib.handlers.jobs import RECIPES
from chalicelib.services import documents, exports
from chalicelib.services.complaint_lists import Query
from chalicelib.services.organisations import find
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import CONTACT, file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

CONSOLE, PUBLIC = "/test/console/reports", "/test/reports"
REPORT = f"{CONSOLE}/2569-10.1"
HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> {{ 7 * 7 }} =cmd()'
PEOPLE = {
    "suda": Grant(Role.COMPLAINT_OFFICER),
    "malee": Grant(Role.COMPLAINT_OFFICER),
    "palad": Grant(Role.CHIEF_ADMINISTRATOR),
    "boss": Grant(Role.EXECUTIVE),
    "auditor": Grant(Role.AUDITOR),
}


@pytest.fixture
def world(world: World) -> World:
    for name, grant in PEOPLE.items():
        employ(world, "test", name, grant)
    return world


@pytest.fixture
def suda(world: World) -> Browser:
    return signed_in(world, "test", "suda")


@pytest.fixture
def boss(world: World) -> Browser:
    return signed_in(world, "test", "boss")


def begun(browser: Browser, lang: str = "th") -> Reply:
    return browser.submit(browser.get(f"{CONSOLE}?lang={lang}"), period="2569-10")


def written(browser: Browser, **texts: str) -> Reply:
    fields = {"problems": "น้ำท่วม", "obstacles": "", "remedies": "ลอกท่อ", "number": "", "addressee": ""}
    return browser.submit(begun(browser), action="write", **{**fields, **texts})


def make_all(world: World) -> None:
    documents.sweep(world, RECIPES, lambda: 300)


def made(world: World, browser: Browser, **texts: str) -> Reply:
    browser.submit(written(browser, **texts), action="order")
    make_all(world)
    return browser.get(REPORT)


def approved(world: World, drafter: Browser, approver: Browser, **texts: str) -> Reply:
    made(world, drafter, **texts)
    return approver.submit(approver.get(REPORT), action="approve")


@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_report_goes_from_the_draft_to_everybody(
    world: World, suda: Browser, boss: Browser, lang: str
) -> None:
    assert Browser().get(f"{PUBLIC}?lang={lang}").status == 200
    reply = approved(world, suda, boss)
    assert "เผยแพร่รายงานแล้ว" in reply.page.text
    page = Browser().get(f"{PUBLIC}/2569-10.1?lang={lang}").page
    assert "น้ำท่วม" in page.text
    assert ("24 พ.ย. 2569" if lang == "th" else "24 November 2026") in page.text
    assert "2569-10.1" in Browser().get(f"{PUBLIC}?lang={lang}").text
    for part in ("pdf", "docx", "xlsx"):
        answer = Browser().get(f"{PUBLIC}/2569-10.1/{part}", follow=False)
        assert answer.status == 303
        assert answer.headers["Location"].startswith(f"https://files.example/reports/test/2569-10.1.1.{part}")
    history = world.records.history(PeriodReport, "test", "2569-10.1")
    kinds = [event.kind for event in history.events]
    assert kinds == ["begun", "written", "documents_ordered", "computed", "made", "approved"]
    assert broken_at(history.events) is None


def test_while_it_is_made_the_page_says_how_far_it_is_and_asks_anew(world: World, suda: Browser) -> None:
    reply = suda.submit(written(suda), action="order")
    assert reply.headers["Refresh"] == "5"
    assert "รับคำสั่งแล้ว" in reply.page.text
    order = world.records.get(DocumentOrder, "test", "2569-10.1.1")
    taken = documents._save(world, order, order.state.take(at=world.clock.now()))
    documents._save(world, taken, taken.state.finish_part("pdf", 9, at=world.clock.now()))
    assert "เสร็จแล้ว 1 จาก 3 ไฟล์" in suda.get(REPORT).page.text
    world.clock.forward(minutes=7)
    make_all(world)
    reply = suda.get(REPORT)
    assert "Refresh" not in reply.headers
    assert "รออนุมัติ" in reply.page.text


@pytest.mark.parametrize("path", [f"{PUBLIC}/2569-10.1", f"{PUBLIC}/2569-10.1/pdf"])
def test_nobody_outside_sees_what_is_not_approved(world: World, suda: Browser, path: str) -> None:
    for _ in (begun(suda), made(world, suda)):
        assert Browser().get(path).status == 404
    assert "2569-10.1" not in Browser().get(PUBLIC).text


def test_an_approval_is_withdrawn_with_a_reason_that_officers_alone_see(
    world: World, suda: Browser, boss: Browser
) -> None:
    approved(world, suda, boss)
    assert boss.submit(boss.get(REPORT), action="withdraw", reason="").status == 422
    reply = boss.submit(boss.get(REPORT), action="withdraw", reason="ตัวเลขผิด")
    assert "ตัวเลขผิด" in reply.page.text
    page = Browser().get(f"{PUBLIC}/2569-10.1")
    assert page.status == 410
    assert "น้ำท่วม" not in page.page.text
    assert "ตัวเลขผิด" not in page.page.text
    assert Browser().get(f"{PUBLIC}/2569-10.1/pdf").status == 410
    assert "2569-10.1" not in Browser().get(PUBLIC).text


def test_a_later_edition_stands_for_the_earlier_which_stays_to_be_read(
    world: World, suda: Browser, boss: Browser
) -> None:
    approved(world, suda, boss)
    second = begun(suda)
    assert second.path.startswith(f"{CONSOLE}/2569-10.2")
    assert "น้ำท่วม" in second.page.text
    assert "มีฉบับใหม่กว่า" not in Browser().get(f"{PUBLIC}/2569-10.1").page.text
    suda.submit(second, action="order")
    make_all(world)
    boss.submit(boss.get(f"{CONSOLE}/2569-10.2"), action="approve")
    page = Browser().get(f"{PUBLIC}/2569-10.1").page
    assert "มีฉบับใหม่กว่าแทนฉบับนี้แล้ว" in page.text
    assert "น้ำท่วม" in page.text
    assert "มีฉบับใหม่กว่า" not in Browser().get(f"{PUBLIC}/2569-10.2").page.text


def test_a_report_is_sent_back_with_what_is_to_be_changed(world: World, suda: Browser, boss: Browser) -> None:
    made(world, suda)
    reply = boss.submit(boss.get(REPORT), action="send_back", why="")
    assert reply.status == 422
    assert "เขียนสิ่งที่ต้องแก้ไข" in reply.page.text
    boss.submit(boss.get(REPORT), action="send_back", why="เพิ่มจำนวนจุด")
    page = suda.get(REPORT).page
    assert "เพิ่มจำนวนจุด" in page.text
    assert "ร่าง" in page.text


def test_figures_stay_what_they_were(world: World, suda: Browser, boss: Browser) -> None:
    for _ in range(4):
        file(world)
    world.clock.forward(days=8)
    browser = signed_in(world, "test", "suda")
    approver = signed_in(world, "test", "boss")
    browser.submit(browser.get(CONSOLE), period="2569-11")
    browser.submit(browser.get(f"{CONSOLE}/2569-11.1"), action="order")
    make_all(world)
    approver.submit(approver.get(f"{CONSOLE}/2569-11.1"), action="approve")
    before = Browser().get(f"{PUBLIC}/2569-11.1").page.text
    assert "2 ธ.ค. 2569" in before
    world.clock.forward(days=40)
    assert Browser().get(f"{PUBLIC}/2569-11.1").page.text == before


def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(world: World, suda: Browser) -> None:
    malee = signed_in(world, "test", "malee")
    begun(suda)
    page = malee.get(REPORT)
    written(suda, problems="ของสุดา")
    reply = malee.submit(page, action="write", problems="ของมาลี")
    assert reply.status == 409
    assert "ของมาลี" in reply.page.text
    assert "ของสุดา" in reply.page.text
    again = malee.submit(reply, action="write", problems="ของทั้งสอง")
    assert again.status == 200
    events = world.records.history(PeriodReport, "test", "2569-10.1").events
    assert [e.text("problems") for e in events if e.kind == "written"] == ["ของสุดา", "ของทั้งสอง"]


def test_the_same_form_sent_twice_is_kept_once_and_ordered_twice_is_made_once(
    world: World, suda: Browser
) -> None:
    page = begun(suda)
    for _ in range(2):
        assert suda.submit(page, action="write", problems="ก").status == 200
    page = suda.get(REPORT)
    for _ in range(2):
        assert suda.submit(page, action="order").status == 200
    assert [key.id for key in world.bell.rung] == ["2569-10.1.1"]


def test_what_is_typed_is_text_on_each_page(world: World, suda: Browser, boss: Browser) -> None:
    reply = approved(world, suda, boss, problems=HOSTILE, remedies=HOSTILE, addressee=HOSTILE[:60])
    for page in (reply, Browser().get(f"{PUBLIC}/2569-10.1")):
        assert HOSTILE in page.page.text
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("typed", [{"problems": "ก" * 10_001}, {"number": "ก" * 201}, {"problems": "\u202e"}])
def test_what_can_not_be_kept_comes_back(suda: Browser, typed: dict[str, str]) -> None:
    begun(suda)
    reply = suda.submit(suda.get(REPORT), action="write", **typed)
    assert reply.status == 422
    assert "govuk-error-message" in reply.text


@pytest.mark.parametrize("period", ["", "FY2570", "2569-11", "FY2543", "2570-13", "x" * 5000, "2569-10 "])
def test_a_period_that_is_not_over_or_none_is_refused(suda: Browser, period: str) -> None:
    reply = suda.submit(suda.get(CONSOLE), period=period)
    assert reply.status == (200 if period.strip() == "2569-10" else 422)


@pytest.mark.parametrize("action", ["write", "order"])
def test_who_approves_does_not_write(world: World, suda: Browser, boss: Browser, action: str) -> None:
    begun(suda)
    token = boss.get(REPORT)
    assert 'name="problems"' not in token.text
    fields = {"action": action, "version": "1", "form_token": _token(boss)}
    assert boss.post(REPORT, fields).status == 403


@pytest.mark.parametrize("action", ["approve", "send_back", "withdraw"])
@pytest.mark.parametrize("name", ["suda", "auditor"])
def test_who_may_not_approve_is_refused(world: World, suda: Browser, name: str, action: str) -> None:
    made(world, suda)
    browser = signed_in(world, "test", name)
    version = world.records.get(PeriodReport, "test", "2569-10.1").version
    fields = {
        "action": action,
        "version": str(version),
        "reason": "x",
        "why": "x",
        "form_token": _token(browser),
    }
    assert browser.post(REPORT, fields).status == 403


def _token(browser: Browser) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', browser.get("/test/console/reports").text)[1]


def test_what_does_not_fit_the_state_is_refused(world: World, suda: Browser, boss: Browser) -> None:
    approved(world, suda, boss)
    version = str(world.records.get(PeriodReport, "test", "2569-10.1").version)
    for browser, action in ((boss, "approve"), (suda, "order"), (suda, "write")):
        fields = {"action": action, "version": version, "problems": "x", "form_token": _token(browser)}
        assert browser.post(REPORT, fields).status == 409
    assert suda.post(REPORT, {"action": "burn", "form_token": _token(suda)}).status == 400


@pytest.mark.parametrize("id", ["2569-10.2", "x", "2569-10.1.1", "%00", "9" * 400, "FY2569.99999"])
def test_unknown_reports_are_not_found(suda: Browser, id: str) -> None:
    begun(suda)
    for path in (f"{PUBLIC}/{id}", f"{CONSOLE}/{id}", f"{PUBLIC}/{id}/pdf", f"{CONSOLE}/{id}/pdf"):
        assert suda.get(path).status == 404


def test_documents_that_were_not_made_are_not_found(world: World, suda: Browser, boss: Browser) -> None:
    approved(world, suda, boss)
    for part in ("exe", "..pdf", "csv"):
        assert suda.get(f"{REPORT}/{part}").status == 404
        assert Browser().get(f"{PUBLIC}/2569-10.1/{part}").status == 404


def test_a_failure_is_told_and_can_be_ordered_anew(world: World, suda: Browser) -> None:
    suda.submit(written(suda), action="order")
    key = Key("test", DocumentOrder.kind, "2569-10.1.1")
    order = world.records.get(DocumentOrder, "test", key.id)
    documents._save(
        world, order, order.state.fail("unwritable", at=world.clock.now()), RECIPES["report"].failed
    )
    reply = suda.get(REPORT)
    assert "จัดทำเอกสารไม่สำเร็จ" in reply.page.text
    suda.submit(reply, action="order")
    make_all(world)
    assert "รออนุมัติ" in suda.get(REPORT).page.text


@pytest.mark.parametrize("lang", ["th", "en"])
def test_an_export_is_ordered_from_the_list_followed_and_fetched(
    world: World, suda: Browser, lang: str
) -> None:
    file(world, **CONTACT)
    listing = suda.get(f"/test/console/complaints?status=all&q=ถนน&lang={lang}")
    reply = suda.submit(listing, action="export")
    assert reply.headers["Refresh"] == "5"
    make_all(world)
    done = suda.get(reply.path)
    assert "Refresh" not in done.headers
    links = [
        a for a in done.page.root.iter("a") if (a.get("href") or "").split("?")[0].endswith(("/xlsx", "/csv"))
    ]
    assert len(links) == 2
    answer = suda.get(links[0].get("href"), follow=False)
    assert answer.headers["Location"].startswith("https://files.example/exports/test/")
    assert reply.path.split("/")[-1].split("?")[0] in suda.get("/test/console/exports").text


def test_nobody_else_sees_an_export(world: World, suda: Browser) -> None:
    person = signed_in(world, "test", "malee")
    me = next(r.state for k, r in world.records.records.items() if k.kind == "person" and k.id == "suda")
    id = exports.order(world, find(world, "test"), Query(), token="t", officer=me)
    make_all(world)
    assert suda.get(f"/test/console/exports/{id}").status == 200
    for path in (f"/test/console/exports/{id}", f"/test/console/exports/{id}/csv"):
        assert person.get(path).status == 404
    assert id not in person.get("/test/console/exports").text
    assert person.post(f"/test/console/exports/{id}", {"form_token": _token(person)}).status == 404


def test_a_failed_export_says_so_and_is_tried_again(world: World, suda: Browser) -> None:
    me = next(r.state for k, r in world.records.records.items() if k.kind == "person" and k.id == "suda")
    id = exports.order(world, find(world, "test"), Query(), token="t", officer=me)
    order = world.records.get(DocumentOrder, "test", id)
    documents._save(world, order, order.state.fail("unexpected", at=world.clock.now()))
    page = suda.get(f"/test/console/exports/{id}")
    assert "จัดทำไม่สำเร็จ" in page.page.text
    reply = suda.submit(page, action="try_again")
    assert reply.headers["Refresh"] == "5"
    make_all(world)
    assert "XLSX" in suda.get(f"/test/console/exports/{id}").page.text


def test_an_export_without_a_token_of_ours_is_refused(world: World, suda: Browser) -> None:
    for token in ("", "x", "a.b.c"):
        fields = {"form_token": _token(suda), "token": token, "status": "all"}
        assert suda.post("/test/console/exports", fields).status == 400

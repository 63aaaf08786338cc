"""The reporter's inbox: by her code, for 15 minutes by a cookie, and as if she had never been there."""

import json
import re

import pytest

from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.domain.tip import TipStatus
from chalicelib.handlers.tips_inbox import INBOX_COOKIE
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.tips import answer, file, logged, move, open_channel, stored

PATH = "/test/tips/inbox"
UNKNOWN = "11111-22222-33333-44444-55555"


@pytest.fixture
def code(world: World) -> ReceiptCode:
    open_channel(world)
    open_channel(world, "other")
    return file(world).code


def opens(browser: Browser, code: ReceiptCode) -> Reply:
    return browser.submit(browser.get(PATH), code=code.reveal())


def test_the_code_opens_it_and_a_cookie_keeps_it_open(world: World, code: ReceiptCode) -> None:
    browser = Browser()
    first = browser.get(PATH)
    assert not first.cookies
    opened = browser.submit(first, code=code.reveal())
    assert opened.status == 200
    assert "ได้รับแจ้งแล้ว" in opened.page.text
    assert "1 ธ.ค. 2569" in opened.page.text
    assert code.reveal() not in opened.text
    assert browser.get(PATH).page.title == opened.page.title
    world.clock.forward(minutes=14)
    browser.get(PATH)
    world.clock.forward(minutes=14)
    assert "ได้รับแจ้งแล้ว" in browser.get(PATH).page.text
    world.clock.forward(minutes=16)
    assert "ได้รับแจ้งแล้ว" not in browser.get(PATH).page.text


def test_the_cookie_is_the_inboxs_alone_and_hidden_from_scripts(code: ReceiptCode) -> None:
    (cookie,) = opens(Browser(), code).cookies
    pair, *attributes = cookie.split("; ")
    assert pair.startswith(f"{INBOX_COOKIE}=")
    assert attributes == ["Max-Age=900", f"Path={PATH}", "Secure", "HttpOnly", "SameSite=Strict"]
    assert code.reveal().replace("-", "") not in cookie.replace("-", "")


def test_a_cookie_of_another_organisation_opens_nothing(code: ReceiptCode) -> None:
    browser = Browser()
    opens(browser, code)
    assert browser.get("/other/tips/inbox").page.forms[0].action.endswith("/other/tips/inbox")
    assert "ได้รับแจ้งแล้ว" not in browser.get("/other/tips/inbox").page.text


def test_leaving_lets_the_browser_forget(code: ReceiptCode) -> None:
    browser = Browser()
    left = browser.submit(opens(browser, code), action="leave")
    assert left.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not browser.cookies
    assert "ได้รับแจ้งแล้ว" not in browser.get(PATH).page.text


def test_messages_go_both_ways_and_an_answer_can_be_erased(world: World, code: ReceiptCode) -> None:
    browser = Browser()
    page = browser.submit(opens(browser, code), action="message", message="มีภาพถ่ายด้วย")
    assert "มีภาพถ่ายด้วย" in page.page.text
    answer(world, code, "ขอบคุณค่ะ <b>โปรดเก็บไว้</b> {{ 7*7 }}")
    page = browser.get(PATH)
    assert "ขอบคุณค่ะ <b>โปรดเก็บไว้</b> {{ 7*7 }}" in page.page.text
    erased = browser.submit(page, action="erase")
    assert erased.status == 200
    assert "โปรดเก็บไว้" not in erased.page.text
    assert browser.submit(page, action="erase").status == 422


def test_a_message_sent_twice_is_one(world: World, code: ReceiptCode) -> None:
    browser = Browser()
    page = opens(browser, code)
    for _ in range(2):
        browser.submit(page, action="message", message="ครั้งเดียว")
    assert browser.get(PATH).text.count("ครั้งเดียว") == 1


@pytest.mark.parametrize("message", ["", "  ", "ก" * 10_001, "กลับ\u202eทิศ"])
def test_a_message_that_can_not_be_taken_is_told_of_and_kept_on_the_page(
    world: World, code: ReceiptCode, message: str
) -> None:
    browser = Browser()
    reply = browser.submit(opens(browser, code), action="message", message=message)
    assert reply.status == 422
    assert message.strip()[:3] in reply.text
    assert len(stored(world, code).events) == 1


def test_progress_shows_and_writing_to_a_closed_one_lets_it_begin_anew(
    world: World, code: ReceiptCode
) -> None:
    move(world, code, TipStatus.UNDER_REVIEW, TipStatus.CLOSED)
    browser = Browser()
    page = opens(browser, code)
    assert "ยุติเรื่อง" in page.page.text
    browser.submit(page, action="message", message="เกิดขึ้นอีกแล้ว")
    assert stored(world, code).record.state.status is TipStatus.RECEIVED


def test_a_session_that_is_over_sends_nothing(world: World, code: ReceiptCode) -> None:
    browser = Browser()
    page = opens(browser, code)
    world.clock.forward(minutes=16)
    reply = browser.submit(page, action="message", message="ช้าไป")
    assert reply.status == 422
    assert "15 นาที" in reply.page.text
    assert len(stored(world, code).events) == 1


def test_a_form_of_another_site_sends_nothing(world: World, code: ReceiptCode) -> None:
    browser = Browser()
    opens(browser, code)
    assert browser.post(PATH, {"action": "message", "message": "ปลอม", "form_token": "x"}).status == 422
    assert len(stored(world, code).events) == 1


def test_wrong_and_unknown_codes_look_and_cost_the_same(
    world: World, code: ReceiptCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("get", "history", "save"):
        call = getattr(world.tips, name)
        monkeypatch.setattr(
            world.tips, name, lambda *a, name=name, call=call, **k: asked.append(name) or call(*a, **k)
        )

    def tries(typed: str, path: str = PATH) -> tuple[int, str, list[str]]:
        asked.clear()
        reply = Browser().post(path, {"code": typed})
        assert not reply.cookies
        text = reply.text.replace(typed, "CODE").replace("/other/", "/test/")
        return reply.status, text, list(asked)

    near = code.reveal()[:-1] + ("1" if code.reveal()[-1] != "1" else "2")
    assert tries(UNKNOWN) == tries(near)
    assert tries(UNKNOWN)[0] == 404
    assert tries(UNKNOWN)[2] == ["history"]
    theirs = tries(code.reveal(), "/other/tips/inbox")
    assert (theirs[0], theirs[2]) == (404, ["history"])


@pytest.mark.parametrize("typed", ["", "1", "1" * 24, "abc"])
def test_what_is_no_code_is_told_so_and_asks_nothing(world: World, code: ReceiptCode, typed: str) -> None:
    reply = Browser().post(PATH, {"code": typed})
    assert reply.status == 422
    assert "25 หลัก" in reply.page.text


def test_a_tracking_code_is_told_where_it_belongs_and_not_shown(code: ReceiptCode) -> None:
    reply = Browser().post(PATH, {"code": "12345-12345-12345-12345"})
    assert reply.status == 422
    assert "ติดตามเรื่องร้องเรียน" in reply.page.text
    assert "12345" not in reply.text


def test_neither_code_nor_organisation_is_logged(code: ReceiptCode) -> None:
    with logged() as log:
        browser = Browser()
        opens(browser, code)
        browser.post(PATH, {"code": UNKNOWN})
        browser.post(PATH, {"code": "12345-12345-12345-12345"})
    lines = log.getvalue().splitlines()
    assert len(lines) == 4
    assert not [line for line in lines if "org" in json.loads(line)]
    assert not re.search(r"\d{20}|\d{5}-\d{5}", log.getvalue())

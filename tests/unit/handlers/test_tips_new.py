"""What a reporter meets: the form, her receipt code, and that it is asked back once."""

import json
import re

import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.organisations import employ
from tests.builders.tips import logged, open_channel, stored
from tests.builders.visitor import RECEIPT_CODE

FIELDS = {"category": "procurement", "detail": "ผู้รับเหมารายเดียวชนะทุกครั้ง ราคาสูงเกินจริง"}


@pytest.fixture
def reporter(world: World) -> Browser:
    open_channel(world)
    return Browser()


def reports(reporter: Browser, **other: object) -> Reply:
    return reporter.submit(reporter.get("/test/tips/new"), **{**FIELDS, **other})


def code_of(reply: Reply) -> str:
    (code,) = set(RECEIPT_CODE.findall(reply.text))
    return code


def tips_in(world: World) -> int:
    return len([key for key in world.tips.records if key.kind == "tip"])


def test_a_report_is_sealed_and_answered_with_the_code(world: World, reporter: Browser) -> None:
    filed = reports(reporter)
    assert filed.status == 200
    assert filed.page.title.startswith("เรื่องของท่านปิดผนึกแล้ว")
    stored(world, ReceiptCode.parse(code_of(filed)))
    assert "1 ธ.ค. 2569" in filed.page.text
    assert not reporter.cookies


def test_the_page_asks_the_code_back_and_shows_it_once_more(world: World, reporter: Browser) -> None:
    filed = reports(reporter)
    code = code_of(filed)
    asked = reporter.submit(filed, action="ask")
    assert code not in asked.text
    wrong = reporter.submit(asked, action="compare", code="1" * 25)
    assert wrong.status == 422
    assert code not in wrong.text
    again = reporter.submit(wrong, action="show")
    assert code_of(again) == code
    right = reporter.submit(
        reporter.submit(again, action="ask"), action="compare", code=code.replace("-", " ")
    )
    assert right.status == 200
    assert right.page.title.startswith("ท่านจดรหัสถูกต้อง")
    assert tips_in(world) == 1
    assert not reporter.cookies
    inbox = reporter.submit(right, code=code)
    assert inbox.page.title.startswith("กล่องข้อความของท่าน")


def test_no_address_ever_holds_the_code(reporter: Browser) -> None:
    filed = reports(reporter)
    digits = code_of(filed).replace("-", "")
    for form in filed.page.forms:
        assert digits not in form.action.replace("-", "")


@pytest.mark.parametrize("typed", ["12345-12345-12345-12345", "", "x", "1" * 24])
def test_another_code_is_not_right(reporter: Browser, typed: str) -> None:
    asked = reporter.submit(reports(reporter), action="ask")
    reply = reporter.submit(asked, action="compare", code=typed)
    assert reply.status == 422
    assert reply.page.forms


def test_a_tracking_code_typed_here_is_not_repeated(reporter: Browser) -> None:
    asked = reporter.submit(reports(reporter), action="ask")
    reply = reporter.submit(asked, action="compare", code="12345-12345-12345-12345")
    assert "25 หลัก" in reply.page.text
    assert "12345" not in reply.text


def test_a_code_is_shown_for_a_day_by_the_form_that_made_it_and_by_no_other(
    world: World, reporter: Browser
) -> None:
    filed = reports(reporter)
    assert reporter.post("/test/tips/receipt", {"form_token": "forged", "action": "show"}).status == 422
    world.clock.forward(days=1)
    late = reporter.submit(filed, action="ask")
    assert late.status == 422
    assert not RECEIPT_CODE.search(late.text)


def test_a_form_sent_twice_makes_one_tip_and_shows_the_same_code(world: World, reporter: Browser) -> None:
    form = reporter.get("/test/tips/new")
    assert code_of(reporter.submit(form, **FIELDS)) == code_of(reporter.submit(form, **FIELDS))
    assert tips_in(world) == 1


def test_what_was_changed_after_sending_is_not_lost_and_can_be_sent(world: World, reporter: Browser) -> None:
    form = reporter.get("/test/tips/new")
    first = code_of(reporter.submit(form, **FIELDS))
    changed = reporter.submit(form, **{**FIELDS, "detail": "เขียนใหม่เป็นอีกเรื่องหนึ่งทั้งหมด"})
    assert changed.status == 422
    assert "เขียนใหม่เป็นอีกเรื่องหนึ่งทั้งหมด" in changed.page.text
    assert not RECEIPT_CODE.search(changed.text)
    assert code_of(reporter.submit(changed)) != first
    assert tips_in(world) == 2


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    world: World, reporter: Browser
) -> None:
    reply = reports(
        reporter,
        detail="สั้น",
        where="ที่อำเภอ",
        identity="นาง ก",
        involved=["person:kitti", "unit:works"],
        involved_others="นายช่าง ข",
    )
    assert reply.status == 422
    assert "อย่างน้อย 10 ตัวอักษร" in reply.page.text
    for kept in ("สั้น", "ที่อำเภอ", "นาง ก", "นายช่าง ข"):
        assert kept in reply.text
    assert reply.text.count("checked") == 2
    assert tips_in(world) == 0


@pytest.mark.parametrize(
    "name", ["detail", "when", "where", "evidence", "known_how", "identity", "involved", "involved_others"]
)
def test_text_that_can_not_be_kept_is_told_of(world: World, reporter: Browser, name: str) -> None:
    reply = reports(reporter, **{name: "ยาวพอสมควร \u202e กลับทิศ"})
    assert reply.status == 422
    assert "อักขระ" in reply.page.text
    assert tips_in(world) == 0


def test_whoever_is_named_is_offered_by_name_unit_and_post(reporter: Browser) -> None:
    page = reporter.get("/test/tips/new").text
    for value in ("person:orathai", "person:rattana", "unit:works", "post:executive"):
        assert f'value="{value}"' in page
    assert "กิตติ แสงทอง" in page


def test_where_all_officers_are_named_it_names_who_else_takes_it_and_keeps_what_was_typed(
    world: World, reporter: Browser
) -> None:
    reply = reports(reporter, involved=["person:kitti", "person:orathai"])
    assert reply.status == 422
    assert {"1205", "1206", "1567"} <= set(re.findall(r"\d{4}", reply.page.text))
    assert FIELDS["detail"] in reply.page.text
    assert tips_in(world) == 0


def test_where_the_executive_is_named_the_answer_names_outside_bodies(reporter: Browser) -> None:
    reply = reports(reporter, involved=["post:executive"])
    assert reply.status == 200
    assert 'class="outside"' in reply.text
    assert 'class="outside"' not in reports(reporter).text


@pytest.mark.parametrize("lang", ["th", "en"])
def test_where_nobody_has_a_key_the_channel_is_not_open(world: World, lang: str) -> None:
    employ(world, "test", "orathai", Role.TIP_OFFICER)
    suffix = "?lang=en" if lang == "en" else ""
    browser = Browser()
    page = browser.get(f"/test/tips/new{suffix}")
    assert page.status == 200
    assert not page.page.forms
    assert {"tel:1205", "tel:1206", "tel:1567"} <= set(re.findall(r"tel:\d+", page.text))
    sent = browser.post(f"/test/tips/new{suffix}", FIELDS)
    assert sent.status == 409
    assert tips_in(world) == 0


def test_the_channel_closed_between_form_and_sending(world: World, reporter: Browser) -> None:
    form = reporter.get("/test/tips/new")
    world.tips.records.clear()
    assert reporter.submit(form, **FIELDS).status == 409


def test_another_organisations_form_sends_nothing(world: World, reporter: Browser) -> None:
    open_channel(world, "other")
    form = reporter.get("/other/tips/new")
    token = next(f.fields["form_token"] for f in form.page.forms)
    assert reporter.post("/test/tips/new", {**FIELDS, "form_token": token}).status == 422
    assert tips_in(world) == 0


def test_the_guideline_says_that_the_channel_is_open_and_leads_to_the_form(
    world: World, reporter: Browser
) -> None:
    page = reporter.get("/test/tips")
    assert "/test/tips/new" in page.text
    assert "ยังไม่เปิดใช้" not in page.page.text


def test_the_log_names_neither_organisation_nor_anything_typed(reporter: Browser) -> None:
    with logged() as log:
        filed = reports(reporter, where="คานารี", involved=["คานารี"])
        reports(reporter, detail="คานารี\u202e")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["route"] for line in lines} == {"/{org}/tips/new"}
    assert not [line for line in lines if "org" in line]
    told = json.dumps(lines, ensure_ascii=False)
    for word in ("คานารี", FIELDS["detail"], code_of(filed), code_of(filed).replace("-", "")):
        assert word not in told

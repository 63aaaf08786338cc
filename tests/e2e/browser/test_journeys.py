"""People's ways through the site, with JavaScript off."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from chalicelib.domain.calendar import bangkok_day
from tests.builders.visitor import who
from tests.e2e.browser.actors import REPORT, Citizen, Officer
from tests.e2e.browser.conftest import NewContext, OfficerOf
from tools.running import Stack


def working_day(days: int) -> str:
    """A day so many days off or a little later, of a working week and far from the turn of a year."""
    day = bangkok_day(datetime.now(UTC)) + timedelta(days)
    while day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS:
        day += timedelta(1)
    return day.isoformat()


HOLIDAYS = {(1, 1), (1, 2), (4, 6), (4, 13), (4, 14), (4, 15), (12, 5), (12, 7), (12, 10), (12, 31)}


def test_a_complaint_goes_all_the_way_from_citizen_to_officer_and_back(
    citizen: Citizen, officer_of: OfficerOf
) -> None:
    subject = f"เสาไฟล้มขวางทาง {uuid4().hex[:6]}"
    code = citizen.files(subject=subject)
    citizen.tracks(code)
    assert subject in citizen.reads()
    officer = officer_of("complaint_officer")
    officer.finds(code)
    assert officer.heading() == subject
    officer.explains("รออะไหล่จากผู้ขาย", working_day(40))
    assert "รออะไหล่จากผู้ขาย" in officer.reads()
    citizen.tracks(code)
    assert "รออะไหล่จากผู้ขาย" in citizen.reads()
    citizen.writes("ขอบคุณ รออยู่")
    officer.finds(code)
    assert "ขอบคุณ รออยู่" in officer.reads()
    officer.resolves("ตั้งเสาใหม่แล้ว")
    citizen.tracks(code)
    assert "ตั้งเสาใหม่แล้ว" in citizen.reads()
    assert "อุปกรณ์เสื่อม" not in citizen.reads()
    citizen.reopens("เสายังเอียงอยู่มาก")
    assert "เสายังเอียงอยู่มาก" in citizen.reads()


def test_an_empty_form_tells_each_field_and_keeps_what_was_typed(citizen: Citizen) -> None:
    citizen.opens("/complaints/new")
    citizen.sends(subject="ค้างไว้", phone="08x")
    assert len(citizen.errors()) >= 2
    assert citizen.typed("subject") == "ค้างไว้"
    citizen.page.locator(".govuk-error-summary__list a").first.click()
    expect(citizen.page.locator("[name=category]")).to_be_focused()
    citizen.fills(citizen.form("detail"), {"phone": ""})
    citizen.sends(**REPORT)
    assert citizen.code()


def test_a_complaint_in_english_stays_in_english(citizen: Citizen) -> None:
    citizen.page.goto("/demo?lang=en")
    citizen.page.locator("main a[href*='/complaints/new']").first.click()
    citizen.sends(**REPORT)
    assert citizen.page.locator("html").get_attribute("lang") == "en"
    citizen.page.get_by_role("button", name="See the complaint").click()
    assert citizen.page.locator("html").get_attribute("lang") == "en"
    assert REPORT["subject"] in citizen.reads()


@pytest.mark.parametrize("typed", ["12345-12345-12345-12345", "1", "11111-11111-11111-11111-11111"])
def test_a_code_that_opens_nothing_stays_in_its_field_or_is_forgotten(citizen: Citizen, typed: str) -> None:
    citizen.tracks(typed)
    assert citizen.errors()
    assert citizen.typed("code") in {typed, ""}


def test_the_page_of_the_code_prints_the_code(citizen: Citizen) -> None:
    code = citizen.files()
    citizen.page.emulate_media(media="print")
    assert citizen.page.get_by_text(code).is_visible()
    assert not citizen.page.locator("nav").first.is_visible()
    assert not citizen.page.locator("main form").first.is_visible()
    assert citizen.page.pdf().startswith(b"%PDF")


def test_the_second_of_two_officers_is_told_and_loses_nothing(
    citizen: Citizen, officer_of: OfficerOf
) -> None:
    code = citizen.files()
    first, second = officer_of("complaint_officer"), officer_of("complaint_officer")
    first.finds(code)
    second.finds(code)
    first.explains("คนแรกบอกก่อน", working_day(40))
    with second.page.expect_response(lambda response: response.request.method == "POST") as answer:
        second.explains("คนที่สองพิมพ์ไว้", working_day(41))
    assert answer.value.status == 409
    shown = second.page.locator("details#explain [name=message]")
    assert shown.input_value() == "คนที่สองพิมพ์ไว้"
    assert "คนแรกบอกก่อน" in second.reads()


def test_an_editor_publishes_a_link_that_everybody_finds(citizen: Citizen, officer_of: OfficerOf) -> None:
    editor = officer_of("disclosure_editor")
    editor.opens("/console/disclosure")
    item = editor.page.locator("main a[href*='item=']").first
    id = (item.get_attribute("href") or "").partition("item=")[2].partition("&")[0]
    editor.opens(f"/console/disclosure?item={id}")
    form = editor.page.locator("main form:has([name=action][value=publish])")
    period = form.locator("[name=period]").input_value() or "FY2569"
    url = f"https://demo.example/{uuid4().hex[:8]}.pdf"
    editor.publishes(id, period, url)
    assert editor.page.locator(".govuk-notification-banner").is_visible()
    citizen.opens(f"/disclosure/{id}")
    assert citizen.page.locator(f"main a[href='{url}']").first.is_visible()


def test_an_administrator_adds_a_person_who_is_then_listed(officer_of: OfficerOf) -> None:
    administrator = officer_of("administrator")
    name = f"test{uuid4().hex[:6]}"
    administrator.adds_person(name, "ทดสอบ เพิ่มคน", f"{name}@demo.example", "plan_manager")
    assert administrator.heading() == "ทดสอบ เพิ่มคน"
    administrator.opens("/console/people")
    assert f"demo-{name}" in administrator.reads()


def test_who_signs_out_is_out(stack: Stack, new_context: NewContext) -> None:
    officer = Officer(new_context().new_page())
    officer.signs_in(who(stack, "plan_manager"))
    assert "/console/sign-in" not in officer.page.url
    officer.signs_out()
    officer.opens("/console/disclosure")
    assert officer.page.url.endswith("/demo/console/sign-in")


def test_a_wrong_password_is_told_without_saying_what_is_wrong(new_context: NewContext) -> None:
    officer = Officer(new_context().new_page())
    officer.gives_password("demo-nobody", "wrong-password-1")
    assert len(officer.page.locator(".govuk-error-summary li").all()) == 1
    assert officer.page.locator("[name=password]").input_value() == ""

"""The working manual: everybody reads it, and it says what the settings say."""

import pytest

from chalicelib.domain.people import Role
from chalicelib.services import organisations
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

MANUAL = "/test/complaints/manual"


def set_up(world: World, **settings: object) -> None:
    """Change settings as an administrator does, by the console."""
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    browser = signed_in(world, "test", "admin")
    reply = browser.submit(browser.get("/test/console/settings"), **settings)
    assert reply.status == 200, reply.page.text
    organisations.forget()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "th",
            (
                "คู่มือปฏิบัติงานเรื่องร้องเรียน/ร้องทุกข์",
                "ภายใน 15 วัน",
                "ภายใน 30 วันหลังแจ้งผล",
                "สำนักปลัด",
                "ปลัด",
                "02-000-0000",
            ),
        ),
        (
            "en",
            (
                "Working manual on complaints",
                "Within 15 days",
                "Within 30 days of the answer",
                "Public works",
                "5 days before the due day",
                "section 193/8",
            ),
        ),
    ],
)
def test_it_tells_centre_channels_steps_units_and_times(
    world: World, lang: str, words: tuple[str, ...]
) -> None:
    set_up(world, routes="ถนน = กองช่าง")
    text = Browser().get(f"{MANUAL}?lang={lang}").page.text
    for word in words:
        assert word in text


def test_a_change_of_what_it_tells_is_a_new_version_of_its_day(world: World) -> None:
    assert "ฉบับที่ 1 ปรับปรุงเมื่อวันที่ 24 พ.ย. 2569" in Browser().get(MANUAL).page.text
    world.clock.forward(days=7)
    set_up(world, channels="line = LINE @test | LINE @test\nตู้รับเรื่องหน้าที่ทำการ", phone="02-111-1111")
    text = Browser().get(MANUAL).page.text
    assert "ฉบับที่ 2 ปรับปรุงเมื่อวันที่ 1 ธ.ค. 2569" in text
    for word in ("LINE @test", "ตู้รับเรื่องหน้าที่ทำการ", "02-111-1111"):
        assert word in text


def test_nobody_is_named_but_whom_the_organisation_names(world: World) -> None:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    assert "somsri" not in Browser().get(MANUAL).text
    assert "เจ้าหน้าที่ผู้รับผิดชอบ" not in Browser().get(MANUAL).page.text
    set_up(world, centre_officer="นางสาวมาลี <b>ดี</b> {{ 7 * 7 }}")
    text = Browser().get(MANUAL).page.text
    assert "นางสาวมาลี <b>ดี</b> {{ 7 * 7 }}" in text


def test_the_centre_may_move_to_another_unit(world: World) -> None:
    set_up(world, main_unit="education")
    text = Browser().get(f"{MANUAL}?lang=en").page.text
    assert "Unit in charge Education" in text


def test_an_organisation_that_has_set_nothing_yet_has_one_too(world: World) -> None:
    set_up(
        world, channels="", phone="", address="", address_en="", office_hours="", office_hours_en="", email=""
    )
    assert Browser().get(MANUAL).status == 200


def test_the_guide_leads_to_it(world: World) -> None:
    assert f'href="{MANUAL}"' in Browser().get("/test/complaints").text

"""What an officer sees of the same problem on a complaint's page and beside the form that resolves it."""

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.services.world import World
from tests.builders.complaints import act, file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

LAMP = {"category": "light", "subject": "ไฟถนนดับ", "detail": "ไฟถนนหน้าโรงเรียนดับ มืดมาก", "village": "หมู่ 1"}
DONE = {
    "message": "เปลี่ยนหลอดแล้ว <b>",
    "cause_kind": "wear",
    "cause": "หลอดเสื่อม {{ 7 * 7 }}",
    "prevention": "ตรวจไฟทุกเดือน",
}
FOUND = {"th": "เกิดซ้ำหรือปัญหาเดียวกัน", "en": "The same problem before or since"}


@pytest.fixture
def before(world: World) -> str:
    """A complaint that was resolved in the works division two months ago; its id."""
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works"))
    employ(world, "test", "khlang", Grant(Role.UNIT_OFFICER, "finance"))
    filed = file(world, **LAMP)
    act(world, filed.id, "assign", unit="works")
    act(world, filed.id, "resolve", **DONE)
    world.clock.forward(days=60)
    return filed.id


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_tells_what_was_done_before(world: World, before: str, lang: str) -> None:
    new = file(world, **LAMP)
    reply = signed_in(world, "test", "somsri").get(f"/test/console/complaints/{new.id}?lang={lang}")
    assert f"/test/console/complaints/{before}" in reply.text
    text = reply.page.text
    assert FOUND[lang] in text
    for words in ("เปลี่ยนหลอดแล้ว <b>", "หลอดเสื่อม {{ 7 * 7 }}", "ตรวจไฟทุกเดือน"):
        assert words in text
    assert text.count("ตรวจไฟทุกเดือน") == 2  # in the list, and beside the form that resolves


def test_nothing_is_said_where_nothing_resembles_it(world: World, before: str) -> None:
    new = file(world)
    reply = signed_in(world, "test", "somsri").get(f"/test/console/complaints/{new.id}")
    assert FOUND["th"] not in reply.page.text
    assert before not in reply.text


def test_another_unit_sees_nothing_of_it(world: World, before: str) -> None:
    new = file(world, **LAMP)
    act(world, new.id, "assign", unit="finance")
    reply = signed_in(world, "test", "khlang").get(f"/test/console/complaints/{new.id}")
    assert reply.status == 200
    assert FOUND["th"] not in reply.page.text
    assert before not in reply.text


def test_the_kind_of_cause_is_kept_where_one_was_chosen(world: World, before: str) -> None:
    resolution = standing(world, before).state.resolution
    assert resolution
    assert resolution.cause_kind == "wear"
    browser, new = signed_in(world, "test", "somsri"), file(world)
    without = {name: text for name, text in DONE.items() if name != "cause_kind"}
    path = f"/test/console/complaints/{new.id}"
    refused = browser.submit(browser.get(path), action="resolve", cause_kind="invented", **without)
    assert refused.status == 422
    done = browser.submit(refused, action="resolve", cause_kind="", **without)
    assert done.status == 200
    assert standing(world, new.id).state.resolution.cause_kind == ""

"""A complainant sends files and sees them, and nobody else does."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.complaint_files import MOST_OF_CITIZEN
from chalicelib.services import file_cleaning
from chalicelib.services.file_ports import UploadForm
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import file, standing
from tests.builders.file_store import MemoryIntake

PHOTO = b"photo:0123456789abcdef"


def opens(code: str, lang: str = "") -> Reply:
    """The page of the files, by the code."""
    return Browser().post(f"/test/complaints/track/files{lang}", {"code": code})


def upload_on(reply: Reply) -> UploadForm:
    """The form of a page that sends a file."""
    (form,) = (form for form in reply.page.forms if form.action.startswith("https://intake.example/"))
    return UploadForm(form.action, form.fields, "")


def sends(world: World, reply: Reply, content: bytes) -> Reply:
    """Send a file by a page's form, and come back once it was looked at."""
    assert isinstance(world.intake, MemoryIntake)
    form = upload_on(reply)
    file_cleaning.take_in(world, world.intake.post(form, content))
    return comes_back(form)


def comes_back(form: UploadForm) -> Reply:
    return Browser().get(form.fields["success_action_redirect"].removeprefix("https://sucharit.example"))


def test_a_photo_is_sent_seen_and_opened(world: World) -> None:
    code = file(world).code.reveal()
    reply = sends(world, opens(code), PHOTO)
    assert "เพิ่มไฟล์เรียบร้อยแล้ว" in reply.text
    (address,) = set(re.findall(r'src="(/test/complaints/files/[^"]+)"', reply.text))
    assert Browser().get(address).text == "small"
    assert Browser().get(address).headers["Content-Type"] == "image/jpeg"
    opened = Browser().get(address.replace("/preview", ""), follow=False)
    assert opened.status == 303
    assert str(opened.headers["Location"]).startswith("https://files.example/clean/test/")
    assert address.split("?")[0] in Browser().post("/test/complaints/track", {"code": code}).text


def test_the_way_begins_where_the_code_is_shown(world: World) -> None:
    browser = Browser()
    filed = browser.submit(
        browser.get("/test/complaints/new"),
        category="road",
        subject="ถนนชำรุดมาก",
        detail="เป็นหลุมลึก รถล้มบ่อย",
    )
    assert 'action="/test/complaints/track/files"' in filed.text


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_code_stands_in_no_address_and_the_language_goes_along(world: World, lang: str) -> None:
    code = file(world).code
    reply = opens(code.reveal(), lang)
    form = upload_on(reply)
    for text in (reply.path, *form.fields.values()):
        assert code.reveal() not in text
        assert code.hyphenated() not in text
    assert ("lang=en" in form.fields["success_action_redirect"]) == bool(lang)
    assert ("lang=en" in reply.path) == bool(lang)


def test_the_form_may_lead_to_the_intake_and_nowhere_else(world: World) -> None:
    reply = opens(file(world).code.reveal())
    policy = str(reply.headers["Content-Security-Policy"])
    assert "form-action 'self' https://intake.example;" in policy
    assert "script" not in policy


def test_the_file_is_the_last_field_and_the_button_has_no_name(world: World) -> None:
    text = opens(file(world).code.reveal()).text
    form = text[text.index('<form class="upload"') :]
    form = form[: form.index("</form>")]
    assert re.findall(r'name="([^"]+)"', form)[-1] == "file"


def test_a_file_that_is_still_looked_at_says_so(world: World) -> None:
    form = upload_on(opens(file(world).code.reveal()))
    reply = comes_back(form)
    assert "กำลังตรวจไฟล์" in reply.text
    assert "ตรวจดูอีกครั้ง" in reply.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"empty", "ไฟล์ว่างเปล่า"),
        (b"unknown_kind", "ไม่ใช่รูปถ่ายหรือ PDF"),
        (b"unreadable", "ไฟล์เสียหรือเปิดไม่ได้"),
        (b"too_many_pixels", "รูปถ่ายใหญ่เกิน"),
        (b"locked", "ล็อกด้วยรหัสผ่าน"),
        (b"program", "มีโปรแกรมฝังอยู่"),
        (b"x" * 10_000_001, "ใหญ่เกิน 10 MB"),
    ],
    ids=lambda value: str(value[:20]),
)
def test_a_refusal_is_in_words_that_everybody_understands(world: World, content: bytes, words: str) -> None:
    reply = sends(world, opens(file(world).code.reveal()), content)
    assert words in reply.page.text


def test_after_the_last_file_no_form_is_offered(world: World) -> None:
    reply = opens(file(world).code.reveal())
    for _ in range(MOST_OF_CITIZEN):
        reply = sends(world, reply, b"pdf")
    assert "intake.example" not in reply.text
    assert "เพิ่มไฟล์อีกไม่ได้แล้ว" in reply.text


def test_a_ticket_ends_and_asks_for_the_code_again(world: World) -> None:
    reply = opens(file(world).code.reveal())
    world.clock.forward(minutes=61)  # type: ignore[attr-defined]
    late = Browser().get(reply.path)
    assert late.status == 422
    assert "เปิดค้างไว้นานเกินไป" in late.page.text


def test_a_ticket_opens_one_complaint_of_one_organisation(world: World) -> None:
    mine, other = file(world), file(world)
    theirs = file(world, "other")
    sends(world, opens(other.code.reveal()), PHOTO)
    foreign = Browser().post("/other/complaints/track/files", {"code": theirs.code.reveal()})
    ticket = parse_qs(urlsplit(opens(mine.code.reveal()).path).query)["ticket"][0]
    number = standing(world, other.id).state.files.kept[0].id
    for path in (f"/test/complaints/files/{number}", f"/test/complaints/files/{number}/preview"):
        assert Browser().get(f"{path}?ticket={ticket}").status == 404
        assert Browser().get(path).status == 404
    query = urlsplit(foreign.path).query
    assert Browser().get(f"/test/complaints/files?{query}").status == 422


@pytest.mark.parametrize("code", ["", "1", "12345-12345-12345-12345", "ก" * 30])
def test_a_wrong_code_begins_nothing(world: World, code: str) -> None:
    assert Browser().post("/test/complaints/track/files", {"code": code}).status == 404

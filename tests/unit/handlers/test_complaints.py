"""What a citizen meets: the guide, the form, her complaint by its code."""

import re
from datetime import timedelta

import pytest

from chalicelib.domain.codes import TrackingCode
from chalicelib.domain.complaint import MOST_UNANSWERED
from chalicelib.domain.people import Role, Task
from chalicelib.services import complaints
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import act
from tests.builders.organisations import employ

CODE = re.compile(r"(?<![\d-])\d{5}(?:-\d{5}){3}(?![\d-])")
FIELDS = {"category": "road", "subject": "ถนนหมู่ 3 ชำรุด", "detail": "ถนนเป็นหลุมลึกทุกครั้งที่ฝนตก"}


@pytest.fixture
def citizen(world: World) -> Browser:
    return Browser()


def files(citizen: Browser, **other: str) -> Reply:
    return citizen.submit(citizen.get("/test/complaints/new"), **{**FIELDS, **other})


def code_of(reply: Reply) -> str:
    (code,) = set(CODE.findall(reply.text))
    return code


def tracks(citizen: Browser, code: str) -> Reply:
    return citizen.submit(citizen.get("/test/complaints/track"), code=code)


def resolve(world: World) -> None:
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    (row,) = complaints.queue(world, "test", "palad")
    complaints.act(
        world,
        "test",
        row.key.id,
        version=row.version,
        task=Task.WORK_COMPLAINTS,
        officer=officer,
        action=lambda c: c.resolve(
            "ซ่อมแล้ว", "อุปกรณ์เสื่อม", "ตรวจทุกเดือน", by=officer.username, at=world.clock.now()
        ),
    )


@pytest.mark.parametrize("path", ["/test/complaints", "/test/complaints/new", "/test/complaints/track"])
@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_pages_stand_in_both_languages(citizen, path, lang):
    assert citizen.get(path + lang).page.title


def test_a_sent_form_answers_with_a_code_that_opens_the_complaint(citizen):
    sent = files(citizen)
    assert sent.status == 200
    for typed in (code_of(sent), code_of(sent).replace("-", ""), to_thai(code_of(sent))):
        shown = tracks(Browser(), typed)
        assert shown.status == 200
        assert FIELDS["subject"] in shown.page.text


def to_thai(code: str) -> str:
    return code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


def test_an_empty_form_says_what_is_missing_beside_each_field_and_keeps_what_was_typed(citizen):
    sent = citizen.submit(citizen.get("/test/complaints/new"), subject="ค้างไว้", category="", detail="")
    assert sent.status == 422
    assert 'value="ค้างไว้"' in sent.text
    assert 'href="#category"' in sent.text
    assert 'href="#detail"' in sent.text
    assert sent.page.title.startswith("ร้องเรียน")


def test_what_can_not_be_kept_is_refused_beside_its_field(citizen):
    sent = files(citizen, subject="abc\u202edef")
    assert sent.status == 422
    assert 'href="#subject"' in sent.text
    assert not CODE.search(sent.text)


def test_the_back_button_and_a_second_click_make_one_complaint(world, citizen):
    form = citizen.get("/test/complaints/new")
    codes = {code_of(citizen.submit(form, **FIELDS)) for _ in range(3)}
    assert len(codes) == 1
    assert len(list(complaints.queue(world, "test", "palad"))) == 1


def test_the_same_form_with_other_words_is_asked_about_and_then_sent_as_another(world, citizen):
    form = citizen.get("/test/complaints/new")
    citizen.submit(form, **FIELDS)
    again = citizen.submit(form, **{**FIELDS, "detail": "อีกเรื่องหนึ่งที่ต่างออกไป"})
    assert again.status == 422
    assert "อีกเรื่องหนึ่งที่ต่างออกไป" in again.text
    assert citizen.submit(again, **{**FIELDS, "detail": "อีกเรื่องหนึ่งที่ต่างออกไป"}).status == 200
    assert len(list(complaints.queue(world, "test", "palad"))) == 2


def test_a_form_that_was_open_for_a_day_keeps_what_was_typed_and_goes_through_the_second_time(world, citizen):
    form = citizen.get("/test/complaints/new")
    world.clock.forward(days=1)
    late = citizen.submit(form, **FIELDS)
    assert late.status == 422
    assert FIELDS["detail"] in late.text
    assert citizen.submit(late, **FIELDS).status == 200


def test_a_made_up_token_sends_nothing(world, citizen):
    sent = citizen.post("/test/complaints/new", {**FIELDS, "form_token": "made.up.token"})
    assert sent.status == 422
    assert list(complaints.queue(world, "test", "palad")) == []


def test_another_organisations_form_token_sends_nothing(world, citizen):
    other = citizen.get("/other/complaints/new").page.forms[0].fields["form_token"]
    assert citizen.post("/test/complaints/new", {**FIELDS, "form_token": other}).status == 422
    assert list(complaints.queue(world, "test", "palad")) == []


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_wrong_codes_are_told_apart_as_far_as_that_tells_nothing(citizen, lang):
    page = citizen.get("/test/complaints/track" + lang)
    code = code_of(files(citizen))
    slip = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    assert citizen.submit(page, code=slip).status == 422
    assert citizen.submit(page, code="123").status == 422
    assert citizen.submit(page, code="").status == 422
    other = code_of(citizen.submit(citizen.get("/other/complaints/new"), **FIELDS))
    unknown = citizen.submit(page, code=other)
    assert unknown.status == 404
    assert other in unknown.text


def test_a_receipt_code_of_the_other_channel_is_not_repeated(citizen):
    typed = "12345-12345-12345-12345-12345"
    reply = tracks(citizen, typed)
    assert reply.status == 422
    assert typed not in reply.text


def test_a_citizen_writes_and_sees_the_message_once(citizen):
    shown = tracks(citizen, code_of(files(citizen)))
    first = citizen.submit(shown, action="message", message="เพิ่มเติม: อยู่หน้าวัด")
    again = citizen.submit(shown, action="message", message="เพิ่มเติม: อยู่หน้าวัด")
    assert first.status == again.status == 200
    assert again.page.text.count("เพิ่มเติม: อยู่หน้าวัด") == 1


def test_a_page_gone_back_to_sends_another_message_once_more_asked(citizen):
    shown = tracks(citizen, code_of(files(citizen)))
    citizen.submit(shown, action="message", message="เพิ่มเติม: อยู่หน้าวัด")
    other = citizen.submit(shown, action="message", message="เพิ่มเติม: มีคนล้ม")
    assert other.status == 422
    assert "เพิ่มเติม: มีคนล้ม" in other.text
    sent = citizen.submit(other, action="message", message="เพิ่มเติม: มีคนล้ม")
    assert sent.status == 200
    assert sent.page.text.count("เพิ่มเติม: มีคนล้ม") == 1


def test_the_same_words_reopen_what_they_were_a_message_about_before(world, citizen):
    code = code_of(files(citizen))
    resolve(world)
    shown = tracks(citizen, code)
    citizen.submit(shown, action="message", message="ยังไม่เรียบร้อย")
    reopened = citizen.submit(shown, action="reopen", message="ยังไม่เรียบร้อย")
    assert reopened.status == 422
    again = citizen.submit(reopened, action="reopen", message="ยังไม่เรียบร้อย")
    assert "เปิดเรื่องร้องเรียนอีกครั้งแล้ว" in again.page.text


def test_who_writes_on_and_on_waits_for_an_answer(world, citizen):
    code = code_of(files(citizen))
    for n in range(MOST_UNANSWERED):
        assert citizen.submit(tracks(citizen, code), action="message", message=f"ข้อความที่ {n}").status == 200
    refused = citizen.submit(tracks(citizen, code), action="message", message="อีกข้อความหนึ่ง")
    assert refused.status == 422
    assert "อีกข้อความหนึ่ง" in refused.text
    assert len(complaints.follow(world, "test", TrackingCode.parse(code)).events) == 1 + MOST_UNANSWERED
    resolve(world)
    answered = citizen.submit(tracks(citizen, code), action="message", message="อีกข้อความหนึ่ง")
    assert answered.status == 200


def test_a_message_that_met_somebody_elses_save_at_each_try_is_told_to_come_again(
    world, citizen, monkeypatch: pytest.MonkeyPatch
):
    code = code_of(files(citizen))
    shown = tracks(citizen, code)
    standing = complaints.follow(world, "test", TrackingCode.parse(code)).record

    def taken(*_: object, **__: object) -> None:
        raise StaleRecordError(standing)

    monkeypatch.setattr(world.records, "save", taken)
    reply = citizen.submit(shown, action="message", message="เพิ่มเติม")
    assert reply.status == 409
    assert reply.page.heading


def test_an_empty_message_is_refused_beside_its_field(citizen):
    shown = tracks(citizen, code_of(files(citizen)))
    refused = citizen.submit(shown, action="message", message="")
    assert refused.status == 422
    assert 'href="#message"' in refused.text


def test_a_citizen_who_is_not_content_reopens(world, citizen):
    code = code_of(files(citizen))
    resolve(world)
    world.clock.forward(days=3)
    shown = tracks(citizen, code)
    assert "ซ่อมแล้ว" in shown.page.text
    assert "ตรวจทุกเดือน" not in shown.page.text
    reopened = citizen.submit(shown, action="reopen", message="ยังไม่เรียบร้อย")
    assert reopened.status == 200
    assert "เปิดเรื่องร้องเรียนอีกครั้งแล้ว" in reopened.page.text


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_merged_complaint_shows_how_the_other_one_goes_on(world, citizen, lang):
    codes = [code_of(files(citizen)), code_of(files(citizen, detail="เรื่องเดียวกันแต่แจ้งโดยอีกคน"))]
    one, other = (complaints.follow(world, "test", TrackingCode.parse(code)).record.key.id for code in codes)
    act(world, one, "merge", into=other)
    act(world, other, "start")
    act(world, other, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    mine, theirs = (citizen.submit(citizen.get("/test/complaints/track" + lang), code=code) for code in codes)
    assert FIELDS["detail"] in mine.page.text
    assert "เรื่องเดียวกันแต่แจ้งโดยอีกคน" not in mine.page.text
    assert "ไฟดับหน้าวัด" in theirs.page.text
    assert "ไฟดับหน้าวัด" not in mine.page.text
    assert citizen.submit(mine, action="message", message="อยู่หน้าวัด").status == 200
    assert "อยู่หน้าวัด" not in tracks(citizen, codes[1]).page.text


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_form_asks_of_which_unit_an_officer_is_and_keeps_it_from_that_unit(world, citizen, lang):
    form = citizen.get("/test/complaints/new" + lang)
    assert citizen.submit(form, **FIELDS, about_unit="nowhere").status == 422
    offered = citizen.submit(form, **FIELDS, about_staff="yes", about_unit="palad")
    assert code_of(citizen.submit(offered))
    assert not list(complaints.queue(world, "test", "palad"))
    assert len(list(complaints.queue(world, "test", "chief_administrator"))) == 1


POINTS = {f"score_{n}": "4" for n in range(1, 6)}


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_citizen_says_how_content_she_is_once(world, citizen, lang):
    code = code_of(files(citizen))
    resolve(world)
    shown = citizen.submit(citizen.get("/test/complaints/track" + lang), code=code)
    refused = citizen.submit(shown, action="survey", **{**POINTS, "score_2": "", "opinion": "เก็บไว้"})
    assert refused.status == 422
    assert 'href="#score_2"' in refused.text
    assert "เก็บไว้" in refused.text
    thanked = citizen.submit(refused, action="survey", **{**POINTS, "score_2": "๕"})
    assert thanked.status == 200
    assert "govuk-notification-banner--success" in thanked.text
    assert "score_1" not in thanked.text


def test_a_citizen_who_says_that_it_is_not_solved_is_offered_reopening(world, citizen):
    code = code_of(files(citizen))
    resolve(world)
    assert "still_solved" not in tracks(citizen, code).text
    world.clock.forward(days=28)
    shown = tracks(citizen, code)
    assert citizen.submit(shown, action="still_solved").status == 422
    said = citizen.submit(shown, action="still_solved", still_solved="no")
    assert said.status == 200
    assert citizen.submit(said, action="reopen", message="พังอีกแล้ว").status == 200


def test_nobody_reopens_after_thirty_days(world, citizen):
    code = code_of(files(citizen))
    resolve(world)
    shown = tracks(citizen, code)
    world.clock.at += timedelta(days=31)
    assert "reopen" not in tracks(citizen, code).text
    token = citizen.get("/test/complaints/new").page.forms[0].fields["form_token"]
    late = citizen.post(
        "/test/complaints/track",
        {"code": code, "action": "reopen", "message": "ยังไม่เรียบร้อย", "form_token": token},
    )
    assert late.status == 422
    assert shown.status == 200


def test_no_note_and_no_officer_is_named_to_the_citizen(world, citizen):
    code = code_of(files(citizen))
    officer = employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state
    (row,) = complaints.queue(world, "test", "palad")
    complaints.act(
        world,
        "test",
        row.key.id,
        version=1,
        task=Task.WORK_COMPLAINTS,
        officer=officer,
        action=lambda c: c.note("ผู้ร้องเป็นญาติของนาย ก", by=officer.username, at=world.clock.now()),
    )
    shown = tracks(citizen, code).text
    assert "ญาติ" not in shown
    assert "somsri" not in shown


def test_hostile_text_is_shown_inert(citizen):
    hostile = "<script>alert(1)</script> {{ 7*7 }} {% raw %} ${x} '\"><img src=x onerror=alert(1)>"
    shown = tracks(citizen, code_of(files(citizen, subject=hostile, detail=hostile)))
    assert hostile in shown.page.text
    assert "49" not in shown.page.text.replace(code_of(shown), "")
    assert "<img src=x" not in shown.text


def test_decomposed_thai_is_stored_composed(world, citizen):
    shown = tracks(citizen, code_of(files(citizen, detail="น\u0e49\u0e4d\u0e32ท่วมขัง น\u0e4d\u0e49\u0e32")))
    assert "น้ำท่วมขัง น้ำ" in shown.page.text

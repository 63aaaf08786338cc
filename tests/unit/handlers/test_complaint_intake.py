"""The form of a complaint: what is told and asked in it, and what is said before it is sent."""

import base64
import hashlib
import json
import re
from datetime import date

import pytest

from chalicelib.domain.codes import TrackingCode
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.complaint_terms import MOST_FOLLOWERS
from chalicelib.services import complaint_intake, complaints, organisations
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World
from chalicelib.web.formats import thai_date
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import CONTACT, act, file, standing
from tests.unit.handlers.test_complaints import CODE, FIELDS, code_of, tracks
from tests.unit.handlers.test_hostile_input import JSON, send

ROAD = {**FIELDS, "village": "หมู่ 1", "location": "หน้าบ้านเลขที่ 9"}
LANGUAGES = pytest.mark.parametrize("lang", ["", "?lang=en"])


@pytest.fixture
def citizen(world: World) -> Browser:
    return Browser()


def sends(citizen: Browser, lang: str = "", **other: str) -> Reply:
    return citizen.submit(citizen.get("/test/complaints/new" + lang), **{**ROAD, **other})


def choices(reply: Reply) -> list[str]:
    """The likely duplicates that a page offers to join."""
    return [c for c in re.findall(r'name="same"[^>]*value="([0-9a-z]+)"', reply.text) if c != "another"]


def of(world: World, reply: Reply) -> Complaint:
    return complaints.follow(world, "test", TrackingCode.parse(code_of(reply))).record.state


# What is told and asked.


@LANGUAGES
def test_the_form_says_first_whom_to_call_in_danger(citizen, lang):
    shown = citizen.get("/test/complaints/new" + lang)
    for number in ("191", "199", "1669", "02-000-0000"):
        assert f'href="tel:{number}"' in shown.text
    assert shown.text.index("tel:191") < shown.text.index('name="subject"')


@LANGUAGES
def test_a_category_that_was_chosen_brings_its_notice_and_questions(citizen, lang):
    bare = citizen.get("/test/complaints/new" + lang)
    assert "answer_1" not in bare.text
    (link,) = re.findall(r'href="([^"]*category=light[^"]*)"', bare.text)
    chosen = citizen.get(link.replace("&amp;", "&"))
    assert ("สายไฟขาด" if lang == "" else "fallen wire") in chosen.page.text
    assert chosen.page.forms[0].fields["category"] == "light"
    assert chosen.page.forms[0].fields["asked"] == "light"
    assert "answer_2" in chosen.text
    assert "answer_3" not in chosen.text


def test_answers_are_kept_with_their_questions_and_shown_to_whoever_knows_the_code(world, citizen):
    form = citizen.get("/test/complaints/new?category=light")
    sent = citizen.submit(form, **{**FIELDS, "category": "light"}, answer_1="ก-๑๒/7")
    assert of(world, sent).report.answers == "เลขเสาไฟ\nก-๑๒/7"
    assert "ก-๑๒/7" in tracks(citizen, code_of(sent)).page.text


def test_answers_stay_with_their_questions_when_another_category_is_chosen(world, citizen):
    form = citizen.get("/test/complaints/new?category=light")
    wrong = citizen.submit(form, **{**FIELDS, "detail": ""}, answer_1="12/7")
    assert wrong.page.forms[0].fields["asked"] == "light"
    assert 'value="12/7"' in wrong.text
    assert of(world, citizen.submit(wrong, **FIELDS)).report.answers == "เลขเสาไฟ\n12/7"


def test_a_form_with_no_more_than_the_three_fields_is_sent_at_once_whatever_is_asked(citizen):
    token = citizen.get("/test/complaints/new").page.forms[0].fields["form_token"]
    fields = {
        "category": "light",
        "subject": FIELDS["subject"],
        "detail": FIELDS["detail"],
        "form_token": token,
    }
    assert code_of(citizen.post("/test/complaints/new", fields))


def test_an_answer_too_long_is_refused_beside_its_field_and_kept(citizen):
    form = citizen.get("/test/complaints/new?category=light")
    refused = citizen.submit(form, **FIELDS, answer_2="ก" * 501)
    assert refused.status == 422
    assert 'href="#answer_2"' in refused.text
    assert "ก" * 501 in refused.text


@pytest.mark.parametrize("asked", ["nowhere", "road", "light\x00", "<script>"])
def test_answers_to_what_was_not_asked_are_nothing(world, citizen, asked):
    form = citizen.get("/test/complaints/new?category=light")
    sent = citizen.submit(form, **FIELDS, asked=asked, answer_1="12/7")
    assert of(world, sent).report.answers == ""


# The position.


@LANGUAGES
@pytest.mark.parametrize("typed", ["หน้าวัด", "https://maps.app.goo.gl/abc", "48.85, 2.35", "1" * 1001])
def test_a_position_that_is_none_is_refused_beside_its_field_and_kept(citizen, typed, lang):
    refused = citizen.submit(citizen.get("/test/complaints/new" + lang), **FIELDS, position=typed)
    assert refused.status == 422
    assert 'href="#position"' in refused.text
    assert f'value="{typed}"' in refused.text


def test_a_position_is_kept_for_officers_and_not_shown_to_whoever_knows_the_code(world, citizen):
    sent = citizen.submit(
        citizen.get("/test/complaints/new"), **FIELDS, position="https://maps.google.com/?q=๑๔.1234,100.5678"
    )
    assert of(world, sent).report.position == "14.12340, 100.56780"
    assert "14.1234" not in tracks(citizen, code_of(sent)).text


@pytest.mark.parametrize("path", ["/test/complaints/new", "/test/complaints/new?lang=en"])
def test_the_form_alone_runs_a_script_of_ours_and_may_ask_for_the_position(citizen, path):
    form = citizen.get(path)
    (script,) = form.page.root.iter("script")
    asset = citizen.get(script.get("src"))
    digest = base64.b64encode(hashlib.sha384(asset.text.encode()).digest()).decode()
    assert script.get("integrity") == f"sha384-{digest}"
    assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
    refused = citizen.submit(form)
    for page in (form, refused):
        assert page.headers["Content-Security-Policy"].endswith("; script-src 'self'")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Permissions-Policy"] == "camera=(), geolocation=(self), microphone=()"


def test_no_other_page_runs_a_script_or_may_ask_for_the_position(world, citizen):
    file(world, village="หมู่ 1")
    before = sends(citizen)
    pages = [citizen.get(p) for p in ("/test", "/test/complaints", "/test/complaints/track", "/test/tips")]
    for reply in (*pages, before, citizen.submit(before)):
        assert "script-src" not in reply.headers["Content-Security-Policy"]
        assert "geolocation=()" in reply.headers["Permissions-Policy"]
        assert "<script" not in reply.text


# The sealed channel.


@LANGUAGES
@pytest.mark.parametrize(
    "about", [{"category": "bribery"}, {"category": "procurement"}, {"about_staff": "yes"}]
)
def test_what_may_be_corruption_is_offered_the_sealed_channel_before_it_is_sent(world, citizen, about, lang):
    offered = sends(citizen, lang, **about, **CONTACT, consent="yes")
    assert offered.status == 200
    assert not CODE.search(offered.text)
    assert re.search(r'href="/test/tips[^"]*"', offered.text)
    assert not [key for key in world.records.records if key.kind == "complaint"]
    sent = citizen.submit(offered)
    report = of(world, sent).report
    assert (report.detail, report.phone) == (ROAD["detail"], CONTACT["phone"])
    assert code_of(citizen.submit(offered)) == code_of(sent)


def test_who_goes_back_from_the_offer_finds_all_that_was_typed(citizen):
    offered = sends(citizen, category="bribery", detail="บรรทัดแรก\nบรรทัดที่สอง", about_staff="yes")
    again = citizen.submit(offered, edit="yes", step="send")
    fields = again.page.forms[0].fields
    assert fields["category"] == "bribery"
    assert fields["detail"].replace("\r\n", "\n").strip() == "บรรทัดแรก\nบรรทัดที่สอง"
    assert fields["about_staff"] == "yes"
    assert code_of(citizen.submit(again, category="road", about_staff=[]))


def test_the_first_form_sent_again_after_the_complaint_is_in_gives_the_same_code(citizen):
    form = citizen.get("/test/complaints/new")
    offered = citizen.submit(form, **{**ROAD, "category": "bribery"})
    code = code_of(citizen.submit(offered))
    assert code_of(citizen.submit(form, **{**ROAD, "category": "bribery"})) == code


def test_a_program_is_not_interrupted(world):
    body = b'{"category": "bribery", "subject": "abc", "detail": "abcdefghijkl", "about_staff": true}'
    assert send("/api/v1/test/complaints", body, JSON).status_code == 201


def test_a_program_may_tell_the_position_and_is_told_what_is_wrong_with_it(world):
    good = {"category": "road", "subject": "abc", "detail": "abcdefghijkl", "position": "14.1234, 100.5678"}
    assert send("/api/v1/test/complaints", json.dumps(good).encode(), JSON).status_code == 201
    for wrong, reason in (("x", "malformed"), ("48.85, 2.35", "outside"), ("14.1\n100.5", "line_break")):
        answer = send("/api/v1/test/complaints", json.dumps({**good, "position": wrong}).encode(), JSON)
        assert answer.status_code == 422
        assert json.loads(answer.body)["errors"] == [{"field": "position", "reason": reason}]


HOSTILE = {
    "NUL": "14.1\x00, 100.5",
    "a bidi override": "\u202e14.1, 100.5",
    "a noncharacter": "14.1, 100.5\ufdd0",
    "a line break": "14.1\n100.5",
    "marks on a letter": "ก" + "\u0e49" * 200,
    "very long": "9" * 50_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", ["position", "answer_1"])
def test_what_can_not_be_kept_of_a_new_field_is_refused_beside_it_and_keeps_nothing(
    world, citizen, name, hostile
):
    form = citizen.get("/test/complaints/new?category=light")
    sent = citizen.post(
        "/test/complaints/new", {**form.page.forms[0].fields, **FIELDS, name: HOSTILE[hostile]}
    )
    assert sent.status == 422
    assert f'href="#{name}"' in sent.text
    assert sent.page.forms[0].fields["subject"] == FIELDS["subject"]
    assert not [key for key in world.records.records if key.kind == "complaint"]


@pytest.mark.parametrize("hostile", [*HOSTILE.values(), "<script>", "{{ 7*7 }}", "../../x", "%2e%2e"])
@pytest.mark.parametrize("name", ["same", "step", "edit", "asked"])
def test_what_a_hidden_field_never_holds_breaks_nothing_and_is_not_repeated(world, citizen, name, hostile):
    file(world, village="หมู่ 1")
    shown = sends(citizen)
    answer = citizen.post("/test/complaints/new", {**shown.page.forms[0].fields, name: hostile})
    assert answer.status in {200, 422}
    assert answer.page.heading
    assert "<script>" not in answer.text


# Likely duplicates.


@LANGUAGES
def test_an_open_complaint_of_the_village_and_category_is_shown_with_nothing_private(world, citizen, lang):
    other = file(world, village="หมู่ 1", subject="ความลับหนึ่ง", detail="ความลับสองสามสี่", email="x@example.com")
    world.clock.forward(days=2)
    shown = sends(citizen, lang)
    assert shown.status == 200
    assert not CODE.search(shown.text)
    assert len(choices(shown)) == 1
    for private in ("ความลับ", "x@example.com", "หน้าวัด", other.id, other.code.reveal()):
        assert private not in shown.text
    words = ("Roads", "Village 1") if lang else ("ถนน", "หมู่ 1")
    for told in (*words, thai_date(date(2026, 11, 24), "en" if lang else "th")):
        assert told in shown.page.text


def test_mine_is_another_one_is_what_is_sent_where_nothing_is_chosen(world, citizen):
    file(world, village="หมู่ 1")
    sent = citizen.submit(sends(citizen))
    assert not of(world, sent).merged_into
    assert of(world, sent).report.location == ROAD["location"]
    assert len(list(complaints.queue(world, "test", "palad"))) == 2


@LANGUAGES
def test_me_too_joins_with_a_code_of_her_own_and_follows(world, citizen, lang):
    other = file(world, village="หมู่ 1")
    shown = sends(citizen, lang, **CONTACT, consent="yes")
    joined = citizen.submit(shown, same=choices(shown)[0])
    assert of(world, joined).merged_into == other.id
    assert [f.id for f in standing(world, other.id).state.followers]
    assert len(list(complaints.queue(world, "test", "palad"))) == 1
    act(world, other.id, "resolve", message="ซ่อมแล้ว", cause="เสื่อม", prevention="ตรวจ")
    followed = tracks(Browser(), code_of(joined))
    assert "ซ่อมแล้ว" in followed.page.text
    assert ROAD["location"] in followed.page.text
    assert "เป็นหลุมลึก รถล้มบ่อย" not in followed.page.text


def test_joining_twice_by_the_same_form_joins_once_whatever_became_of_the_other(world, citizen):
    other = file(world, village="หมู่ 1")
    shown = sends(citizen)
    first = citizen.submit(shown, same=choices(shown)[0])
    act(world, other.id, "reject", message="ไม่อยู่ในอำนาจ")
    assert code_of(citizen.submit(shown, same=choices(shown)[0])) == code_of(first)
    assert code_of(citizen.submit(shown)) == code_of(first)
    assert len(standing(world, other.id).state.followers) == 1


def test_her_own_complaint_is_no_duplicate_of_itself(citizen):
    form = citizen.get("/test/complaints/new")
    code = code_of(citizen.submit(form, **ROAD))
    assert code_of(citizen.submit(form, **ROAD)) == code


@pytest.mark.parametrize(
    "became", ["decided", "merged", "full", "about_staff_now", "nonsense", "of_another_form"]
)
def test_one_that_can_not_be_joined_any_more_is_said_and_nothing_is_lost(world, citizen, became):
    other = file(world, village="หมู่ 1")
    shown = sends(citizen)
    typed, choice = {}, choices(shown)[0]
    if became == "decided":
        act(world, other.id, "reject", message="ไม่อยู่ในอำนาจ")
    elif became == "merged":
        act(world, other.id, "merge", into=file(world).id)
    elif became == "full":
        for _ in range(MOST_FOLLOWERS):
            act(world, file(world, village="หมู่ 1").id, "merge", into=other.id)
    elif became == "about_staff_now":
        typed = {"about_staff": "yes"}
    elif became == "nonsense":
        choice = "0" * 20
    else:
        choice = choices(sends(Browser()))[0]
    sent = {**shown.page.forms[0].fields, "same": choice, **typed}
    refused = citizen.post("/test/complaints/new", sent)
    assert refused.status == 422
    assert 'href="#same"' in refused.text
    assert code_of(citizen.submit(refused))
    assert all(f.id != other.id for f in standing(world, other.id).state.followers)


def test_who_meets_others_at_each_try_is_asked_to_choose_anew(world, citizen, monkeypatch):
    other = file(world, village="หมู่ 1")
    shown = sends(citizen)

    def taken(*_: object, **__: object) -> None:
        raise StaleRecordError(standing(world, other.id))

    with monkeypatch.context() as patch:
        patch.setattr(world.records, "save", taken)
        again = citizen.submit(shown, same=choices(shown)[0])
    assert again.status == 409
    assert code_of(citizen.submit(again, same=choices(again)[0]))


@pytest.mark.parametrize(
    "other",
    [
        {"village": "หมู่ 2"},
        {"village": ""},
        {"category": "light"},
        {"about_staff": True},
        {"about_staff": True, "about_unit": "works"},
    ],
    ids=str,
)
def test_what_is_not_alike_or_about_an_officer_is_never_shown(world, citizen, other):
    file(world, **{"village": "หมู่ 1", **other})
    assert code_of(sends(citizen))


@pytest.mark.parametrize("category", ["procurement", "bribery", "unfair_service", "other"])
def test_what_concerns_people_is_never_shown(world, citizen, category):
    file(world, village="หมู่ 1", category=category)
    assert not choices(sends(citizen, category=category))


def test_what_is_decided_or_old_is_not_shown(world, citizen):
    decided = file(world, village="หมู่ 1")
    act(world, decided.id, "reject", message="ไม่อยู่ในอำนาจ")
    file(world, village="หมู่ 1", detail="เรื่องเก่าที่ยังค้างอยู่")
    world.clock.forward(days=91)
    assert code_of(sends(citizen))


def test_another_organisations_complaint_is_not_shown(world, citizen):
    file(world, "other", village="หมู่ 1")
    assert code_of(sends(citizen))


def test_a_complaint_about_an_officer_joins_none(world, citizen):
    file(world, village="หมู่ 1")
    offered = sends(citizen, about_staff="yes")
    assert not choices(offered)
    assert of(world, citizen.submit(offered)).unit == "chief_administrator"


def test_no_more_than_five_are_shown_the_newest_first(world, citizen):
    for _ in range(7):
        world.clock.forward(days=1)
        file(world, village="หมู่ 1")
    shown = sends(citizen)
    assert len(choices(shown)) == complaint_intake.MOST_SHOWN
    assert thai_date(date(2026, 12, 1), "th") in shown.page.text
    assert thai_date(date(2026, 11, 26), "th") not in shown.page.text


def test_an_officer_undoes_a_joining(world, citizen):
    other = file(world, village="หมู่ 1")
    shown = sends(citizen)
    joined = citizen.submit(shown, same=choices(shown)[0])
    id = complaints.follow(world, "test", TrackingCode.parse(code_of(joined))).record.key.id
    act(world, id, "unmerge")
    assert not standing(world, other.id).state.followers
    assert len(list(complaints.queue(world, "test", "palad"))) == 2
    assert tracks(Browser(), code_of(joined)).status == 200


def test_hostile_text_is_carried_inert(world, citizen):
    hostile = "\"><script>alert(1)</script> {{ 7*7 }} '\n<img src=x onerror=alert(1)>"
    file(world, village="หมู่ 1")
    shown = sends(citizen, detail=hostile, subject="</form><script>")
    assert "<script>alert" not in shown.text
    assert of(world, citizen.submit(shown)).report.detail == hostile


def test_what_a_program_files_is_a_likely_duplicate_too(world, citizen):
    report = Report(category="road", subject="ถนนชำรุด", detail="ถนนชำรุดมาก ๆ", village="หมู่ 1")
    here = organisations.find(world, "test")
    complaints.file(world, here, report, consent=True, token="t", channel=Channel.API)
    assert len(choices(sends(citizen))) == 1

"""One complaint in the console: what its page shows to whom, and what its forms do."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from chalicelib.domain.complaint import Status
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import Words, proceed
from chalicelib.services import complaints, organisations
from chalicelib.services.complaint_work import ACTIONS
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, act, file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

PEOPLE = {
    "somsri": Grant(Role.COMPLAINT_OFFICER),
    "chang": Grant(Role.UNIT_OFFICER, "works"),
    "nong": Grant(Role.UNIT_OFFICER, "palad"),
    "hua": Grant(Role.UNIT_HEAD, "palad"),
    "nayok": Grant(Role.EXECUTIVE),
    "truat": Grant(Role.AUDITOR),
    "admin": Grant(Role.ADMINISTRATOR),
}
HOSTILE = "</textarea><script>alert(1)</script>{{ 7*7 }}{% raw %}'\"&<b>"


@pytest.fixture
def world(world: World) -> World:
    for org in ("test", "other"):
        for name, grant in PEOPLE.items():
            employ(world, org, name, grant)
    return world


@pytest.fixture
def officer(world: World) -> Browser:
    return signed_in(world, "test", "somsri")


def path(id: str) -> str:
    return f"/test/console/complaints/{id}"


def actions(reply: Reply) -> set[str]:
    """The actions that a page offers."""
    return {form.fields["action"] for form in reply.page.forms if "action" in form.fields}


def values(reply: Reply, action: str) -> dict[str, str]:
    """What an action's form is filled with."""
    return next(form.fields for form in reply.page.forms if form.fields.get("action") == action)


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_page_shows_what_was_reported_and_by_when_it_is_due(
    world: World, officer: Browser, lang: str
) -> None:
    filed = file(world, village="หมู่ 2", about_staff=True, **CONTACT)
    reply = officer.get(f"{path(filed.id)}?lang={lang}")
    assert reply.status == 200
    text = reply.page.text
    for shown in ("ถนนชำรุดหน้าวัด", "เป็นหลุมลึก", "หน้าวัด", "สมหญิง ใจดี", "081-234-5678"):
        assert shown in text
    assert ("หมู่ 2" if lang == "th" else "Village 2") in text
    assert ("9 ธ.ค. 2569" if lang == "th" else "9 December 2026") in text
    assert ("เหลืออีก 15 วัน" if lang == "th" else "15 days left") in text


def test_the_page_says_which_days_off_moved_the_due_day(world: World) -> None:
    world.clock.at = bangkok("2026-11-20 10:00")  # 15 days later is Saturday, the King's birthday
    filed = file(world)
    text = signed_in(world, "test", "somsri").get(path(filed.id)).page.text
    assert "วันเสาร์" in text or "วันพ่อ" in text
    assert "8 ธ.ค. 2569" in text


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_explained_then_resolved_as_the_officer_types_it(world: World, officer: Browser, lang: str) -> None:
    filed = file(world)
    told = officer.submit(
        officer.get(path(filed.id) + lang), action="explain", message="รออะไหล่จากผู้ขาย", due_on="2026-12-24"
    )
    assert told.status == 200
    assert "รออะไหล่จากผู้ขาย" in told.page.text
    assert standing(world, filed.id).state.due_on == date(2026, 12, 24)
    fixed = officer.submit(
        officer.get(path(filed.id) + lang),
        action="resolve",
        message="ซ่อมแล้ว",
        cause="อุปกรณ์เสื่อม",
        prevention="ตรวจทุกเดือน",
    )
    assert fixed.status == 200
    for shown in ("ซ่อมแล้ว", "อุปกรณ์เสื่อม", "ตรวจทุกเดือน", "นาย somsri"):
        assert shown in fixed.page.text
    assert standing(world, filed.id).state.status is Status.RESOLVED


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("start", {}),
        ("assign", {"unit": "works"}),
        ("resolve", {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจ"}),
        ("explain", {"message": "รออะไหล่", "due_on": "๒๔/๑๒/๒๕๖๙"}),
        ("refer", {"message": "ส่งต่อแล้ว", "body": "แขวงทางหลวง"}),
        ("reject", {"message": "ไม่อยู่ในอำนาจ"}),
        ("contacted", {"how": "call", "message": "โทรแจ้งแล้ว"}),
        ("message", {"message": "ขอข้อมูลเพิ่ม"}),
        ("note", {"note": "ช่างลาป่วย"}),
        ("hold", {"note": "คดีอยู่ในศาล"}),
        ("watch", {}),
        ("recategorise", {"category": "light"}),
    ],
)
def test_an_action_is_done_and_said_so_on_the_page(
    world: World, officer: Browser, action: str, typed: dict[str, str]
) -> None:
    filed = file(world)
    reply = officer.submit(officer.get(path(filed.id)), action=action, **typed)
    assert reply.status == 200
    assert "govuk-notification-banner--success" in reply.text
    assert standing(world, filed.id).version == 2
    for text in set(typed.values()) - {"works", "call", "light", "๒๔/๑๒/๒๕๖๙"}:
        assert text in reply.page.text
    assert urlsplit(reply.path).query == f"done={action}"


def test_every_action_has_one_form_with_version_and_token(world: World, officer: Browser) -> None:
    reply = officer.get(path(file(world).id))
    assert actions(reply) == set(ACTIONS) - {"unmerge", "lift", "unwatch"}
    for form in reply.page.forms:
        if "action" in form.fields:
            assert form.fields["version"] == "1"
            assert form.fields["form_token"]
            assert set(ACTIONS[form.fields["action"]].fields) - {"files"} <= set(form.fields)


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_duplicate_is_merged_and_parted_again_on_the_page(
    world: World, officer: Browser, lang: str
) -> None:
    one, other = file(world), file(world)
    refused = officer.submit(officer.get(path(one.id) + lang), action="merge", into=one.id)
    assert refused.status == 422
    assert 'href="#merge-into"' in refused.text
    merged = officer.submit(refused, action="merge", into=other.code.hyphenated())
    assert merged.status == 200
    assert f"/test/console/complaints/{other.id}" in merged.text
    assert one.id in officer.get(path(other.id) + lang).page.text
    assert actions(merged) == {"unmerge", "note", "watch", "hold"}
    listed = officer.get("/test/console/complaints?status=all").page.text
    assert "รวมแล้ว" in listed
    parted = officer.submit(merged, action="unmerge")
    assert parted.status == 200
    assert "resolve" in actions(parted)


def test_a_second_problem_is_split_off_on_the_page(world: World, officer: Browser) -> None:
    filed = file(world)
    typed = {"category": "light", "subject": "ไฟดับหน้าวัด", "detail": "หลอดไฟดับสามดวง"}
    reply = officer.submit(officer.get(path(filed.id)), action="split", **typed)
    assert reply.status == 200
    (part,) = standing(world, filed.id).state.parts
    assert path(part) in reply.text
    assert officer.get(path(part)).page.heading == "ไฟดับหน้าวัด"


@pytest.mark.parametrize("lang", ["", "&lang=en"])
def test_the_list_of_who_is_to_be_called_leads_to_the_decided_complaint(
    world: World, officer: Browser, lang: str
) -> None:
    filed = file(world, **CONTACT)
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    listed = officer.get("/test/console/complaints?status=to_be_called" + lang)
    assert path(filed.id) in listed.text
    act(world, filed.id, "contacted", how="letter", message="ส่งจดหมายแล้ว")
    assert path(filed.id) not in officer.get("/test/console/complaints?status=to_be_called" + lang).text


def test_a_ready_reply_is_put_behind_what_was_typed_and_nothing_is_sent(
    world: World, officer: Browser
) -> None:
    here = world.records.get(Organisation, "test", "test")
    assert here
    replies = [
        {"action": "resolve", "category": "", "text": {"th": "ดำเนินการแล้ว", "en": "Done"}},
        {"action": "resolve", "category": "light", "text": {"th": "เปลี่ยนหลอดแล้ว", "en": "Lamp replaced"}},
        {"action": "resolve", "category": "road", "text": {"th": "ซ่อมถนนแล้ว", "en": "Road repaired"}},
    ]
    fact = here.state.change_settings({"replies": replies}, by="admin", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()
    for lang, words in (("th", "ซ่อมถนนแล้ว"), ("en", "Road repaired")):
        filed = file(world, lang=lang)
        page = officer.get(path(filed.id))
        assert words in page.page.text
        assert "หลอด" not in page.page.text
        typed = {
            **values(page, "resolve"),
            "message": "เรียนผู้ร้อง",
            "cause": "น้ำเซาะ",
            "reply": "2",
            "use": "yes",
        }
        used = officer.post(path(filed.id), typed)
        assert used.status == 200
        kept = values(used, "resolve")
        assert kept["message"].split() == f"เรียนผู้ร้อง\n{words}".split()
        assert kept["cause"] == "น้ำเซาะ"
        assert standing(world, filed.id).version == 1


def test_a_new_due_day_is_suggested_in_the_readers_era(world: World, officer: Browser) -> None:
    filed = file(world)
    assert values(officer.get(path(filed.id)), "explain")["due_on"] == "24/12/2569"
    assert values(officer.get(f"{path(filed.id)}?lang=en"), "explain")["due_on"] == "24/12/2026"


def test_what_is_wrong_stands_beside_its_field_and_all_typed_is_kept(world: World, officer: Browser) -> None:
    filed = file(world)
    reply = officer.submit(officer.get(path(filed.id)), action="explain", message="", due_on="31/4/2570")
    assert reply.status == 422
    assert "ไม่มีวันที่นี้ในปฏิทิน" in reply.page.text
    assert values(reply, "explain")["due_on"] == "31/4/2570"
    summary = [link.get("href") for link in reply.page.root.iter("a") if "#explain-" in link.get("href", "")]
    assert summary == ["#explain-message", "#explain-due_on"]
    assert standing(world, filed.id).version == 1


@pytest.mark.parametrize("broken", ["ก\x00ข", "\u202eกลับ", "\ufdd0"])
def test_text_that_can_not_be_kept_is_refused_and_shown_inert(
    world: World, officer: Browser, broken: str
) -> None:
    filed = file(world)
    reply = officer.submit(
        officer.get(path(filed.id)), action="resolve", message="ซ่อมแล้ว", cause=broken, prevention=""
    )
    assert reply.status == 422
    assert values(reply, "resolve")["message"] == "ซ่อมแล้ว"
    assert "\ufffd" in values(reply, "resolve")["cause"]
    assert standing(world, filed.id).version == 1


def test_an_old_version_is_refused_what_was_typed_kept_and_sending_again_works(
    world: World, officer: Browser
) -> None:
    filed = file(world)
    first = officer.get(path(filed.id))
    other = signed_in(world, "test", "nong")
    other.submit(other.get(path(filed.id)), action="note", note="ช่างไปดูแล้ว")
    refused = officer.submit(first, action="resolve", message="ซ่อมแล้ว", cause="เสื่อม", prevention="ตรวจ")
    assert refused.status == 409
    assert "นาย nong" in refused.page.text
    assert "ช่างไปดูแล้ว" in refused.page.text
    kept = values(refused, "resolve")
    assert (kept["message"], kept["cause"], kept["prevention"]) == ("ซ่อมแล้ว", "เสื่อม", "ตรวจ")
    again = officer.submit(refused, action="resolve")
    assert again.status == 200
    assert standing(world, filed.id).state.status is Status.RESOLVED


def test_what_can_be_sent_no_more_is_shown_to_be_copied(world: World, officer: Browser) -> None:
    filed = file(world)
    first = officer.get(path(filed.id))
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    refused = officer.submit(first, action="refer", message="ข้อความของฉัน\x00", body=HOSTILE)
    assert refused.status == 409
    assert "ข้อความของฉัน" in refused.page.text
    assert HOSTILE in refused.page.text
    assert "refer" not in actions(refused)


def test_an_action_that_the_state_does_not_allow_answers_409_and_says_why(
    world: World, officer: Browser
) -> None:
    filed = file(world)
    old = officer.get(path(filed.id))
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    token = values(old, "start")["form_token"]
    reply = officer.post(path(filed.id), {"action": "start", "version": "2", "form_token": token})
    assert reply.status == 409
    assert "สถานะปัจจุบันของเรื่องทำรายการนี้ไม่ได้" in reply.page.text


def test_a_form_sent_twice_is_done_once(world: World, officer: Browser) -> None:
    filed = file(world)
    first = officer.get(path(filed.id))
    for _ in range(2):
        assert officer.submit(first, action="message", message="ขอข้อมูลเพิ่ม").status == 200
    assert standing(world, filed.id).version == 2


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "๑"])
def test_a_version_that_is_none_is_an_old_one(world: World, officer: Browser, version: str) -> None:
    filed = file(world)
    reply = officer.submit(officer.get(path(filed.id)), action="note", note="ข้อความเดิม", version=version)
    assert reply.status == 409
    assert "ข้อความเดิม" in reply.text


def test_an_unknown_action_and_a_form_without_its_token_do_nothing(world: World, officer: Browser) -> None:
    filed = file(world)
    token = values(officer.get(path(filed.id)), "note")["form_token"]
    fields = {"version": "1", "note": "x"}
    assert officer.post(path(filed.id), {**fields, "action": "nonsense", "form_token": token}).status == 400
    assert officer.post(path(filed.id), {**fields, "action": "note"}).status == 403
    assert standing(world, filed.id).version == 1


@pytest.mark.parametrize("name", ["chang", "admin", "nayok"])
def test_who_may_not_read_it_is_refused(world: World, officer: Browser, name: str) -> None:
    filed = file(world)
    stranger = signed_in(world, "test", name)
    assert stranger.get(path(filed.id)).status == 403
    own = signed_in(world, "test", "chang")
    work = file(world)
    act(world, work.id, "assign", unit="works")
    token = values(own.get(path(work.id)), "note")["form_token"]
    fields = {"action": "note", "version": "1", "note": "x", "form_token": token}
    assert own.post(path(filed.id), fields).status == 403
    assert standing(world, filed.id).version == 1


def test_another_organisations_complaint_and_one_that_is_not_there_answer_alike(world: World) -> None:
    filed = file(world)
    stranger = signed_in(world, "other", "somsri")
    for id in (filed.id, "0" * 20, "x", "..", "new%23", "a" * 3000):
        reply = stranger.get(f"/other/console/complaints/{id}")
        assert reply.status == 404
    assert signed_in(world, "other", "somsri").get(path(filed.id), follow=False).status == 303


def test_the_executive_sees_an_escalated_complaint_without_contact_data(world: World) -> None:
    filed = file(world, **CONTACT, email="somying@example.com")
    world.clock.at = bangkok("2026-12-13 02:00")
    complaints.night(world, lambda: 300)
    reply = signed_in(world, "test", "nayok").get(path(filed.id))
    assert reply.status == 200
    for hidden in (*CONTACT.values(), "somying@example.com"):
        assert hidden not in reply.text
    assert actions(reply) == {"watch"}
    assert "แจ้งผู้บังคับบัญชา" in reply.page.text


def test_a_unit_officer_is_offered_the_work_and_no_decision(world: World) -> None:
    filed = file(world)
    offered = actions(signed_in(world, "test", "nong").get(path(filed.id)))
    assert offered == {"start", "explain", "resolve", "message", "note", "contacted", "watch"}


def test_a_head_who_gives_a_complaint_away_lands_on_the_list(world: World) -> None:
    filed = file(world)
    head = signed_in(world, "test", "hua")
    reply = head.submit(head.get(path(filed.id)), action="assign", unit="works")
    assert reply.status == 200
    assert reply.page.heading == "เรื่องร้องเรียน"
    assert "มอบหมายเรื่องให้หน่วยงานอื่นดูแลต่อแล้ว" in reply.page.text
    assert standing(world, filed.id).state.unit == "works"


def test_who_left_no_email_is_to_be_called_until_that_is_recorded(world: World, officer: Browser) -> None:
    filed = file(world, **CONTACT)
    call = "โปรดโทรหรือส่งจดหมายแจ้งผลล่าสุด"
    assert call not in officer.get(path(filed.id)).page.text
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    reply = officer.get(path(filed.id))
    assert call in reply.page.text
    reply = officer.submit(reply, action="contacted", how="call", message="โทรแจ้งแล้ว")
    assert call not in reply.page.text
    assert "แจ้งผู้ร้องเรียนแล้ว: ทางโทรศัพท์" in reply.page.text


def test_internal_events_are_marked_and_name_who_did_them(world: World, officer: Browser) -> None:
    filed = file(world)
    reply = officer.submit(officer.get(path(filed.id)), action="note", note="เฉพาะเจ้าหน้าที่")
    assert "โดย นาย somsri – เห็นเฉพาะเจ้าหน้าที่" in reply.page.text
    assert "โดย ผู้ร้องเรียน" in reply.page.text
    assert "เฉพาะเจ้าหน้าที่" not in [
        e.text("message") for e in complaints.follow(world, "test", filed.code).events
    ]


def test_hostile_text_is_shown_inert(world: World, officer: Browser) -> None:
    filed = file(world, subject=HOSTILE, detail=HOSTILE, location=HOSTILE, name=HOSTILE)
    reply = officer.submit(officer.get(path(filed.id)), action="note", note=HOSTILE)
    assert reply.page.heading == HOSTILE
    assert reply.page.text.count(HOSTILE) >= 5


def test_the_auditor_sees_whether_the_chain_is_intact(world: World) -> None:
    filed = file(world)
    act(world, filed.id, "note", note="ช่างลาป่วย")
    auditor = signed_in(world, "test", "truat")
    reply = auditor.get(path(filed.id))
    assert "ครบถ้วน: เหตุการณ์ทั้ง 2 รายการ" in reply.page.text
    assert actions(reply) == {"watch"}
    key = standing(world, filed.id).key
    event = world.records.events[key][2]
    event.private["note"] = Words(event.private["note"].salt, "อีกอย่าง")
    assert "ไม่ครบถ้วน" in auditor.get(path(filed.id)).page.text
    assert "ครบถ้วน" not in signed_in(world, "test", "nong").get(path(filed.id)).page.text


def test_a_new_code_is_shown_once_and_voids_the_old_one(world: World, officer: Browser) -> None:
    filed = file(world)
    form = next(f for f in officer.get(path(filed.id)).page.forms if f.action.endswith("/code"))
    reply = officer.post(form.action, form.fields)
    assert reply.status == 200
    assert filed.code.hyphenated() not in reply.text
    with pytest.raises(complaints.UnknownCodeError):
        complaints.follow(world, "test", filed.code)
    assert reply.page.heading == "รหัสติดตามใหม่"
    again = officer.post(form.action, form.fields)
    assert again.status == 409
    assert standing(world, filed.id).state.code_serial == 2


def test_only_complaint_officers_give_out_codes(world: World) -> None:
    filed = file(world)
    nong = signed_in(world, "test", "nong")
    page = nong.get(path(filed.id))
    assert not [f for f in page.page.forms if f.action.endswith("/code")]
    fields = {"version": "1", "form_token": values(page, "note")["form_token"]}
    assert nong.post(f"{path(filed.id)}/code", fields).status == 403


@pytest.mark.parametrize("done", ["resolve", "nonsense", "<script>", "ก" * 500])
def test_only_a_known_notice_is_shown(world: World, officer: Browser, done: str) -> None:
    from urllib.parse import quote

    reply = officer.get(f"{path(file(world).id)}?done={quote(done)}")
    assert reply.status == 200
    assert ("govuk-notification-banner--success" in reply.text) == (done == "resolve")
    assert reply.page

"""The pages of people and settings: who may, what is said, and who comes second."""

from datetime import date

import pytest

from chalicelib.domain.people import Grant, Person, Role
from chalicelib.services import people, settings
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.identity import MemoryIdentity, User
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

PEOPLE = "/test/console/people"
SETTINGS = "/test/console/settings"


@pytest.fixture
def admin(world: World, identity: MemoryIdentity) -> Browser:
    identity.users["test-suda"] = User()
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER, Grant(Role.UNIT_HEAD, "works"))
    return signed_in(world, "test", "admin")


@pytest.fixture
def auditor(world: World, admin: Browser) -> Browser:
    employ(world, "test", "auditor", Role.AUDITOR)
    return signed_in(world, "test", "auditor")


def held(world: World, name: str) -> set[Grant]:
    return set(people.read(world, "test", name).record.state.grants)


def test_the_list_names_everybody_with_their_roles(admin: Browser) -> None:
    page = admin.get(PEOPLE).page
    assert "นาย suda" in page.text
    assert "เจ้าหน้าที่รับเรื่องร้องเรียน, หัวหน้าหน่วยงาน กองช่าง" in page.text


def test_a_long_list_goes_on(world: World, admin: Browser) -> None:
    for number in range(100):
        employ(world, "test", f"officer{number:03}", Role.EXECUTIVE)
    first = admin.get(PEOPLE)
    following = next(
        link.get("href") or "" for link in first.page.root.iter("a") if "cursor=" in (link.get("href") or "")
    )
    assert "test-suda" not in first.page.text
    assert "test-suda" in admin.get(following).page.text
    assert admin.get(f"{PEOPLE}?cursor=nonsense").status == 422


def test_somebody_is_added_and_shown(world: World, admin: Browser, identity: MemoryIdentity) -> None:
    form = admin.get(f"{PEOPLE}/new")
    shown = admin.submit(
        form,
        name="นางสาวมาลี ดีงาม",
        username="malee",
        email="malee@example.go.th",
        roles=["complaint_officer"],
        unit_officer=["works", "finance"],
    )
    assert shown.path == f"{PEOPLE}/malee?done=added"
    assert shown.page.heading == "นางสาวมาลี ดีงาม"
    assert held(world, "malee") == {
        Grant(Role.COMPLAINT_OFFICER),
        Grant(Role.UNIT_OFFICER, "works"),
        Grant(Role.UNIT_OFFICER, "finance"),
    }
    assert identity.users["test-malee"].first


def test_nothing_typed_is_lost_when_something_is_wrong(admin: Browser) -> None:
    form = admin.get(f"{PEOPLE}/new")
    again = admin.submit(form, name="<b>มาลี", username="suda", email="x", unit_head=["works"])
    assert again.status == 422
    fields = again.page.forms[1].fields
    assert fields["name"] == "<b>มาลี"
    assert fields["username"] == "suda"
    assert fields["unit_head"] == "works"
    assert "อีเมล" in again.page.text
    taken = admin.submit(again, email="malee@example.go.th")
    assert "มีผู้ใช้ชื่อนี้แล้ว" in taken.page.text
    odd = admin.submit(again, name="มาลี\u202e", username="malee")
    assert odd.status == 422


def test_sealed_roles_are_not_offered_and_refused_with_the_reason(world: World, admin: Browser) -> None:
    form = admin.get(f"{PEOPLE}/suda")
    assert 'value="tip_officer"' not in form.text
    refused = admin.submit(form, action="grants", roles=["tip_officer"])
    assert refused.status == 422
    assert "ผู้ดูแลระบบคนเดียวไม่มีสิทธิกำหนดว่าใครอ่านเบาะแส" in refused.page.text
    refused = admin.submit(
        admin.get(f"{PEOPLE}/new"), name="ก", username="kk", email="k@example.th", roles=["custodian"]
    )
    assert refused.status == 422
    assert Grant(Role.TIP_OFFICER) not in held(world, "suda")


def test_a_sealed_role_that_is_held_stays_when_others_change(world: World, admin: Browser) -> None:
    employ(world, "test", "tipster", Role.TIP_OFFICER)
    form = admin.get(f"{PEOPLE}/tipster")
    admin.submit(form, action="grants", roles=["tip_officer", "plan_manager"])
    assert held(world, "tipster") == {Grant(Role.TIP_OFFICER), Grant(Role.PLAN_MANAGER)}


@pytest.mark.parametrize("boxes", [{"roles": ["emperor"]}, {"roles": ["unit_head"]}, {"unit_head": ["moon"]}])
def test_roles_that_nobody_offers_are_refused(
    world: World, admin: Browser, boxes: dict[str, list[str]]
) -> None:
    before = held(world, "suda")
    assert admin.submit(admin.get(f"{PEOPLE}/suda"), action="grants", **boxes).status == 422
    assert held(world, "suda") == before


def test_roles_change(world: World, admin: Browser) -> None:
    shown = admin.submit(
        admin.get(f"{PEOPLE}/suda"),
        action="grants",
        roles=["executive"],
        unit_head=[],
        disclosure_editor=["finance"],
    )
    assert shown.status == 200
    assert held(world, "suda") == {Grant(Role.EXECUTIVE), Grant(Role.DISCLOSURE_EDITOR, "finance")}


def test_who_comes_second_sees_what_holds_and_what_was_ticked(world: World, admin: Browser) -> None:
    old = admin.get(f"{PEOPLE}/suda")
    admin.submit(old, action="grants", roles=["auditor"])
    second = admin.submit(old, action="grants", roles=["executive"])
    assert second.status == 409
    assert held(world, "suda") == {Grant(Role.AUDITOR), Grant(Role.UNIT_HEAD, "works")}
    assert second.page.forms[1].fields["roles"] == "executive"
    assert "ผู้ตรวจสอบ" in second.page.text
    assert admin.submit(second, action="grants", roles=["executive"]).status == 200


def test_leaving_and_coming_back(world: World, admin: Browser, identity: MemoryIdentity) -> None:
    suda = signed_in(world, "test", "suda")
    assert suda.get("/test/console", follow=False).headers["Location"] == "/test/console/complaints"
    left = admin.submit(admin.get(f"{PEOPLE}/suda"), action="deactivate")
    assert left.status == 200
    assert not identity.users["test-suda"].enabled
    assert suda.get("/test/console", follow=False).headers["Location"] == "/test/console/sign-in"
    admin.submit(left, action="reactivate")
    assert identity.users["test-suda"].enabled


def test_an_administrator_signs_somebody_out(world: World, admin: Browser) -> None:
    suda = signed_in(world, "test", "suda")
    admin.submit(admin.get(f"{PEOPLE}/suda"), action="sign_out_everywhere")
    assert suda.get("/test/console", follow=False).headers["Location"] == "/test/console/sign-in"


def test_an_administrator_sends_somebody_a_new_first_password(
    world: World, admin: Browser, identity: MemoryIdentity
) -> None:
    suda = signed_in(world, "test", "suda")
    page = admin.get(f"{PEOPLE}/suda")
    assert "suda@test.example.go.th" in page.page.text
    shown = admin.submit(page, action="renew_sign_in")
    assert shown.status == 200
    assert "ส่งรหัสผ่านแรกเข้าใหม่ทางอีเมลแล้ว" in shown.page.text
    assert "ได้รับรหัสผ่านแรกเข้าใหม่" in shown.page.text
    assert "test-admin" in shown.page.text
    assert identity.users["test-suda"].first
    assert suda.get("/test/console", follow=False).headers["Location"] == "/test/console/sign-in"


@pytest.mark.parametrize("lang", ["", "?lang=en"])
@pytest.mark.parametrize("name", ["admin", "tipster"])
def test_neither_to_themselves_nor_to_who_reads_tips(
    world: World, admin: Browser, identity: MemoryIdentity, name: str, lang: str
) -> None:
    identity.users |= {"test-admin": User(), "test-tipster": User()}
    employ(world, "test", "tipster", Role.TIP_OFFICER)
    page = admin.get(f"{PEOPLE}/{name}{lang}")
    assert "renew_sign_in" not in page.text
    fields = {**page.page.forms[1].fields, "action": "renew_sign_in"}
    assert admin.post(f"{PEOPLE}/{name}", fields).status == 403
    assert not identity.users[f"test-{name}"].first


def test_administrators_can_not_shut_out_themselves(admin: Browser) -> None:
    page = admin.get(f"{PEOPLE}/admin")
    assert "deactivate" not in page.text
    fields = {**page.page.forms[1].fields, "action": "deactivate"}
    assert admin.post(f"{PEOPLE}/admin", fields).status == 403


def test_the_auditor_reads_the_trail_of_sign_ins_and_changes_nothing(world: World, auditor: Browser) -> None:
    record = world.records.get(Person, "test", "suda")
    assert record
    shown = auditor.get(f"{PEOPLE}/suda")
    assert shown.status == 200
    assert [form.action for form in shown.page.forms] == ["/test/console/sign-out"]
    assert auditor.get(f"{PEOPLE}/new").status == 403
    token = shown.page.forms[0].fields["form_token"]
    fields = {"form_token": token, "action": "deactivate", "version": "1"}
    assert auditor.post(f"{PEOPLE}/suda", fields).status == 403
    assert auditor.post(SETTINGS, {"form_token": token}).status == 403
    assert people.read(world, "test", "suda").record.version == 1


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_deputy_is_named_for_an_absence_and_ended(world: World, admin: Browser, lang: str) -> None:
    employ(world, "test", "malee", Grant(Role.UNIT_OFFICER, "works"))
    page = admin.get(f"{PEOPLE}/malee{lang}")
    wrong = admin.submit(page, action="deputy", deputy="suda", first="9/12/2569", last="4/12/2569")
    assert wrong.status == 422
    assert 'href="#last"' in wrong.text
    assert admin.submit(wrong, action="deputy", deputy="suda", last="10/12/2569").status == 200
    assert "malee" in admin.get(f"{PEOPLE}/suda{lang}").page.text
    ended = admin.submit(admin.get(f"{PEOPLE}/suda{lang}"), action="end_deputy")
    assert ended.status == 200
    record = world.records.get(Person, "test", "suda")
    assert record
    assert not record.state.stands_in


def test_whoever_names_a_deputy_second_is_told_and_loses_nothing_typed(world: World, admin: Browser) -> None:
    employ(world, "test", "malee", Grant(Role.UNIT_OFFICER, "works"))
    page = admin.get(f"{PEOPLE}/malee")
    admin.submit(page, action="sign_out_everywhere")
    late = admin.submit(page, action="deputy", deputy="suda", first="4/12/2569", last="9/12/2569")
    assert late.status == 409
    (form,) = (form for form in late.page.forms if "deputy" in form.fields)
    assert (form.fields["deputy"], form.fields["first"], form.fields["last"]) == (
        "suda",
        "4/12/2569",
        "9/12/2569",
    )
    assert admin.submit(late, action="deputy").status == 200


def test_others_see_neither_people_nor_settings(world: World, admin: Browser) -> None:
    suda = signed_in(world, "test", "suda")
    for path in (PEOPLE, f"{PEOPLE}/suda", SETTINGS):
        assert suda.get(path).status == 403


def test_another_organisations_people_are_not_there(world: World, admin: Browser) -> None:
    employ(world, "other", "malee", Role.EXECUTIVE)
    assert admin.get(f"{PEOPLE}/malee").status == 404
    assert admin.get("/other/console/people/malee", follow=False).status == 303


def test_an_unknown_action_is_refused(admin: Browser) -> None:
    fields = {**admin.get(f"{PEOPLE}/suda").page.forms[1].fields, "action": "explode"}
    assert admin.post(f"{PEOPLE}/suda", fields).status == 400


def test_settings_are_saved(world: World, admin: Browser) -> None:
    form = admin.get(SETTINGS)
    saved = admin.submit(form, phone="02-555-5555", days_off="31/12/2569 วันหยุดพิเศษ", palette="plum")
    assert saved.status == 200
    state = settings.read(world, "test").state
    assert (state.phone, state.palette, list(state.days_off)) == ("02-555-5555", "plum", [date(2026, 12, 31)])
    assert "palette-plum" in admin.get(SETTINGS).text


def test_wrong_settings_are_shown_with_what_was_typed(world: World, admin: Browser) -> None:
    form = admin.get(SETTINGS)
    wrong = admin.submit(form, email="office", days_off="31/12/2569 หยุด\nปีใหม่", name="")
    assert wrong.status == 422
    assert wrong.page.forms[1].fields["email"] == "office"
    assert wrong.page.forms[1].fields["days_off"] == "31/12/2569 หยุด\nปีใหม่"
    lines = admin.submit(form, days_off="31/12/2569 หยุด\nปีใหม่")
    assert "บรรทัดที่ 2" in lines.page.text
    odd = admin.submit(form, villages="หมู่ 1\u0000")
    assert odd.status == 422


def test_who_saves_settings_second_sees_both(world: World, admin: Browser) -> None:
    old = admin.get(SETTINGS)
    admin.submit(old, phone="02-111-1111")
    second = admin.submit(old, phone="02-222-2222")
    assert second.status == 409
    assert "02-111-1111" in second.page.text
    assert second.page.forms[1].fields["phone"] == "02-222-2222"
    assert admin.submit(second, phone="02-222-2222").status == 200
    assert settings.read(world, "test").state.phone == "02-222-2222"


def test_the_auditor_reads_the_settings(auditor: Browser) -> None:
    shown = auditor.get(SETTINGS)
    assert "02-000-0000" in shown.page.text
    assert len(shown.page.forms) == 1


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/suda", SETTINGS])
def test_pages_hold_in_english_too(admin: Browser, path: str) -> None:
    assert admin.get(f"{path}?lang=en").page.heading

"""What pages become when something is sent: errors, conflicts, refusals, what is shown once. Each state is
looked at as the pages are, in both languages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import boto3
import pytest

from tests.e2e.browser.actors import REPORT, Citizen, Officer
from tests.e2e.browser.conftest import NewContext, OfficerOf
from tests.e2e.browser.look import faults
from tests.e2e.limits import set_limit
from tools.accounts import one_time_code
from tools.running import Stack, aws_environment

FIRST_PASSWORD = "First-Password-1"
LANGUAGES = ("th", "en")


@dataclass
class Scene:
    """Who may act in a state: anybody in a browser of their own, officers by role; all in one language."""

    stack: Stack
    lang: str
    new_context: NewContext
    officer_of: OfficerOf

    def citizen(self) -> Citizen:
        return Citizen(self.new_context(java_script_enabled=True).new_page(), lang=self.lang)

    def officer(self, role: str) -> Officer:
        officer: Officer = self.officer_of(role, java_script_enabled=True)
        officer.lang = self.lang
        return officer

    def stranger(self) -> Officer:
        return Officer(self.new_context(java_script_enabled=True).new_page(), lang=self.lang)


@pytest.fixture(params=LANGUAGES)
def scene(
    request: pytest.FixtureRequest, stack: Stack, new_context: NewContext, officer_of: OfficerOf
) -> Scene:
    return Scene(stack, request.param, new_context, officer_of)


Act = Callable[[Scene], Citizen | Officer]


def code_shown(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.files()
    return citizen


def tracked(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.tracks(citizen.files())
    return citizen


def resolved(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    code = citizen.files()
    officer = scene.officer("complaint_officer")
    officer.finds(code)
    officer.resolves("ซ่อมแล้ว")
    citizen.tracks(code)
    return citizen


def message_missing(scene: Scene) -> Citizen:
    citizen = tracked(scene)
    citizen.writes("")
    return citizen


def form_empty(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/complaints/new")
    citizen.sends()
    return citizen


def code_unknown(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.tracks("12345-12345-12345-12345")
    return citizen


def report_sealed(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.reports()
    return citizen


def code_asked_back(scene: Scene) -> Citizen:
    citizen = report_sealed(scene)
    citizen.submits(citizen.acting("ask"))
    return citizen


def code_written_down_wrong(scene: Scene) -> Citizen:
    citizen = code_asked_back(scene)
    form = citizen.acting("compare")
    citizen.fills(form, {"code": "1" * 25})
    citizen.submits(form)
    return citizen


def code_written_down(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    code = citizen.reports()
    citizen.submits(citizen.acting("ask"))
    form = citizen.acting("compare")
    citizen.fills(form, {"code": code})
    citizen.submits(form)
    return citizen


def inbox_open(scene: Scene) -> Citizen:
    citizen = code_written_down(scene)
    citizen.submits(citizen.form("code"))
    form = citizen.acting("message")
    citizen.fills(form, {"message": "มีภาพถ่ายด้วย"})
    citizen.submits(form)
    return citizen


def inbox_message_missing(scene: Scene) -> Citizen:
    citizen = inbox_open(scene)
    citizen.submits(citizen.acting("message"))
    return citizen


def inbox_left(scene: Scene) -> Citizen:
    citizen = inbox_open(scene)
    citizen.submits(citizen.acting("leave"))
    return citizen


def receipt_code_unknown(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/tips/inbox")
    form = citizen.form("code")
    citizen.fills(form, {"code": "12345-12345-12345-12345-12345"})
    citizen.submits(form)
    return citizen


def report_empty(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/tips/new")
    citizen.submits(citizen.form("detail"))
    return citizen


def all_officers_involved(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.reports(involved_others="อรทัย และ กิตติ")
    return citizen


def page_unknown(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/disclosure/99.99")
    return citizen


def organisation_unknown(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.org = "nowhere"
    citizen.opens("")
    return citizen


def refused(scene: Scene) -> Officer:
    officer = scene.officer("unit_officer")
    officer.opens("/console/people")
    return officer


def password_wrong(scene: Scene) -> Officer:
    officer = scene.stranger()
    officer.gives_password(f"demo-nobody-{uuid4().hex[:6]}", "wrong-password-1")
    return officer


def new_person(scene: Scene) -> Officer:
    """Somebody who was added just now, at the first sign-in."""
    name = f"test{uuid4().hex[:6]}"
    administrator = scene.officer("administrator")
    administrator.adds_person(name, "คนใหม่", f"{name}@demo.example", "plan_manager")
    with aws_environment(scene.stack.aws()):
        # The first password goes by mail, which is not read here.
        boto3.client("cognito-idp").admin_set_user_password(
            UserPoolId=scene.stack.outputs["UserPoolId"],
            Username=f"demo-{name}",
            Password=FIRST_PASSWORD,
            Permanent=False,
        )
    officer = scene.stranger()
    officer.gives_password(f"demo-{name}", FIRST_PASSWORD)
    return officer


def password_weak(scene: Scene) -> Officer:
    officer = new_person(scene)
    officer.chooses_password("short")
    return officer


def app_set_up(scene: Scene) -> Officer:
    officer = new_person(scene)
    officer.chooses_password("A-Password-Of-My-Own-1")
    return officer


def code_wrong(scene: Scene) -> Officer:
    officer = app_set_up(scene)
    officer.gives_code("000000")
    return officer


def complaint_empty(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/complaints/new")
    officer.submits(officer.form("detail"))
    return officer


def code_handed_over(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/complaints/new")
    form = officer.form("detail")
    officer.fills(
        form, {"channel": "phone", "category": "road", "subject": "โทรแจ้ง", "detail": "ถนนชำรุดหน้าวัด"}
    )
    officer.submits(form)
    return officer


def came_tomorrow(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/complaints/new")
    form = officer.form("detail")
    officer.fills(form, {"channel": "post", "received_on": "31/12/2599"})
    officer.submits(form)
    return officer


def resembles_another(scene: Scene) -> Officer:
    """A complaint with one that was resolved beside it, as its own resolution is typed."""
    citizen, officer = scene.citizen(), scene.officer("complaint_officer")
    officer.finds(citizen.files())
    officer.resolves("ซ่อมแล้ว")
    officer.finds(citizen.files())
    officer.resolves("")
    return officer


def reason_missing(scene: Scene) -> Officer:
    code = scene.citizen().files()
    officer = scene.officer("complaint_officer")
    officer.finds(code)
    officer.explains("", "1/1/2500")
    return officer


def complaint_changed(scene: Scene) -> Officer:
    code = scene.citizen().files()
    first, second = scene.officer("complaint_officer"), scene.officer("complaint_officer")
    first.finds(code)
    second.finds(code)
    first.acts("note", note="คนแรก")
    second.acts("note", note="คนที่สอง")
    return second


def search_finds_nothing(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.finds("ไม่มีคำนี้ที่ไหนเลย")
    return officer


def report_of_no_period(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/reports")
    officer.submits(officer.form("period"))
    return officer


def report_draft(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/reports")
    form = officer.form("period")
    officer.fills(form, {"period": "2569-09"})
    officer.submits(form)
    return officer


def report_changed(scene: Scene) -> Officer:
    first, second = report_draft(scene), report_draft(scene)
    for officer, words in ((first, uuid4().hex), (second, uuid4().hex)):
        form = officer.form("problems")
        officer.fills(form, {"problems": words})
        officer.submits(form)
    return second


def export_made(scene: Scene) -> Officer:
    officer = scene.officer("complaint_officer")
    officer.opens("/console/complaints?status=all")
    officer.submits(officer.page.locator("form[action*='/console/exports']"))
    # The page asks anew by itself until the files are there.
    officer.page.locator("main a[href*='/xlsx']").wait_for()
    return officer


def publication_empty(scene: Scene) -> Officer:
    editor = scene.officer("disclosure_editor")
    editor.opens("/console/disclosure")
    editor.submits(editor.form("item", "url"))
    return editor


def person_empty(scene: Scene) -> Officer:
    administrator = scene.officer("administrator")
    administrator.opens("/console/people/new")
    administrator.submits(administrator.form("username"))
    return administrator


def settings_wrong(scene: Scene) -> Officer:
    administrator = scene.officer("administrator")
    administrator.opens("/console/settings")
    form = administrator.form("name", "email")
    administrator.fills(form, {"name": "", "email": "x"})
    administrator.submits(form)
    return administrator


def category_chosen(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/complaints/new?category=light")
    return citizen


def position_wrong(scene: Scene) -> Citizen:
    citizen = category_chosen(scene)
    citizen.sends(subject="ไฟดับ", detail="ไฟดับทั้งซอย", position="หน้าวัด")
    return citizen


def tips_offered(scene: Scene) -> Citizen:
    citizen = scene.citizen()
    citizen.opens("/complaints/new")
    citizen.sends(category="bribery", subject="เรียกรับเงิน", detail="มีการเรียกรับเงินค่าดำเนินการ")
    return citizen


def duplicates_shown(scene: Scene) -> Citizen:
    """One that nobody filed before is sent; the next one of the village finds it."""
    for _ in range(2):
        citizen = scene.citizen()
        citizen.opens("/complaints/new")
        village = citizen.page.locator("[name=village] option").nth(1).get_attribute("value") or ""
        citizen.sends(**REPORT, village=village)
        if citizen.page.locator("[name=same]").count():
            return citizen
    raise AssertionError("no likely duplicate is shown")


def joined(scene: Scene) -> Citizen:
    citizen = duplicates_shown(scene)
    citizen.page.locator("[name=same]").first.check()
    citizen.submits(citizen.form("same"))
    assert citizen.code()
    return citizen


STATES: dict[Act, int] = {
    category_chosen: 200,
    position_wrong: 422,
    tips_offered: 200,
    duplicates_shown: 200,
    joined: 200,
    code_shown: 200,
    tracked: 200,
    resolved: 200,
    message_missing: 422,
    form_empty: 422,
    code_unknown: 422,
    report_sealed: 200,
    code_asked_back: 200,
    code_written_down_wrong: 422,
    code_written_down: 200,
    inbox_open: 200,
    inbox_message_missing: 422,
    inbox_left: 200,
    receipt_code_unknown: 404,
    report_empty: 422,
    all_officers_involved: 422,
    page_unknown: 404,
    organisation_unknown: 404,
    refused: 403,
    password_wrong: 422,
    new_person: 200,
    password_weak: 422,
    app_set_up: 200,
    code_wrong: 422,
    complaint_empty: 422,
    code_handed_over: 200,
    came_tomorrow: 422,
    resembles_another: 422,
    reason_missing: 422,
    complaint_changed: 409,
    search_finds_nothing: 200,
    report_of_no_period: 422,
    report_draft: 200,
    report_changed: 409,
    export_made: 200,
    publication_empty: 422,
    person_empty: 422,
    settings_wrong: 422,
}
"""The states, each with the status that its page comes with."""


def status_of(actor: Citizen | Officer) -> int:
    """The status that the page came with."""
    return int(actor.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus"))


@pytest.mark.parametrize("act", STATES, ids=lambda act: act.__name__)
def test_a_state_is_accessible_and_fits(scene: Scene, act: Act) -> None:
    actor = act(scene)
    assert status_of(actor) == STATES[act]
    assert actor.page.locator("html").get_attribute("lang") == scene.lang
    assert not faults(actor.page)


@pytest.fixture
def limited(stack: Stack) -> Iterator[None]:
    set_limit(stack, 1)
    yield
    set_limit(stack, 0)


@pytest.mark.usefixtures("limited")
def test_being_told_to_wait_is_accessible_and_fits(scene: Scene) -> None:
    citizen = scene.citizen()
    for _ in range(3):  # one of them may be the first of a new minute
        citizen.tracks("1")
        if status_of(citizen) == 429:
            break
    assert status_of(citizen) == 429
    assert not faults(citizen.page)


def test_the_device_is_asked_for_its_position_when_the_button_is_pressed(new_context: NewContext) -> None:
    here = {"latitude": 14.12345, "longitude": 100.56789, "accuracy": 12.0}
    context = new_context(java_script_enabled=True, geolocation=here, permissions=["geolocation"])
    citizen = Citizen(context.new_page())
    citizen.opens("/complaints/new")
    assert citizen.typed("position") == ""
    citizen.page.get_by_role("button", name="ใช้ตำแหน่งของเครื่องนี้").click()
    citizen.page.get_by_role("status").filter(has_text="12").wait_for()
    assert citizen.typed("position") == "14.12345, 100.56789"
    assert not faults(citizen.page)
    citizen.sends(**REPORT)
    assert citizen.code()


def test_who_tells_no_position_may_still_type_it(new_context: NewContext) -> None:
    citizen = Citizen(new_context(java_script_enabled=True).new_page())
    citizen.opens("/complaints/new")
    citizen.page.get_by_role("button", name="ใช้ตำแหน่งของเครื่องนี้").click()
    citizen.page.get_by_role("status").filter(has_text="เครื่องไม่ได้ให้ตำแหน่ง").wait_for()
    citizen.sends(**REPORT, position="14.1234, 100.5678")
    assert citizen.code()


def test_a_new_person_chooses_a_password_sets_up_an_app_and_is_in(scene: Scene) -> None:
    officer = app_set_up(scene)
    officer.gives_code(one_time_code(officer.page.locator("[name=secret]").input_value()))
    assert "/console/sign-in" not in officer.page.url
    officer.opens("/console/disclosure")
    assert "คนใหม่" in officer.page.locator("header").inner_text()

"""Where editors publish, as their browser meets it."""

import pytest

from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.people import Grant, Role
from chalicelib.services import adoption, disclosure
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.officers import signed_in
from tests.builders.organisations import employ
from tests.builders.plans import real_plan

PATH = "/test/console/disclosure"
URL = "https://www.example.go.th/news.pdf"
PEOPLE = {
    "editor": Grant(Role.DISCLOSURE_EDITOR, "palad"),
    "second": Grant(Role.DISCLOSURE_EDITOR, "palad"),
    "works": Grant(Role.DISCLOSURE_EDITOR, "works"),
    "auditor": Grant(Role.AUDITOR),
}


@pytest.fixture
def world(world: World) -> World:
    for slug in ("test", "other"):
        adoption.bring_into_force(world, slug, real_plan(), by="system")
        for name, grant in PEOPLE.items():
            employ(world, slug, name, grant)
    return world


@pytest.fixture
def editor(world: World) -> Browser:
    return signed_in(world, "test", "editor")


def record(world: World, id: str, org: str = "test"):
    return world.records.get(DisclosureItem, org, id)


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_items_stand_by_the_day_on_which_they_are_due(editor: Browser, lang: str) -> None:
    page = editor.get(f"{PATH}?lang={lang}").page
    table = next(page.root.iter("table"))
    days = [t.get("datetime") for t in table.iter("time")]
    assert len(days) == 33
    assert days == sorted(days)


def test_an_editor_of_another_unit_finds_no_form_and_all_items_under_other_units(world: World) -> None:
    reply = signed_in(world, "test", "works").get(f"{PATH}?lang=en")
    assert "All items, by the day on which they are due" in reply.page.text
    assert 'name="period"' not in reply.text
    assert 'name="period"' not in signed_in(world, "test", "works").get(f"{PATH}?item=1.7").text


def test_an_editor_publishes_from_the_list(world: World, editor: Browser) -> None:
    reply = editor.submit(
        editor.get(PATH), action="publish", item="1.7", period="2569-10", url=URL, note="ถึงเพื่อน\nสองบรรทัด"
    )
    assert reply.status == 200
    assert "เผยแพร่เอกสารแล้ว" in reply.page.text
    assert "ถึงเพื่อน" in reply.text
    assert "นาย editor" in reply.page.text
    [publication] = record(world, "1.7").state.publications
    assert publication.url == URL


def test_the_form_of_an_item_offers_the_period_that_is_wanted(world: World, editor: Browser) -> None:
    reply = editor.get(f"{PATH}?item=๓.๖")
    form = reply.page.forms[-1]
    assert (form.fields["item"], form.fields["period"]) == ("3.6", "2569-10")
    done = editor.submit(reply, action="publish", url=URL)
    assert done.path == f"{PATH}?item=3.6&done=publish"
    assert record(world, "3.6").state.publications


def test_thai_digits_and_small_letters_are_taken(world: World, editor: Browser) -> None:
    editor.submit(editor.get(f"{PATH}?item=1.1"), action="publish", item="๑.๑", period="fy๒๕๗๐", url=URL)
    assert str(record(world, "1.1").state.newest.period) == "FY2570"


def test_the_language_goes_along(editor: Browser) -> None:
    reply = editor.submit(editor.get(f"{PATH}?item=1.7&lang=en"), action="publish", url=URL)
    assert "The document is published." in reply.page.text
    assert reply.path.endswith("lang=en")


@pytest.mark.parametrize("lang", ["th", "en"])
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    world: World, editor: Browser, lang: str
) -> None:
    reply = editor.submit(
        editor.get(f"{PATH}?lang={lang}"),
        action="publish",
        item="1.7",
        period="FY2570",
        url='javascript:alert("x")',
        note="<b>{{ 7 * 7 }}</b>",
    )
    assert reply.status == 422
    page = reply.page
    assert ("รายการนี้เผยแพร่ตามรอบอื่น" if lang == "th" else "published at another interval") in page.text
    assert page.text.count("https://") >= 2
    fields = next(form.fields for form in page.forms if form.fields.get("action") == "publish")
    assert (fields["item"], fields["period"], fields["url"], fields["note"]) == (
        "1.7",
        "FY2570",
        'javascript:alert("x")',
        "<b>{{ 7 * 7 }}</b>",
    )
    assert record(world, "1.7").version == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"item": ""}, "เลือกรายการ"),
        ({"item": "9.9"}, "เลือกรายการจากที่มีให้เลือก"),
        ({"item": "x" * 5000}, "เลือกรายการจากที่มีให้เลือก"),
        ({"period": ""}, "กรอกรอบของข้อมูลในเอกสาร"),
        ({"url": ""}, "กรอกลิงก์ของเอกสาร"),
        ({"url": "https://\u202eexample.go.th"}, "อักขระ"),
        ({"url": f"https://example.go.th/{'ก' * 9000}"}, "ลิงก์นี้ยาวเกินไป"),
        ({"note": "ก" * 1001}, "ยาวเกินไป"),
        ({"period": "9" * 5000}, "เขียนรอบเป็น"),
    ],
)
def test_a_form_that_can_not_be_taken_comes_back(editor: Browser, typed, said: str) -> None:
    fields = {"item": "1.7", "period": "2569-10", "url": URL, "note": "", **typed}
    reply = editor.submit(editor.get(PATH), action="publish", **fields)
    assert reply.status == 422
    assert said in reply.page.text


@pytest.mark.parametrize("version", ["", "1.7=0", "1.7=" + "9" * 5000, "1.7", "1x7=1", "nonsense"])
def test_a_version_that_is_none_is_an_old_one(editor: Browser, version: str) -> None:
    reply = editor.submit(editor.get(f"{PATH}?item=1.7"), action="publish", url=URL, version=version)
    assert reply.status == 409


@pytest.mark.parametrize("lang", ["th", "en"])
def test_of_two_editors_at_once_the_second_is_told_and_loses_nothing(
    world: World, editor: Browser, lang: str
) -> None:
    second = signed_in(world, "test", "second")
    first_page, second_page = editor.get(PATH), second.get(f"{PATH}?lang={lang}")
    editor.submit(first_page, action="publish", item="1.7", period="2569-10", url=URL)
    told = second.submit(
        second_page, action="publish", item="1.7", period="2569-10", url=f"{URL}?mine", note="ของฉัน"
    )
    assert told.status == 409
    assert "นาย editor" in told.page.text
    assert URL in told.text
    fields = next(form.fields for form in told.page.forms if form.fields.get("action") == "publish")
    assert (fields["url"], fields["note"]) == (f"{URL}?mine", "ของฉัน")
    assert record(world, "1.7").version == 2
    again = second.submit(told, action="publish")
    assert again.status == 200
    assert record(world, "1.7").state.newest.url == f"{URL}?mine"


def test_publishing_one_item_does_not_make_the_form_for_another_old(world: World, editor: Browser) -> None:
    page = editor.get(PATH)
    editor.submit(page, action="publish", item="1.7", period="2569-10", url=URL)
    reply = editor.submit(page, action="publish", item="1.9", period="2569-10", url=URL)
    assert reply.status == 200
    assert record(world, "1.9").version == 2


def test_a_document_published_by_mistake_is_taken_off(world: World, editor: Browser) -> None:
    published = editor.submit(editor.get(f"{PATH}?item=1.7"), action="publish", url=URL)
    no_reason = editor.submit(published, action="withdraw", withdrawn="2569-10", reason=" ")
    assert no_reason.status == 422
    assert "เขียนเหตุผลที่ถอนออก" in no_reason.page.text
    unknown = editor.submit(published, action="withdraw", withdrawn="2569-09", reason="ผิด")
    assert unknown.status == 422
    assert "เลือกเอกสารที่เผยแพร่อยู่" in unknown.page.text
    done = editor.submit(published, action="withdraw", withdrawn="2569-10", reason="ลงผิดเดือน")
    assert done.status == 200
    assert "ถอนเอกสารออกแล้ว" in done.page.text
    assert "ลงผิดเดือน" in done.page.text
    assert record(world, "1.7").state.publications == ()
    public = Browser().get("/test/disclosure/1.7").page.text
    assert "ถอนเอกสารออก" in public
    assert "ลงผิดเดือน" not in public


@pytest.mark.parametrize("name", ["works", "auditor"])
def test_who_may_not_publish_an_item_is_refused(world: World, editor: Browser, name: str) -> None:
    stranger = signed_in(world, "test", name)
    page = stranger.get(PATH).page
    fields = {"form_token": page.forms[0].fields["form_token"], "version": "1.7=1"}
    reply = stranger.post(PATH, {**fields, "item": "1.7", "period": "2569-10", "url": URL})
    assert reply.status == 403
    assert record(world, "1.7").version == 1


def test_another_organisations_editor_gets_nowhere(world: World, editor: Browser) -> None:
    stranger = signed_in(world, "other", "editor")
    assert stranger.get(PATH, follow=False).status == 303
    token = stranger.get("/other/console/disclosure").page.forms[0].fields["form_token"]
    fields = {"form_token": token, "version": "1.7=1", "item": "1.7", "period": "2569-10", "url": URL}
    assert stranger.post(PATH, fields, follow=False).status == 303
    assert record(world, "1.7").version == 1
    assert stranger.post("/other/console/disclosure", fields).status == 200
    assert record(world, "1.7").version == 1
    assert record(world, "1.7", "other").version == 2


def test_an_unknown_item_or_action_is_refused(editor: Browser) -> None:
    assert editor.get(f"{PATH}?item=9.9").status == 404
    page = editor.get(PATH).page
    token = page.forms[0].fields["form_token"]
    assert editor.post(PATH, {"form_token": token, "action": "erase", "item": "1.7"}).status == 400


def test_an_item_that_went_stale_shows_its_reminders(world: World, editor: Browser) -> None:
    disclosure.night(world, lambda: 900.0)
    text = editor.get(f"{PATH}?item=3.6&lang=en").page.text
    assert "A reminder went out: October 2026, due by the end of 15 November 2026" in text
    assert "To: Disclosure editor, Head of unit" in text

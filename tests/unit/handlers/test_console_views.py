"""Views that an officer keeps of the list: under a name, renamed, dropped and taken back."""

import pytest

from chalicelib.domain.people import Person, Role
from chalicelib.domain.saved_views import MOST_VIEWS
from chalicelib.services import people, saved_views
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import act, file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

LIST = "/test/console/complaints"
VIEWS = f"{LIST}/views"


@pytest.fixture
def world(world: World) -> World:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "chang", Role.AUDITOR)
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    return world


@pytest.fixture
def officer(world: World) -> Browser:
    return signed_in(world, "test", "somsri")


def tabs(reply: Reply) -> dict[str, str]:
    """The views above a list: their names and where they lead."""
    (nav,) = [n for n in reply.page.root.iter("nav") if n.get("class") == "views"]
    return {"".join(a.itertext()): a.get("href", "") for li in nav.iter("li") for a in li.iter("a")}


def form(reply: Reply, action: str) -> dict[str, str]:
    return next(f.fields for f in reply.page.forms if f.fields.get("action") == action)


def keep(officer: Browser, name: str, query: str = "status=rejected&village=หมู่ 1") -> Reply:
    return officer.post(VIEWS, {**form(officer.get(f"{VIEWS}?{query}"), "save"), "view": name})


def kept(world: World, name: str = "somsri") -> list[str]:
    return [view.name for view in world.records.get(Person, "test", name).state.views]


def test_the_present_filters_are_kept_under_a_name_and_lead_back_to_the_list(
    world: World, officer: Browser
) -> None:
    filed = file(world, subject="ไม่รับ", village="หมู่ 1")
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    file(world, subject="เรื่องอื่น", village="หมู่ 1")
    shown = officer.get(f"{LIST}?status=rejected&village=หมู่ 1&q=ไม่รับ")
    link = next(a.get("href") for a in shown.page.root.iter("a") if VIEWS in a.get("href", ""))
    assert "q=" not in link
    saved = officer.post(VIEWS, {**form(officer.get(link), "save"), "view": "ไม่รับ หมู่ 1"})
    assert saved.status == 200
    assert "ไม่รับ หมู่ 1" in tabs(saved)
    assert "ไม่รับ หมู่ 1" in tabs(officer.get(LIST))
    again = officer.get(tabs(officer.get(LIST))["ไม่รับ หมู่ 1"])
    assert "เรื่องอื่น" not in again.page.text


def test_each_officer_has_the_own_views(world: World, officer: Browser) -> None:
    keep(officer, "ของฉัน")
    other = signed_in(world, "test", "chang")
    assert "ของฉัน" not in tabs(other.get(LIST))
    id = world.records.get(Person, "test", "somsri").state.views[0].id
    token = form(other.get(f"{VIEWS}?status=all"), "save")["form_token"]
    reply = other.post(VIEWS, {"form_token": token, "action": "rename", "id": id, "view": "ยึด"})
    assert reply.status == 422
    other.post(VIEWS, {"form_token": token, "action": "drop", "id": id})
    assert kept(world) == ["ของฉัน"]


def test_a_view_is_renamed_and_dropped_and_the_dropping_undone(world: World, officer: Browser) -> None:
    keep(officer, "เก่า")
    officer.post(VIEWS, {**form(officer.get(VIEWS), "rename"), "view": "ใหม่"})
    assert kept(world) == ["ใหม่"]
    dropped = officer.post(VIEWS, form(officer.get(VIEWS), "drop"))
    assert kept(world) == []
    officer.post(VIEWS, form(dropped, "save"))
    assert kept(world) == ["ใหม่"]
    assert "village" in tabs(officer.get(LIST))["ใหม่"]


def test_the_same_form_twice_keeps_one_view(world: World, officer: Browser) -> None:
    for _ in range(2):
        assert keep(officer, "หนึ่ง").status == 200
    assert kept(world) == ["หนึ่ง"]
    dropping = form(officer.get(VIEWS), "drop")
    for _ in range(2):
        assert officer.post(VIEWS, dropping).status == 200
    assert kept(world) == []


def test_a_name_must_be_there_short_and_the_only_one_and_views_few(world: World, officer: Browser) -> None:
    keep(officer, "มีแล้ว")
    for name, said in (
        ("", "โปรดตั้งชื่อมุมมอง"),
        ("ก" * 61, "ไม่เกิน 60 ตัวอักษร"),
        ("มีแล้ว", "มีมุมมองชื่อนี้แล้ว"),
        ("\u202eกลับ", "มีอักขระที่มองไม่เห็น"),
    ):
        reply = keep(officer, name, "status=all")
        assert reply.status == 422
        assert said in reply.page.text
        assert form(reply, "save")["status"] == "all"
    for n in range(MOST_VIEWS - 1):
        keep(officer, f"มุมมอง {n}")
    assert "ครบ 20 มุมมองแล้ว" in keep(officer, "อีกหนึ่ง").page.text
    assert len(kept(world)) == MOST_VIEWS
    reply = officer.post(VIEWS, {**form(officer.get(VIEWS), "rename"), "view": "มุมมอง 3"})
    assert reply.status == 422
    assert "มุมมอง 3" in reply.text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>{{ 7*7 }}'\"&", "ชื่อ\u200bยาว"])
def test_a_hostile_name_is_shown_inert(officer: Browser, name: str) -> None:
    keep(officer, name)
    assert name in tabs(officer.get(LIST))
    assert officer.get(VIEWS).page


@pytest.mark.parametrize(
    "typed", [{"village": "ก" * 101}, {"village": "\x00"}, {"action": "nonsense"}, {"action": ""}]
)
def test_what_no_list_of_ours_sends_is_refused(world: World, officer: Browser, typed: dict[str, str]) -> None:
    fields = form(officer.get(f"{VIEWS}?status=all"), "save")
    assert officer.post(VIEWS, {**fields, "view": "ชื่อ", **typed}).status == 422
    assert kept(world) == []


def test_keeping_views_makes_nothing_stale_and_stands_in_nobodys_history(
    world: World, officer: Browser
) -> None:
    before = world.records.get(Person, "test", "somsri").version
    keep(officer, "ชื่อมุมมอง")
    people.sign_out_everywhere(world, "test", "somsri", version=before, by="test-admin")
    page = signed_in(world, "test", "admin").get("/test/console/people/somsri")
    assert page.status == 200
    assert "ชื่อมุมมอง" not in page.text


def test_who_signs_in_elsewhere_meanwhile_loses_no_view(world: World) -> None:
    me = world.records.get(Person, "test", "somsri")
    saved_views.save(world, me, "แรก", {"status": "all"})
    saved_views.save(world, me, "สอง", {"status": "closed"})  # made from what stood before the first
    assert kept(world) == ["แรก", "สอง"]

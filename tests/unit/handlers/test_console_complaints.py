"""The console's list of complaints, and entering one that came another way."""

import re

import pytest

from chalicelib.domain.complaint import CITIZEN, Channel
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.services import complaint_lists, complaints
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, act, file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

LIST = "/test/console/complaints"
NEW = f"{LIST}/new"
CODE = re.compile(r"(?<![\d-])\d{5}(?:-\d{5}){3}(?![\d-])")
TYPED = {
    "channel": "phone",
    "category": "light",
    "subject": "ไฟทางดับ",
    "detail": "ไฟส่องสว่างดับสามดวงหน้าโรงเรียน",
}
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}'\"&"


@pytest.fixture
def world(world: World) -> World:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works"))
    employ(world, "test", "nayok", Role.EXECUTIVE)
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    employ(world, "other", "somsri", Role.COMPLAINT_OFFICER)
    return world


@pytest.fixture
def officer(world: World) -> Browser:
    return signed_in(world, "test", "somsri")


def listed(reply: Reply) -> list[str]:
    """The subjects of a list's rows, in order."""
    table = next(reply.page.root.iter("table"), None)
    rows = [] if table is None else table.iter("tr")
    return [
        "".join(cell.itertext()).strip()
        for row in rows
        for cell in row.iter("th")
        if cell.get("scope") == "row"
    ]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_open_work_stands_by_due_day_and_what_presses_is_said_in_words(world: World, lang: str) -> None:
    for day in ("2026-11-02", "2026-11-12", "2026-11-20"):
        world.clock.at = bangkok(f"{day} 10:00")
        file(world, subject=day)
    world.clock.at = bangkok("2026-11-24 10:00")
    reply = signed_in(world, "test", "somsri").get(f"{LIST}?lang={lang}")
    assert listed(reply) == ["2026-11-02", "2026-11-12", "2026-11-20"]
    words = (
        ("เกินกำหนด 7 วัน", "ใกล้ครบกำหนด เหลือ 3 วัน")
        if lang == "th"
        else ("Overdue by 7 days", "Due soon: 3 days left")
    )
    for shown in words:
        assert shown in reply.page.text


def test_the_numbers_at_the_top_lead_to_what_they_count(world: World) -> None:
    for day in ("2026-11-02", "2026-11-12", "2026-11-24"):
        world.clock.at = bangkok(f"{day} 10:00")
        file(world, subject=day)
    officer = signed_in(world, "test", "somsri")
    assert "1 เกินกำหนด" in officer.get(LIST).page.text
    assert listed(officer.get(f"{LIST}?status=overdue")) == ["2026-11-02"]
    assert listed(officer.get(f"{LIST}?status=due_soon")) == ["2026-11-12"]


def test_decided_complaints_are_found_by_their_state_and_year(world: World, officer: Browser) -> None:
    filed = file(world, subject="ไม่รับ")
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    assert listed(officer.get(LIST)) == []
    for query in ("status=rejected", "status=all", "status=rejected&fiscal_year=2570"):
        assert listed(officer.get(f"{LIST}?{query}")) == ["ไม่รับ"]
    assert listed(officer.get(f"{LIST}?status=rejected&fiscal_year=2569")) == []


def test_a_tracking_code_however_it_is_typed_leads_to_its_complaint(world: World, officer: Browser) -> None:
    filed = file(world)
    code = filed.code.hyphenated()
    for typed in (code, code.replace("-", ""), code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))):
        reply = officer.get(f"{LIST}?q={typed}", follow=False)
        assert (reply.status, reply.headers["Location"]) == (303, f"{LIST}/{filed.id}")


def test_a_code_of_another_organisation_or_with_a_slip_is_not_found(world: World, officer: Browser) -> None:
    code = file(world, "other").code.reveal()
    reply = officer.get(f"{LIST}?q={code}")
    assert reply.status == 422
    assert "ไม่พบเรื่องร้องเรียนที่ใช้รหัสนี้" in reply.page.text
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "มีตัวเลขในรหัสไม่ถูกต้อง" in officer.get(f"{LIST}?q={slip}").page.text


def test_a_receipt_code_of_a_tip_is_told_where_it_belongs_and_not_shown_again(officer: Browser) -> None:
    reply = officer.get(f"{LIST}?q={'1234567890' * 2}12345")
    assert "รหัสนี้เป็นรหัสของการแจ้งเบาะแสการทุจริต" in reply.page.text
    assert "123456789012345" not in reply.text


def test_words_are_found_in_open_work_and_then_in_all(world: World, officer: Browser) -> None:
    file(world, subject="ไฟดับหมู่ 3")
    done = file(world, subject="ไฟดับหมู่ 4")
    act(world, done.id, "reject", message="ซ้ำ")
    reply = officer.get(f"{LIST}?q=ไฟดับ")
    assert listed(reply) == ["ไฟดับหมู่ 3"]
    links = [a.get("href", "") for a in reply.page.root.iter("a")]
    (wider,) = [link for link in links if "status=all" in link and "q=" in link]
    assert sorted(listed(officer.get(wider))) == ["ไฟดับหมู่ 3", "ไฟดับหมู่ 4"]


@pytest.mark.parametrize("query", ["", "&status=all"])
def test_pages_lead_on_and_back(
    world: World, officer: Browser, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(complaint_lists, "A_PAGE", 2)
    for n in range(5):
        file(world, subject=f"เรื่องที่ {n}")
    seen: list[str] = []
    path = f"{LIST}?lang=th{query}"
    while path:
        reply = officer.get(path)
        seen += listed(reply)
        links = {a.get("rel"): a.get("href") for a in reply.page.root.iter("a") if a.get("rel")}
        path = links.get("next", "")
    assert sorted(seen) == [f"เรื่องที่ {n}" for n in range(5)]
    assert "cursor" not in links["prev"]


def test_a_unit_officer_sees_the_own_unit_alone(world: World) -> None:
    file(world, subject="ของสำนักปลัด")
    filed = file(world, subject="ของกองช่าง")
    act(world, filed.id, "assign", unit="works")
    chang = signed_in(world, "test", "chang")
    assert listed(chang.get(LIST)) == ["ของกองช่าง"]
    assert listed(chang.get(f"{LIST}?status=all")) == ["ของกองช่าง"]
    assert chang.get(f"{LIST}?unit=palad").status == 403
    assert chang.get(f"{LIST}?unit=nowhere").status == 403


def test_the_executive_sees_what_was_escalated_and_no_contact_data(world: World) -> None:
    assert "ยังไม่มีเรื่องที่เสนอถึงท่าน" in signed_in(world, "test", "nayok").get(LIST).page.text
    file(world, subject="เกินกำหนด", **CONTACT)
    world.clock.at = bangkok("2026-12-13 02:00")
    complaints.night(world, lambda: 300)
    file(world, subject="เพิ่งเข้ามา")
    reply = signed_in(world, "test", "nayok").get(LIST)
    assert listed(reply) == ["เกินกำหนด"]
    for hidden in CONTACT.values():
        assert hidden not in reply.text


def test_headings_and_the_form_put_a_list_in_another_order(world: World, officer: Browser) -> None:
    for n, village in enumerate(("หมู่ 2", "หมู่ 3", "หมู่ 1")):
        file(world, subject=f"เรื่องที่ {n}", village=village)
        world.clock.forward(minutes=1)
    links = [a.get("href", "") for a in officer.get(LIST).page.root.iter("a")]
    by_village = next(link for link in links if "sort=village" in link)
    assert listed(officer.get(by_village)) == ["เรื่องที่ 2", "เรื่องที่ 0", "เรื่องที่ 1"]
    turned = next(
        a.get("href", "")
        for a in officer.get(by_village).page.root.iter("a")
        if "sort=-village" in a.get("href", "")
    )
    assert listed(officer.get(turned)) == ["เรื่องที่ 1", "เรื่องที่ 0", "เรื่องที่ 2"]
    assert listed(officer.get(f"{LIST}?sort=-received")) == ["เรื่องที่ 2", "เรื่องที่ 1", "เรื่องที่ 0"]


def test_a_list_is_narrowed_by_all_that_the_form_offers(world: World, officer: Browser) -> None:
    file(world, subject="ถนนหมู่สอง", village="หมู่ 2")
    watched = file(world, subject="ไฟหมู่สาม", village="หมู่ 3", category="light")
    act(world, watched.id, "watch", officer=world.records.get(Person, "test", "somsri").state)
    for query, found in (
        ("village=หมู่ 2", ["ถนนหมู่สอง"]),
        ("category=light", ["ไฟหมู่สาม"]),
        ("watched=yes", ["ไฟหมู่สาม"]),
        ("channel=post", []),
        ("received_from=24/11/2569&received_to=2026-11-24&category=road", ["ถนนหมู่สอง"]),
        ("received_to=23/11/2569", []),
        ("fiscal_year=2570&village=หมู่ 3", ["ไฟหมู่สาม"]),
    ):
        assert listed(officer.get(f"{LIST}?{query}")) == found, query


def test_a_day_that_is_none_is_told_beside_its_field(world: World, officer: Browser) -> None:
    file(world, subject="เรื่องหนึ่ง")
    reply = officer.get(f"{LIST}?received_from=31/2/2569&village=หมู่ 1")
    assert reply.status == 422
    assert "ไม่มีวันที่นี้ในปฏิทิน" in reply.page.text
    assert "31/2/2569" in reply.text


def test_names_and_numbers_find_for_whoever_may_read_them(world: World, officer: Browser) -> None:
    file(world, subject="ไฟทางดับ", **CONTACT)
    for typed in ("สมหญิง", "081-234-5678", "0812345678", "๐๘๑๒๓๔๕๖๗๘"):
        assert listed(officer.get(f"{LIST}?q={typed}")) == ["ไฟทางดับ"]


@pytest.mark.parametrize(
    "query",
    ["status=nonsense", "sort=nonsense", "fiscal_year=x", "fiscal_year=1", "cursor=x", "status=all&cursor=x"],
)
def test_a_query_that_can_not_be_is_refused(officer: Browser, query: str) -> None:
    assert officer.get(f"{LIST}?{query}").status == 422


@pytest.mark.parametrize("q", [HOSTILE, "%00", "%E2%80%AEx", "ก" * 2000])
def test_hostile_words_are_shown_inert(world: World, officer: Browser, q: str) -> None:
    file(world, subject=HOSTILE)
    reply = officer.get(f"{LIST}?q={q}")
    assert reply.status in {200, 422}
    assert reply.page
    assert listed(officer.get(LIST)) == [HOSTILE]


def test_an_empty_list_says_that_nothing_is_left(officer: Browser) -> None:
    assert "ไม่มีเรื่องค้าง" in officer.get(LIST).page.text


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_an_officer_enters_what_came_by_telephone_and_gets_the_code(
    world: World, officer: Browser, lang: str
) -> None:
    reply = officer.submit(officer.get(NEW + lang), **TYPED, **CONTACT, consent="yes")
    assert reply.status == 200
    (code,) = set(CODE.findall(reply.text))
    history = complaints.follow(world, "test", complaints.TrackingCode.parse(code))
    assert history.record.state.channel is Channel.PHONE
    assert history.record.state.report.phone == CONTACT["phone"]
    assert history.events[0].actor == "test-somsri"
    assert history.events[0].actor != CITIZEN
    assert reply.page


def test_the_same_form_twice_enters_one_complaint_and_shows_the_same_code(
    world: World, officer: Browser
) -> None:
    form = officer.get(NEW)
    first, again = (CODE.findall(officer.submit(form, **TYPED).text) for _ in range(2))
    assert first == again
    assert len([k for k in world.records.records if k.kind == "complaint"]) == 1
    other = officer.submit(form, **{**TYPED, "detail": "อีกเรื่องหนึ่งที่ต่างออกไป"})
    assert other.status == 422
    assert "อีกเรื่องหนึ่งที่ต่างออกไป" in other.text
    assert officer.submit(other, channel="phone").status == 200
    assert len([k for k in world.records.records if k.kind == "complaint"]) == 2


def test_what_is_wrong_stands_beside_its_field_and_all_typed_is_kept(world: World, officer: Browser) -> None:
    reply = officer.submit(
        officer.get(NEW), channel="web", subject="ไฟทางดับ", detail="\u202eกลับ", phone="โทรมา"
    )
    assert reply.status == 422
    for shown in (
        "โปรดเลือกช่องทางที่รับเรื่อง",
        "โปรดเลือกประเภทเรื่อง",
        "มีอักขระที่มองไม่เห็น",
        "โปรดกรอกหมายเลขโทรศัพท์",
        "ยินยอม",
    ):
        assert shown in reply.page.text
    form = next(f for f in reply.page.forms if "detail" in f.fields)
    assert (form.fields["subject"], form.fields["phone"]) == ("ไฟทางดับ", "โทรมา")
    assert not [k for k in world.records.records if k.kind == "complaint"]


def test_a_form_that_was_open_for_more_than_a_day_is_sent_once_more(world: World, officer: Browser) -> None:
    form = officer.get(NEW)
    world.clock.forward(hours=30)
    again = signed_in(world, "test", "somsri")
    fresh = next(f for f in again.get(NEW).page.forms if "detail" in f.fields).fields["form_token"]
    reply = again.submit(form, **TYPED, form_token=fresh)
    assert reply.status == 422
    assert "ไฟทางดับ" in reply.text
    assert again.submit(reply, channel="phone").status == 200


@pytest.mark.parametrize("name", ["chang", "nayok", "admin"])
def test_only_a_complaint_officer_enters_complaints(world: World, name: str) -> None:
    assert signed_in(world, "test", name).get(NEW).status == 403


def test_the_console_is_shut_to_strangers_and_to_another_organisations_officers(world: World) -> None:
    filed = file(world)
    for browser in (Browser(), signed_in(world, "other", "somsri")):
        for path in (LIST, NEW, f"{LIST}/{filed.id}"):
            assert browser.get(path, follow=False).status == 303
        assert browser.post(f"{LIST}/{filed.id}", {"action": "note"}, follow=False).status == 303
    assert standing(world, filed.id).version == 1

"""The console's page of notices."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.notices import Notice, NoticeStatus
from chalicelib.domain.people import Grant, Role
from chalicelib.services import complaints, notices, organisations
from chalicelib.services.ports import MailError, NoSuchAddressError
from chalicelib.services.world import World
from chalicelib.web import render
from tests.builders.browser import Browser, Reply
from tests.builders.calendar import bangkok
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

REPORT = Report(
    category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด", name="สมชาย", email="a@example.com"
)
PAGE = "/test/console/notices"


@pytest.fixture
def somsri(world: World) -> Browser:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    return signed_in(world, "test", "somsri")


def file(world: World, token: str = "t", org: str = "test") -> str:
    """A complaint, whose receipt waits; the notice's id."""
    before = set(world.records.records)
    here = organisations.find(world, org)
    report = replace(REPORT, email=f"{token}@example.com")
    complaints.file(world, here, report, consent=True, token=token, channel=Channel.WEB)
    (id,) = [k.id for k in set(world.records.records) - before if k.kind == "notice"]
    return id


def deliver(world: World, broken: Exception | None = None) -> None:
    world.mail.broken = broken
    notices.deliver(world, lambda: 300)


def fail(world: World, token: str = "t", org: str = "test") -> str:
    id = file(world, token, org)
    deliver(world, NoSuchAddressError("malformed"))
    return id


def again(reply: Reply) -> list:
    return [form for form in reply.page.forms if form.fields.get("id")]


@pytest.mark.parametrize("query", ["", "?lang=en", "?fiscal_year=2569", "?status=failed"])
def test_without_notices_the_page_says_when_there_will_be_some(somsri: Browser, query: str) -> None:
    page = somsri.get(PAGE + query).page
    assert not list(page.root.iter("table"))
    assert "ไม่มีการแจ้งเตือน" in page.text or "No notice" in page.text


def test_it_shows_what_was_told_to_whom_and_no_address(world: World, somsri: Browser) -> None:
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    file(world)
    deliver(world)
    world.clock.at = bangkok("2026-12-08 02:00")
    complaints.night(world, lambda: 300)
    for query in ("", "?lang=en"):
        page = signed_in(world, "test", "somsri").get(PAGE + query).page
        assert "นาย nong" in page.text
        assert ("ผู้ร้องเรียน" if not query else "Complainant") in page.text
        for secret in ("example", "สมชาย", "ถนนชำรุด"):
            assert secret not in page.text


def test_what_failed_stands_first_with_the_reason(world: World, somsri: Browser) -> None:
    fail(world, "t1")
    for n in range(60):
        world.clock.forward(seconds=1)
        file(world, f"more{n}")
    deliver(world)
    page = somsri.get(PAGE).page
    first, second = list(page.root.iter("table"))
    assert "ส่งไม่สำเร็จ" in "".join(first.itertext())
    assert "ที่อยู่อีเมลใช้ส่งไม่ได้" in "".join(first.itertext())
    assert "ส่งไม่สำเร็จ" not in "".join(second.itertext())


def test_what_waits_says_how_often_it_was_tried(world: World, somsri: Browser) -> None:
    file(world)
    deliver(world, MailError("TooManyRequestsException"))
    text = somsri.get(f"{PAGE}?status=waiting").page.text
    assert "พยายามส่งแล้ว 1 ครั้ง" in text
    assert "TooManyRequestsException" in text


def test_it_is_filtered_and_paged(world: World, somsri: Browser) -> None:
    for n in range(70):
        world.clock.forward(seconds=1)
        file(world, f"t{n}")
    deliver(world)
    file(world, "waits")
    reply = somsri.get(f"{PAGE}?fiscal_year=2570&status=sent")
    rows = [len(list(reply.page.root.iter("tr"))) - 1]
    more = next(a.get("href") for a in reply.page.root.iter("a") if a.get("rel") == "next")
    assert "status=sent" in more
    rows.append(len(list(somsri.get(more).page.root.iter("tr"))) - 1)
    assert sum(rows) == 70


@pytest.mark.parametrize("query", ["status=nonsense", "status="])
def test_a_filter_that_says_nothing_shows_all(world: World, somsri: Browser, query: str) -> None:
    file(world)
    assert len(list(somsri.get(f"{PAGE}?{query}").page.root.iter("tr"))) == 2


@pytest.mark.parametrize("query", ["fiscal_year=", "fiscal_year=x", "fiscal_year=0", "cursor=x", "failed=x"])
def test_what_can_not_be_read_is_refused(world: World, somsri: Browser, query: str) -> None:
    reply = somsri.get(f"{PAGE}?{query}")
    assert reply.status == 422
    assert reply.page


def test_a_failed_notice_is_sent_again(world: World, somsri: Browser) -> None:
    id = fail(world)
    reply = somsri.submit(somsri.get(PAGE), id=id)
    assert reply.path == f"{PAGE}?done=again"
    assert "ภายในไม่กี่นาที" in reply.page.text
    deliver(world)
    record = world.records.get(Notice, "test", id)
    assert record and record.state.status is NoticeStatus.SENT


@pytest.mark.parametrize("typed", [{}, {"version": "0"}, {"version": "x"}, {"version": "9" * 30}])
def test_one_that_changed_meanwhile_is_shown_as_it_stands_now(
    world: World, somsri: Browser, typed: dict[str, str]
) -> None:
    id = fail(world)
    seen = somsri.get(PAGE)
    if not typed:
        somsri.submit(seen, id=id)
    reply = somsri.submit(seen, **{"id": id, **typed})
    assert reply.status == 409
    assert "มีการเปลี่ยนแปลงก่อนหน้า" in reply.page.text


@pytest.mark.parametrize("id", ["", "unknown", "x#y", "ก"])
def test_an_unknown_one_is_not_found(world: World, somsri: Browser, id: str) -> None:
    fail(world)
    assert somsri.submit(somsri.get(PAGE), id=id).status == 404


def test_another_organisations_notice_is_not_found(world: World, somsri: Browser) -> None:
    fail(world)
    theirs = fail(world, org="other")
    assert somsri.submit(somsri.get(PAGE), id=theirs).status == 404
    assert theirs not in somsri.get(PAGE).text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CHIEF_ADMINISTRATOR])
def test_who_only_reads_is_offered_no_form_and_may_not_send(
    world: World, somsri: Browser, role: Role
) -> None:
    id = fail(world)
    token = again(somsri.get(PAGE))[0].fields["form_token"]
    assert token
    employ(world, "test", "reader", role)
    reader = signed_in(world, "test", "reader")
    seen = reader.get(PAGE)
    assert again(seen) == []
    (sign_out, *_) = [form for form in seen.page.forms if form.fields.get("form_token")]
    fields = {"id": id, "version": "2", "form_token": sign_out.fields["form_token"]}
    assert reader.post(PAGE, fields).status == 403


def test_an_administrator_sees_no_link_to_a_complaint(world: World, somsri: Browser) -> None:
    fail(world)
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    seen = signed_in(world, "test", "admin").get(PAGE)
    assert again(seen)
    assert not [a for a in seen.page.root.iter("a") if "/console/complaints/" in (a.get("href") or "")]


def test_every_letter_that_there_is_has_a_name_on_the_page(world: World, somsri: Browser) -> None:
    record = world.records.get(Notice, "test", file(world))
    folder = Path(render.__file__).parent / "templates" / "mail"
    for letter in folder.glob("[!_]*.txt"):
        state = replace(record.state, template=letter.stem)
        world.records.records[record.key] = replace(record, state=state)
        assert somsri.get(PAGE).status == 200, letter.stem

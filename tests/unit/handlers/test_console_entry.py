"""Entering what came by counter, telephone, post or forum, on an earlier day too, and its receipt."""

from datetime import date

import pytest

from chalicelib.domain.people import Role
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ
from tests.builders.visitor import CODE

NEW = "/test/console/complaints/new"
TYPED = {
    "channel": "post",
    "category": "light",
    "subject": "ไฟทางดับ",
    "detail": "ไฟส่องสว่างดับสามดวงหน้าโรงเรียน",
}


@pytest.fixture
def officer(world: World) -> Browser:
    """At the desk on Tuesday, 24 November 2026."""
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    return signed_in(world, "test", "somsri")


def entered(world: World) -> list[str]:
    return [key.id for key in world.records.records if key.kind == "complaint"]


def focused(reply: Reply) -> list[str]:
    return [e.get("name", "") for e in reply.page.root.iter() if e.get("autofocus") is not None]


def test_the_cursor_begins_at_the_channel_and_the_day_is_todays(officer: Browser) -> None:
    for lang, today in (("th", "24/11/2569"), ("en", "24/11/2026")):
        form = officer.get(f"{NEW}?lang={lang}")
        assert focused(form) == ["channel"]
        assert form.page.forms[-1].fields["received_on"] == today


def test_what_came_today_needs_no_day(world: World, officer: Browser) -> None:
    officer.submit(officer.get(NEW), **TYPED, received_on="")
    (id,) = entered(world)
    state = standing(world, id).state
    assert (state.received_at, state.due_on) == (world.clock.now(), date(2026, 12, 9))


@pytest.mark.parametrize("typed", ["23/11/2569", "๒๓/๑๑/๒๕๖๙", "23/11/2026", "2026-11-23"])
def test_the_clock_of_a_letter_runs_from_the_day_it_came(world: World, officer: Browser, typed: str) -> None:
    reply = officer.submit(officer.get(NEW), **TYPED, received_on=typed)
    assert reply.status == 200
    (id,) = entered(world)
    state = standing(world, id).state
    assert (state.received_on, state.due_on) == (date(2026, 11, 23), date(2026, 12, 8))
    assert state.computed
    assert state.computed.received_on == date(2026, 11, 23)
    assert "23 พ.ย. 2569" in reply.page.text
    assert "8 ธ.ค. 2569" in reply.page.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("25/11/2569", "วันที่ได้รับเรื่องต้องไม่เป็นวันในอนาคต"),
        ("8/11/2569", "วันที่ได้รับเรื่องย้อนหลังเกินไป"),
        ("31/11/2569", "ไม่มีวันที่นี้ในปฏิทิน"),
        ("เมื่อวาน", "24/11/2569"),
    ],
)
def test_a_day_that_can_not_be_is_said_beside_the_field(
    world: World, officer: Browser, typed: str, words: str
) -> None:
    reply = officer.submit(officer.get(NEW), **TYPED, received_on=typed)
    assert reply.status == 422
    assert words in reply.page.text
    assert reply.page.forms[-1].fields["received_on"] == typed
    assert reply.page.forms[-1].fields["detail"] == TYPED["detail"]
    assert focused(reply) == []
    assert entered(world) == []


def test_the_earliest_day_is_one_whose_due_day_is_not_over(world: World, officer: Browser) -> None:
    # 9 November and fifteen days is today, the 24th.
    assert officer.submit(officer.get(NEW), **TYPED, received_on="9/11/2569").status == 200
    (id,) = entered(world)
    assert standing(world, id).state.due_on == date(2026, 11, 24)


def test_all_that_is_wrong_is_said_at_once(officer: Browser) -> None:
    reply = officer.submit(officer.get(NEW), subject="ไ", received_on="31/2/2569")
    summary = reply.page.text
    for words in ("เลือกช่องทางที่รับเรื่อง", "ไม่มีวันที่นี้ในปฏิทิน", "กรอกหัวข้อเรื่อง"):
        assert words in summary


def test_the_same_form_twice_is_one_complaint_and_another_day_is_asked_about(
    world: World, officer: Browser
) -> None:
    form = officer.get(NEW)
    first = officer.submit(form, **TYPED, received_on="23/11/2569")
    again = officer.submit(form, **TYPED, received_on="23/11/2569")
    assert CODE.findall(first.page.text) == CODE.findall(again.page.text)
    other = officer.submit(form, **TYPED, received_on="20/11/2569")
    assert other.status == 422
    assert len(entered(world)) == 1


def test_the_receipt_leads_to_where_it_is_tracked_and_no_address_holds_the_code(officer: Browser) -> None:
    reply = officer.submit(officer.get(NEW), **TYPED)
    (code,) = set(CODE.findall(reply.page.text))
    assert "https://sucharit.example/test/complaints/track" in reply.page.text
    drawn = [e for e in reply.page.root.iter() if e.tag.endswith("svg") and e.get("class") == "qr"]
    assert len(drawn) == 1
    assert not any(e.get("style") for e in drawn[0].iter())
    links = [a.get("href", "") for a in reply.page.root.iter("a")]
    assert not any(code.replace("-", "") in link.replace("-", "") for link in links)
    assert "นาย somsri" in reply.page.text  # who received it signs


def test_the_next_form_begins_with_what_a_pile_has_in_common(officer: Browser) -> None:
    reply = officer.submit(
        officer.get(f"{NEW}?lang=en"),
        **{**TYPED, "channel": "forum"},
        village="หมู่ 2",
        received_on="21/11/2569",
    )
    (link,) = [a.get("href", "") for a in reply.page.root.iter("a") if "complaints/new?" in a.get("href", "")]
    form = officer.get(link)
    fields = form.page.forms[-1].fields
    assert (fields["channel"], fields["village"], fields["received_on"]) == ("forum", "หมู่ 2", "21/11/2569")
    assert fields["subject"] == ""
    assert focused(form) == ["category"]


def test_a_link_that_says_nonsense_is_a_form_like_any_other(officer: Browser) -> None:
    form = officer.get(f"{NEW}?channel=web&village=%3Cb%3E&received_on=%3Cb%3E")
    assert form.status == 200
    assert focused(form) == ["channel"]


def test_the_same_problem_before_stands_below_the_receipt(world: World, officer: Browser) -> None:
    before = file(world, **{name: TYPED[name] for name in ("category", "subject", "detail")}, village="หมู่ 1")
    reply = officer.submit(officer.get(NEW), **TYPED, village="หมู่ 1")
    assert f"/test/console/complaints/{before.id}" in reply.text
    assert "เกิดซ้ำหรือปัญหาเดียวกัน" in reply.page.text

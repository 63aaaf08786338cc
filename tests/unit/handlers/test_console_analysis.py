"""The page of causes and preventions, and its table."""

import csv
import io

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.services import preventions
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.complaints import act, file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

PAGE = "/test/console/causes"
LAMP = {"category": "light", "subject": "ไฟถนนดับ", "detail": "ไฟถนนหน้าโรงเรียนดับ มืดมาก", "village": "หมู่ 1"}


@pytest.fixture
def officer(world: World) -> Browser:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "works"))
    employ(world, "test", "nayok", Role.EXECUTIVE)
    return signed_in(world, "test", "somsri")


def resolve(world: World, id: str, prevention: str = "ตรวจทุกเดือน") -> None:
    act(world, id, "resolve", message="ซ่อมแล้ว", cause="เสื่อม <b>", prevention=prevention, cause_kind="wear")


@pytest.mark.parametrize(
    ("lang", "nothing", "words"),
    [
        ("th", "ยังไม่มีเรื่องที่รับในปีนี้ซึ่งแก้ไขแล้วเสร็จ", ("เกิดซ้ำ", "เร็วเกินไปที่จะสรุป")),
        (
            "en",
            "No complaint that was received in this year is resolved yet.",
            ("Came again", "Too early to tell"),
        ),
    ],
)
def test_the_page_stands_empty_and_full_in_both_languages(
    world: World, officer: Browser, lang: str, nothing: str, words: tuple[str, ...]
) -> None:
    assert nothing in officer.get(f"{PAGE}?lang={lang}").page.text
    first = file(world, **LAMP)
    resolve(world, first.id)
    world.clock.forward(days=30)
    second = file(world, **LAMP)
    resolve(world, second.id)
    reply = signed_in(world, "test", "somsri").get(f"{PAGE}?lang={lang}")
    for text in (*words, "เสื่อม <b>", "ตรวจทุกเดือน"):
        assert text in reply.page.text
    assert f"/test/console/complaints/{second.id}" in reply.text


def test_the_table_has_what_the_page_has(world: World, officer: Browser) -> None:
    filed = file(world, **LAMP)
    resolve(world, filed.id, prevention="=HYPERLINK(1)")
    reply = officer.get(f"{PAGE}.csv?lang=en")
    assert reply.headers["Content-Type"].startswith("text/csv")
    columns, row = csv.reader(io.StringIO(reply.text.lstrip("\ufeff")))
    cells = dict(zip(columns, row, strict=True))
    assert (cells["complaint"], cells["category"], cells["verdict"]) == (
        filed.id,
        "Public lighting",
        "Too early to tell",
    )
    assert cells["prevention"] == "'=HYPERLINK(1)"
    assert (cells["resolved_on"], cells["days"], cells["cause_kind"]) == ("2026-11-24", "0", "Worn out")


def test_pages_lead_on_and_back(world: World, officer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preventions, "A_PAGE", 2)
    for n in range(3):
        filed = file(world, **{**LAMP, "subject": f"ไฟดับ {n}"})
        resolve(world, filed.id)
        world.clock.forward(minutes=1)
    first = officer.get(PAGE)
    (following,) = [a.get("href", "") for a in first.page.root.iter("a") if "page=2" in a.get("href", "")]
    second = officer.get(following)
    assert "ไฟดับ 0" in second.page.text
    assert "ไฟดับ 2" not in second.page.text
    assert "ไม่มีรายการในหน้านี้" in officer.get(f"{PAGE}?page=9").page.text


def test_a_head_and_the_executive_see_their_own(world: World, officer: Browser) -> None:
    ours, theirs = file(world, **LAMP), file(world, **LAMP)
    act(world, ours.id, "assign", unit="works")
    for filed in (ours, theirs):
        resolve(world, filed.id)
    head = signed_in(world, "test", "hua").get(PAGE)
    assert ours.id in head.text
    assert theirs.id not in head.text
    executive = signed_in(world, "test", "nayok").get(PAGE)
    assert executive.status == 200
    for filed in (ours, theirs):
        assert filed.id not in executive.text


@pytest.mark.parametrize("query", ["fiscal_year=2400", "fiscal_year=x", "page=0", "page=99999"])
def test_what_can_not_be_asked_is_refused(officer: Browser, query: str) -> None:
    assert officer.get(f"{PAGE}?{query}").status == 422


def test_a_category_that_is_not_there_asks_for_all(world: World, officer: Browser) -> None:
    resolve(world, file(world, **LAMP).id)
    assert "ไฟถนนดับ" in officer.get(f"{PAGE}?category=%3Cb%3E").page.text

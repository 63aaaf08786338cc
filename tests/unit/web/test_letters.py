"""What the letters say, in both languages, and what they never say."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.calendar import notice_from
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import Change, Fact, Key, Record, begin, proceed
from chalicelib.services import notices, organisations, plans
from chalicelib.services.world import World
from chalicelib.web.letters import TemplateLetters
from tests.builders.calendar import bangkok, government_calendar
from tests.builders.disclosure import MONTHLY
from tests.builders.organisations import employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import memory_world

SITE = "https://sucharit.example"
WORDS = "ขออภัยที่ล่าช้า & <ขอบคุณ> {{ 7 * 7 }}"
REPORT = Report(
    category="road",
    subject="ปิดบัง-หัวข้อ",
    detail="ปิดบัง-รายละเอียดที่ยาวพอ",
    location="ปิดบัง-สถานที่",
    name="ปิดบัง-ชื่อ",
    phone="0812345678",
    email="secret@example.com",
)
CALENDAR = government_calendar()

Deed = Callable[[Complaint, dict[str, Any]], Fact]

DEEDS: dict[str, Deed] = {
    "explained": lambda c, by: c.explain(WORDS, date(2026, 12, 21), calendar=CALENDAR, **by),
    "resolved": lambda c, by: c.resolve(WORDS, "ปิดบัง-สาเหตุ", "ปิดบัง-ป้องกัน", **by),
    "rejected": lambda c, by: c.reject(WORDS, **by),
    "referred": lambda c, by: c.refer(WORDS, "กรมทางหลวง", **by),
    "messaged": lambda c, by: c.message(WORDS, **by),
}
REMINDERS = ["due_soon", "due", "overdue", "watched"]


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 10:00"), letters=TemplateLetters(SITE))
    establish(world)
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "works"), Grant(Role.DISCLOSURE_EDITOR, "palad"))
    return world


def file(world: World, **other: Any) -> Change[Complaint]:
    """A complaint at the public works unit."""
    rules = organisations.find(world, "test").state.complaint_rules
    report, at = replace(REPORT, **other), world.clock.now()
    fact = Complaint.file(
        report, unit="works", channel=Channel.WEB, rules=rules, calendar=CALENDAR, by="citizen", at=at
    )
    return begin(Complaint, Key("test", Complaint.kind, "c1"), [fact], world.salt)


def act(world: World, record: Record[Complaint], kind: str) -> Change[Complaint]:
    """An officer does something with it."""
    fact = DEEDS[kind](record.state, {"by": "test-nong", "at": world.clock.now()})
    return proceed(record, [fact], world.salt)


def delivered(world: World) -> tuple[str, str]:
    """Subject and text of the one letter that a delivery sends."""
    world.clock.at = notice_from(world.clock.now() + timedelta(days=3), CALENDAR)
    world.mail.sent.clear()
    notices.deliver(world, lambda: 300)
    [(_, _, subject, text)] = world.mail.sent
    return subject, text


def to_complainant(world: World, kind: str, lang: str = "th") -> tuple[str, str]:
    """The letter that tells a complainant of this event."""
    change = filed = file(world, lang=lang)
    world.records.save(filed)
    if kind != "received":
        change = act(world, filed.record, kind)
        world.records.save(change)
    world.records.save(notices.for_complainant(world, change.record, f"complaint_{kind}"))
    return delivered(world)


def to_officer(world: World, kind: str) -> tuple[str, str]:
    """The letter that reminds the officer of a complaint."""
    filed = file(world)
    world.records.save(filed)
    here = organisations.find(world, "test")
    told = notices.for_roles(
        world, here, [Role.UNIT_OFFICER], "works", template=f"complaint_{kind}", about=filed.record
    )
    world.records.save(*told)
    return delivered(world)


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("kind", ["received", *DEEDS])
def test_a_letter_to_a_complainant_repeats_nothing_that_was_typed_into_the_form(
    world: World, kind: str, lang: str
) -> None:
    subject, text = to_complainant(world, kind, lang)
    for secret in ("ปิดบัง", "0812345678", "secret@"):
        assert secret not in subject + text
    assert WORDS not in subject


@pytest.mark.parametrize("kind", DEEDS)
def test_a_letter_tells_a_complainant_the_officers_words_as_they_are(world: World, kind: str) -> None:
    _, text = to_complainant(world, kind)
    assert WORDS in text


def test_words_that_were_erased_meanwhile_are_not_sent(world: World) -> None:
    filed = file(world)
    messaged = act(world, filed.record, "messaged")
    world.records.save(filed)
    erasing = Fact(kind="erased", actor="system", at=world.clock.now(), erases=("message",))
    erased = proceed(messaged.record, [erasing], world.salt, earlier=messaged.events)
    world.records.save(messaged, notices.for_complainant(world, messaged.record, "complaint_messaged"))
    world.records.save(erased)
    _, text = delivered(world)
    assert WORDS not in text
    assert "ข้อความจากเจ้าหน้าที่" not in text


def test_a_letter_leads_to_the_page_where_the_code_is_typed_in_the_reader_s_language(world: World) -> None:
    _, text = to_complainant(world, "received", "en")
    assert f"\n{SITE}/test/complaints/track?lang=en\n" in text


def test_the_receipt_tells_the_due_day_and_the_explanation_the_new_one(world: World) -> None:
    assert "9 ธ.ค. 2569" in to_complainant(world, "received")[1]
    world.records.records.clear()
    establish(world)
    assert "21 ธ.ค. 2569" in to_complainant(world, "explained")[1]


@pytest.mark.parametrize(("lang", "day"), [("th", "24 ธ.ค. 2569"), ("en", "24 December 2026")])
def test_who_is_asked_whether_it_is_still_solved_reads_until_when_it_can_be_reopened(
    world: World, lang: str, day: str
) -> None:
    filed = file(world, lang=lang)
    resolved = act(world, filed.record, "resolved")
    asked = Fact(kind="asked_if_solved", actor="system", at=world.clock.now())
    change = proceed(resolved.record, [asked], world.salt)
    for saved in (filed, resolved, change):
        world.records.save(saved)
    world.records.save(notices.for_complainant(world, change.record, "complaint_asked_if_solved"))
    assert day in delivered(world)[1]


@pytest.mark.parametrize(
    ("kind", "data", "lang", "words"),
    [
        ("merged", {"into": "c2"}, "th", "มีผู้ร้องเรียนเรื่องเดียวกันนี้ด้วย"),
        ("merged", {"into": "c2"}, "en", "Somebody else"),
        ("split", {"part": "c2"}, "th", "แยกปัญหาหนึ่งไปดำเนินการต่างหาก"),
        ("split", {"part": "c2"}, "en", "It holds two problems"),
    ],
)
def test_who_reported_a_duplicate_or_two_problems_at_once_is_told_how_they_go_on(
    world: World, kind: str, data: Any, lang: str, words: str
) -> None:
    filed = file(world, lang=lang)
    done = proceed(
        filed.record, [Fact(kind=kind, actor="test-nong", at=world.clock.now(), data=data)], world.salt
    )
    world.records.save(filed)
    world.records.save(done, notices.for_complainant(world, done.record, f"complaint_{kind}"))
    subject, text = delivered(world)
    assert "c2" not in subject + text
    assert "ปิดบัง" not in subject + text
    assert words in text


def test_a_referral_names_the_body(world: World) -> None:
    assert "กรมทางหลวง" in to_complainant(world, "referred")[1]


@pytest.mark.parametrize("kind", REMINDERS)
def test_a_reminder_says_which_complaint_is_due_when_and_where_to_work_it(world: World, kind: str) -> None:
    subject, text = to_officer(world, kind)
    assert "ปิดบัง" not in subject + text
    for told in ("นาย nong", "ถนน", "กองช่าง", "9 ธ.ค. 2569", "รับเรื่องแล้ว"):
        assert told in text
    assert f"\n{SITE}/test/console/complaints/c1\n" in text


@pytest.mark.parametrize("kind", ["due_soon", "stale"])
def test_a_reminder_of_an_item_names_it_as_the_plan_does(world: World, kind: str) -> None:
    plans.adopt(world, "test", real_plan(), by="system")
    here = organisations.find(world, "test")
    defined = begin(
        DisclosureItem,
        Key("test", DisclosureItem.kind, "1.7"),
        [DisclosureItem.define(MONTHLY, at=world.clock.now())],
        world.salt,
    )
    world.clock.at = bangkok("2026-12-10 02:00")
    fact = defined.record.state.overnight(date(2026, 12, 10), at=world.clock.now())
    assert fact
    reminded = proceed(defined.record, [fact], world.salt)
    told = notices.for_roles(
        world,
        here,
        [Role.DISCLOSURE_EDITOR],
        "palad",
        template=f"disclosure_{kind}",
        about=reminded.record,
    )
    world.records.save(defined)
    world.records.save(reminded, *told)
    _, text = delivered(world)
    name = next(item.name for item in real_plan().items if item.id == "1.7")
    assert f"1.7 {name.th}" in text
    assert "รอบ: เดือน พ.ย. 2569" in text
    assert f"\n{SITE}/test/console/disclosure?item=1.7\n" in text


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("kind", ["received", *DEEDS])
def test_a_letter_is_tidy(world: World, kind: str, lang: str) -> None:
    subject, text = to_complainant(world, kind, lang)
    assert subject.endswith(" – อบต.ทดสอบ" if lang == "th" else " – Test SAO")
    assert "\n" not in subject
    assert "\n\n\n" not in text
    assert "None" not in text
    assert all(line == line.strip() for line in text.splitlines())


def test_every_letter_of_the_folder_is_written_in_these_tests() -> None:
    folder = Path(__file__).parents[3] / "chalicelib" / "web" / "templates" / "mail"
    names = {path.stem for path in folder.glob("[!_]*.txt")}
    complaint = {
        f"complaint_{kind}" for kind in ("received", "asked_if_solved", "merged", "split", *DEEDS, *REMINDERS)
    }
    assert names == complaint | {"disclosure_due_soon", "disclosure_stale"}

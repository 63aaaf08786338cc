"""Two fiscal years of complaints for the demonstration, in every state, made through the services.

The same seed makes the same complaints, and their tokens make the same codes: running it again takes up
where an earlier run ended, and does nothing where that was the end.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from chalicelib.domain.calendar import BANGKOK, WorkingCalendar, bangkok_day, fiscal_year, fiscal_year_of
from chalicelib.domain.complaint import CITIZEN, Channel, Complaint, Contacted, Report
from chalicelib.domain.people import Person, Role, Task
from chalicelib.domain.position import Position
from chalicelib.domain.record import SYSTEM, Fact
from chalicelib.services import complaints, notices, organisations
from chalicelib.services.world import World

WorldAt = Callable[[datetime], World]

Villages = Mapping[str, Position | None]
"""The villages by their names, each with where it lies, if that is known."""

_SEED = 2570
_DAYS_BETWEEN = (1, 5)

_REPORTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "road": (
        "works",
        [
            ("ถนนเป็นหลุมลึก", "ถนนคอนกรีตแตกเป็นหลุมลึกประมาณหนึ่งคืบ รถจักรยานยนต์ล้มมาแล้วสองครั้ง"),
            ("ฝาท่อระบายน้ำหาย", "ฝาท่อริมทางหายไปหนึ่งฝา เด็กนักเรียนเดินผ่านทุกเช้า กลัวตกลงไป"),
            ("ต้นไม้ล้มขวางทาง", "กิ่งไม้ใหญ่หักขวางถนนหลังฝนตก รถเข้าออกไม่ได้"),
        ],
    ),
    "light": (
        "works",
        [
            ("ไฟส่องสว่างดับ", "ไฟถนนดับสามดวงติดกัน กลางคืนมืดมาก ชาวบ้านเดินลำบาก"),
            ("ไฟถนนติดทั้งวัน", "โคมไฟหน้าโรงเรียนติดทั้งกลางวันและกลางคืน น่าจะเสียที่ตัวควบคุม"),
        ],
    ),
    "water": (
        "works",
        [
            ("น้ำประปาไม่ไหล", "น้ำประปาหมู่บ้านไม่ไหลมาสองวัน ต้องซื้อน้ำใช้"),
            ("น้ำประปาขุ่น", "น้ำมีสีเหลืองและมีตะกอน ใช้ซักผ้าไม่ได้"),
        ],
    ),
    "drainage": (
        "works",
        [("น้ำท่วมขังหลังฝนตก", "ร่องระบายน้ำอุดตัน ฝนตกครั้งใดน้ำขังหน้าบ้านทุกครั้ง ส่งกลิ่นเหม็น")],
    ),
    "waste": (
        "palad",
        [
            ("รถขยะไม่มาเก็บ", "รถเก็บขยะไม่มาตามรอบสองสัปดาห์แล้ว ขยะล้นถังและมีแมลงวันมาก"),
            ("มีคนทิ้งขยะริมคลอง", "มีการนำขยะมาทิ้งริมคลองสาธารณะเป็นประจำในเวลากลางคืน"),
        ],
    ),
    "nuisance": (
        "palad",
        [
            ("เสียงดังกลางคืน", "ร้านอาหารเปิดเพลงเสียงดังเกินเวลาเกือบทุกคืน ผู้สูงอายุนอนไม่หลับ"),
            ("กลิ่นจากคอกสัตว์", "กลิ่นคอกหมูรบกวนบ้านใกล้เคียงโดยเฉพาะช่วงเย็น"),
        ],
    ),
    "welfare": (
        "palad",
        [("เบี้ยผู้สูงอายุไม่เข้า", "เบี้ยยังชีพเดือนที่แล้วไม่เข้าบัญชี สอบถามธนาคารแล้วไม่พบรายการ")],
    ),
    "tax_fee": (
        "finance",
        [("ใบแจ้งภาษีคลาดเคลื่อน", "จำนวนที่ดินในใบแจ้งภาษีไม่ตรงกับโฉนด ขอให้ตรวจสอบและแก้ไข")],
    ),
    "unfair_service": (
        "palad",
        [("รอคิวนาน มีคนแซงคิว", "มารอยื่นเอกสารตั้งแต่เช้า แต่มีคนรู้จักเจ้าหน้าที่ได้เข้าก่อนหลายคน")],
    ),
    "procurement": (
        "finance",
        [("ขอดูราคากลางงานจ้าง", "ไม่พบประกาศราคากลางของงานปรับปรุงถนนบนเว็บไซต์ ขอให้เผยแพร่")],
    ),
    "other": (
        "palad",
        [("ขอป้ายเตือนหน้าโรงเรียน", "อยากให้ติดป้ายเตือนลดความเร็วบริเวณหน้าโรงเรียน รถวิ่งเร็วมาก")],
    ),
}
_PLACES = ("หน้าวัด", "ตรงข้ามโรงเรียน", "ซอยข้างตลาด", "ทางเข้าหมู่บ้าน", "ใกล้ศาลากลางบ้าน", "ริมคลอง")
_CAUSES = (
    ("wear", "อุปกรณ์เสื่อมตามอายุ"),
    ("weather", "ฝนตกหนักต่อเนื่อง"),
    ("upkeep", "ขาดการตรวจตามรอบ"),
    ("works", "ผู้รับจ้างส่งงานไม่ครบ"),
)
_PREVENTIONS = ("ตรวจทุกเดือน", "เพิ่มรอบบำรุงรักษา", "สำรองอะไหล่ไว้ที่สำนักงาน", "กำหนดผู้รับผิดชอบประจำจุด")
_DONE = ("ซ่อมเรียบร้อยแล้ว ทดสอบใช้งานได้ปกติ", "เข้าดำเนินการแล้วเสร็จ ขอบคุณที่แจ้ง", "แก้ไขแล้ว และแจ้งผู้เกี่ยวข้องให้ระวัง")
_WHY_LONGER = ("รออะไหล่จากผู้ขาย", "ต้องตั้งงบประมาณและจัดจ้างตามระเบียบ", "พื้นที่ยังน้ำท่วม เข้าทำงานไม่ได้")

_CHANNELS = {Channel.WEB: 60, Channel.COUNTER: 15, Channel.PHONE: 12, Channel.LINE: 10, Channel.FORUM: 3}

# What becomes of one, and how often of a hundred.
_COURSES = {
    "resolved": 44,
    "explained_resolved": 16,
    "late_resolved": 8,
    "rejected": 7,
    "referred": 7,
    "reopened_resolved": 6,
    "reopened": 4,
    "explained": 4,
    "in_progress": 2,
    "assigned": 1,
    "overdue": 1,
}

# Days before today, and what becomes of them: so that each state is there on the day it is shown.
_RECENT = (
    (1, "untouched"),
    (2, "untouched"),
    (4, "assigned"),
    (6, "in_progress"),
    (8, "in_progress"),
    (11, "resolved"),
    (12, "rejected"),
    (13, "referred"),
    (14, "reopened"),
    (15, "explained"),
    (18, "overdue"),
)


@dataclass(frozen=True)
class _Life:
    """One complaint: how it came, and what was done on which day after that."""

    token: str
    received: datetime
    report: Report
    channel: Channel
    steps: tuple[tuple[int, str], ...]
    unit: str
    words: int


def fill(world_at: WorldAt, slug: str, today: date) -> None:
    """File and work the complaints of the organisation up to today, and run its nights."""
    now = morning(today)
    world = world_at(now)
    organisation = organisations.find(world, slug)
    officer = _officer(world, slug)
    calendar = organisations.calendar(world, organisation.state)
    known = organisation.state.village_positions
    villages = {village.th: known.get(village.th) for village in organisation.state.villages}
    acts: list[tuple[datetime, int, Callable[[World], object]]] = []
    for number, life in enumerate(_lives(today, villages)):
        acts.extend(
            (at, number, act) for at, act in _acts(world_at, slug, life, officer, calendar) if at < now
        )
    first = min(at for at, _, _ in acts)
    night = morning(bangkok_day(first)) + timedelta(hours=2)
    while night < now:
        acts.append((night, -1, _night))
        night += timedelta(days=4)
    for at, _, act in sorted(acts, key=lambda item: item[:2]):
        act(world_at(at))


def morning(day: date) -> datetime:
    """The instant at which the demonstration of a day is taken: its beginning in Bangkok."""
    return datetime.combine(day, time.min, BANGKOK)


def _night(world: World) -> None:
    complaints.night(world, lambda: 900.0)


def _officer(world: World, slug: str) -> Person:
    for row in notices.staff(world, slug):
        record = world.records.get(Person, slug, row.key.id)
        if record and Role.COMPLAINT_OFFICER in record.state.roles():
            return record.state
    raise LookupError(f"{slug} has no complaint officer")


def _lives(today: date, villages: Villages) -> Iterator[_Life]:
    chance = random.Random(_SEED)
    day = fiscal_year(fiscal_year_of(today) - 1).first
    number = 0
    while day <= today:
        course = chance.choices(list(_COURSES), list(_COURSES.values()))[0]
        number += 1
        yield _life(number, day, course, villages, chance)
        day += timedelta(days=chance.randint(*_DAYS_BETWEEN))
    for days, course in _RECENT:
        number += 1
        yield _life(number, today - timedelta(days=days), course, villages, chance)


def _life(number: int, day: date, course: str, villages: Villages, chance: random.Random) -> _Life:
    category = chance.choice(list(_REPORTS))
    unit, subjects = _REPORTS[category]
    subject, detail = chance.choice(subjects)
    village, place = chance.choice(list(villages)), chance.choice(_PLACES)
    gives_email, gives_phone = chance.random() < 0.4, chance.random() < 0.5
    report = Report(
        category=category,
        subject=f"{subject} {village}",
        detail=f"{detail} บริเวณ{place} {village}",
        location=place,
        village=village,
        position=_near(villages[village], number) if number % 3 == 0 else "",
        about_staff=category == "unfair_service",
        name="ผู้ร้องตัวอย่าง" if gives_email or gives_phone else "",
        phone=f"0 2000 {chance.randint(0, 9999):04}" if gives_phone else "",  # a number that nobody has
        email=f"citizen{number}@example.com" if gives_email else "",
    )
    at = time(chance.randint(7, 21), chance.randint(0, 59))
    return _Life(
        token=f"demonstration {number}",
        received=datetime.combine(day, at, BANGKOK),
        report=report,
        channel=chance.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
        steps=_course(course, chance),
        unit=unit,
        words=chance.randint(0, 99),
    )


def _near(village: Position | None, number: int) -> str:
    """Coordinates some hundred metres from a village, empty where nobody knows where that lies."""
    if village is None:
        return ""
    north, east = (number * 5 % 9 - 4) / 1000, (number * 7 % 11 - 5) / 1000
    return str(Position(village.latitude + north, village.longitude + east))


def _course(course: str, chance: random.Random) -> tuple[tuple[int, str], ...]:
    """What happens how many days after the complaint came."""
    taken, begun = chance.randint(0, 1), chance.randint(2, 4)
    done = chance.randint(5, 14)
    common = ((taken, "assign"), (begun, "start"))
    return {
        "resolved": (*common, (done, "resolve"), (done, "contacted")),
        "explained_resolved": (*common, (12, "explain"), (chance.randint(20, 35), "resolve")),
        "late_resolved": (*common, (chance.randint(19, 26), "resolve"), (27, "contacted")),
        "rejected": ((taken, "assign"), (begun, "reject")),
        "referred": ((taken, "assign"), (begun, "refer")),
        "reopened_resolved": (*common, (9, "resolve"), (16, "reopen"), (17, "start"), (24, "resolve")),
        "reopened": (*common, (8, "resolve"), (12, "reopen")),
        "explained": (*common, (11, "explain"), (40, "message"), (70, "resolve")),
        "in_progress": (*common, (60, "resolve")),
        "assigned": ((taken, "assign"), (45, "resolve")),
        "overdue": ((30, "assign"), (40, "resolve")),
        "untouched": (),
    }[course]


def _acts(
    world_at: WorldAt, slug: str, life: _Life, officer: Person, calendar: WorkingCalendar
) -> Iterator[tuple[datetime, Callable[[World], object]]]:
    """The complaint's filing and its steps, each to be done at its instant where it is not done yet."""

    @cache
    def filed() -> complaints.Filed:
        world = world_at(life.received)
        organisation = organisations.find(world, slug)
        by = CITIZEN if life.channel is Channel.WEB else officer.username
        return complaints.file(
            world, organisation, life.report, consent=True, token=life.token, channel=life.channel, by=by
        )

    yield life.received, lambda _: filed()
    for number, (days, action) in enumerate(life.steps, start=1):
        at = (life.received + timedelta(days=days)).replace(hour=9 + number % 7, minute=(7 * number) % 60)
        at = max(at, life.received + timedelta(minutes=number))

        def act(world: World, number: int = number, action: str = action, at: datetime = at) -> None:
            history = world.records.history(Complaint, slug, filed().id)
            if history is None or sum(e.actor != SYSTEM for e in history.events) > number:
                return
            if action == "reopen":
                organisation = organisations.find(world, slug)
                token = f"{life.token} reopen"
                complaints.reopen(world, organisation, filed().code, "ยังใช้งานไม่ได้เหมือนเดิม", token=token)
                return
            complaints.act(
                world,
                slug,
                filed().id,
                version=history.record.version,
                task=Task.ASSIGN_COMPLAINTS if action == "assign" else Task.WORK_COMPLAINTS,
                officer=officer,
                action=lambda complaint: _fact(complaint, action, life, officer, calendar, at),
            )

        yield at, act


def _fact(
    complaint: Complaint,
    action: str,
    life: _Life,
    officer: Person,
    calendar: WorkingCalendar,
    at: datetime,
) -> Fact:
    by: dict[str, Any] = {"by": officer.username, "at": at}
    pick = life.words
    match action:
        case "assign":
            return complaint.assign(life.unit, **by)
        case "start":
            return complaint.start(**by)
        case "explain":
            later = calendar.next_working_day(complaint.due_on + timedelta(days=20))
            message = _WHY_LONGER[pick % len(_WHY_LONGER)]
            return complaint.explain(message, later, calendar=calendar, **by)
        case "resolve":
            kind, cause = _CAUSES[pick % len(_CAUSES)]
            done, prevention = _DONE[pick % len(_DONE)], _PREVENTIONS[pick % len(_PREVENTIONS)]
            return complaint.resolve(done, cause, prevention, cause_kind=kind, **by)
        case "reject":
            return complaint.reject("ไม่อยู่ในอำนาจหน้าที่ของหน่วยงาน และไม่มีหน่วยงานอื่นรับผิดชอบ", **by)
        case "refer":
            message = "เรื่องนี้อยู่ในอำนาจของการไฟฟ้าส่วนภูมิภาค ส่งเรื่องต่อให้แล้ว"
            return complaint.refer(message, "การไฟฟ้าส่วนภูมิภาค", **by)
        case "message":
            return complaint.message("ยังอยู่ระหว่างจัดจ้าง จะแจ้งความคืบหน้าอีกครั้ง", **by)
        case _:
            return complaint.contacted(Contacted.CALL, "โทรแจ้งผลแล้ว ผู้ร้องรับทราบ", **by)

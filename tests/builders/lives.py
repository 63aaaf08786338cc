"""What the model of complaints' lives knows: days and lists, and nothing of how a complaint is folded."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

OPEN = {"received", "assigned", "in_progress", "explained", "reopened"}
DECIDED = {"resolve": "resolved", "reject": "rejected", "refer": "referred"}
STAGES = [
    (-5, {"officer"}),
    (-2, {"officer", "head"}),
    (0, {"officer", "head"}),
    (1, {"head", "palad"}),
    (3, {"palad", "nayok"}),
]
NAMES = ("due_soon", "due_soon", "due", "overdue", "overdue")
PEOPLE = {
    "palad": {"officer": "nong", "head": "hua"},
    "works": {"officer": "chang", "head": "kong"},
}
"""Who holds the roles of a unit; those over all units have their holders' names."""

TYPED: dict[str, dict[str, str]] = {
    "start": {},
    "resolve": {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจ"},
    "reject": {"message": "ไม่อยู่ในอำนาจ"},
    "refer": {"message": "ส่งต่อแล้ว", "body": "กรมทางหลวง"},
    "message": {"message": "ขอข้อมูลเพิ่ม"},
    "contacted": {"how": "call", "message": "โทรแล้ว"},
    "note": {"note": "ช่างลาป่วย"},
}
WATCHED = {"assign", "explain", "resolve", "reject", "refer"}
"""What officers do that those who watch a complaint are told of."""

REOPEN_DAYS, ASKED_DAYS, SLA_DAYS = 30, 28, 15


@dataclass
class Clock:
    """`base`: the day from which its due day was computed, None where an officer explained it."""

    received: datetime
    due: date
    base: date | None
    stages: int = 0
    missed: bool = False


@dataclass
class Life:
    """What the model knows of a complaint; `whole`: what it was split off."""

    code: Any
    contact: str
    clock: Clock
    category: str = "road"
    unit: str = "palad"
    version: int = 1
    status: str = "received"
    decision: str = ""
    decided: date | None = None
    closed: date | None = None
    asked: bool = False
    held: bool = False
    unanswered: int = 0
    into: str = ""
    whole: str = ""
    parts: list[str] = field(default_factory=list)
    joined: dict[str, Clock] = field(default_factory=dict)
    watchers: set[str] = field(default_factory=set)
    surveyed: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)

    @property
    def email(self) -> bool:
        return self.contact == "email"

    def clocks(self) -> list[Clock]:
        return [self.clock, *self.joined.values()]

    def lead(self) -> Clock:
        return min(self.clocks(), key=lambda clock: clock.received)

    def is_open(self) -> bool:
        return self.status in OPEN and not self.into

    def set_due(self, due: date, base: date | None) -> None:
        for clock in self.clocks():
            clock.due, clock.base, clock.stages = due, base, 0

    def miss(self, today: date) -> None:
        if self.is_open():
            for clock in self.clocks():
                clock.missed |= today > clock.due

    def stage_passed(self, today: date) -> int:
        return len([day for day, _ in STAGES if day <= (today - self.lead().due).days])


def told_by(stage: int, unit: str) -> list[str]:
    """The people whom a stage (from 1) tells."""
    return [PEOPLE[unit].get(role, role) for role in sorted(STAGES[stage - 1][1])]


def a_month_later(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month, 12)
    first = date(year, month + 1, 1)
    last = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)

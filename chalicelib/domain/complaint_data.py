"""A complaint's rules and due days as the JSON of its events, and back."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import DueDay, SkippedDay, start_of_day
from chalicelib.domain.organisation import ComplaintRules, Stage
from chalicelib.domain.people import Role
from chalicelib.domain.record import Event, Json, instant


class Clock(Struct, frozen=True, kw_only=True):
    """By when a complaint is due, since when, and how far its escalation went."""

    received_at: datetime
    due_on: date
    computed: DueDay | None
    stages_done: int = 0
    missed: bool = False


class Follower(Struct, frozen=True, kw_only=True):
    """A complaint that was merged into another one, with its clock and how its complainant is told."""

    id: str
    clock: Clock
    has_email: bool
    is_called: bool
    """It has contact data but no email: somebody calls or writes."""


class Resolution(Struct, frozen=True):
    """That a complaint was resolved: by which of its events, when, and by what kind of cause, if said."""

    seq: int
    at: datetime
    cause_kind: str = ""


def resolution_data(resolution: Resolution | None) -> Json:
    if resolution is None:
        return None
    return {"seq": resolution.seq, "at": instant(resolution.at), "cause_kind": resolution.cause_kind}


def received_by(filed: Event) -> datetime:
    """When what this first event files was received: when it was filed, unless the event says otherwise."""
    data: Any = filed.data
    if "part" in data:
        return datetime.fromisoformat(data["part"]["received_at"])
    if "received_on" in data:
        return start_of_day(date.fromisoformat(data["received_on"]))
    return filed.at


def clock_data(clock: Clock) -> dict[str, Json]:
    return {
        "received_at": instant(clock.received_at),
        "due_on": clock.due_on.isoformat(),
        "due": due_data(clock.computed) if clock.computed else None,
        "stages_done": clock.stages_done,
        "missed": clock.missed,
    }


def clock_from(data: Any) -> Clock:
    return Clock(
        received_at=datetime.fromisoformat(data["received_at"]),
        due_on=date.fromisoformat(data["due_on"]),
        computed=due_from(data["due"]) if data["due"] else None,
        stages_done=data["stages_done"],
        missed=data["missed"],
    )


def due_data(due: DueDay) -> dict[str, Json]:
    return {
        "received_on": due.received_on.isoformat(),
        "counted_to": due.counted_to.isoformat(),
        "due_on": due.due_on.isoformat(),
        "skipped": [{"day": s.day.isoformat(), "th": s.th, "en": s.en} for s in due.skipped],
    }


def due_from(data: Any) -> DueDay:
    return DueDay(
        received_on=date.fromisoformat(data["received_on"]),
        counted_to=date.fromisoformat(data["counted_to"]),
        due_on=date.fromisoformat(data["due_on"]),
        skipped=tuple(SkippedDay(date.fromisoformat(s["day"]), s["th"], s["en"]) for s in data["skipped"]),
    )


def rules_data(rules: ComplaintRules) -> dict[str, Json]:
    return {
        "sla_days": rules.sla_days,
        "reopen_days": rules.reopen_days,
        "contact_months": rules.contact_months,
        "stages": [{"name": s.name, "day": s.day, "to": [str(r) for r in s.to]} for s in rules.stages],
    }


def rules_from(data: Any) -> ComplaintRules:
    return ComplaintRules(
        sla_days=data["sla_days"],
        reopen_days=data["reopen_days"],
        contact_months=data.get("contact_months", 12),
        stages=tuple(Stage(s["name"], s["day"], tuple(Role(r) for r in s["to"])) for s in data["stages"]),
    )

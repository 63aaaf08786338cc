"""Complaints of the same problem, with what was done about each (requirement P11.4)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person
from chalicelib.domain.record import Event, Record
from chalicelib.domain.recurrence import Likeness, Words, compared, grams, likeness
from chalicelib.services import complaints
from chalicelib.services.ports import Row
from chalicelib.services.world import World

MOST_LISTED = 500
"""Complaints of a category and the days around that are looked through, the newest."""

MOST_READ = 40
"""Of them, those whose texts are compared: by village and subject the nearest."""

MOST_SHOWN = 8

_ORDER = list(Likeness)


class Done(Struct, frozen=True):
    """What was done about a complaint, and why it had happened. `days`: from the day received."""

    message: str
    cause: str
    cause_kind: str
    prevention: str
    on: date
    days: int


class Match(Struct, frozen=True, kw_only=True):
    """A complaint that has something in common with the one that an officer looks at."""

    id: str
    likeness: Likeness
    subject: str
    village: str
    location: str
    status: Status
    is_open: bool
    received_on: date
    done: Done | None


def of(
    world: World, here: Record[Organisation], id: str, complaint: Complaint, officer: Person
) -> tuple[Match, ...]:
    """What resembles a complaint, of its category and received within the organisation's days before or
    after it, as far as the officer may read it; the closest first. Two round trips.

    One that rests in another by merging is left out: the other one stands for it.
    """
    around = timedelta(days=here.state.recurrence_days)
    rows = world.records.topic(
        Complaint,
        here.key.id,
        complaint.report.category,
        since=complaint.received_at - around,
        until=complaint.received_at + around,
        limit=MOST_LISTED,
    )
    others = [row for row in rows if row.key.id != id and is_read(row, officer)]
    nearest = _nearest(others, complaint)
    if not nearest:
        return ()
    own = Words.of(complaint.report)
    wanted = {row.key.id: _resolved_by(row) for row in nearest}
    found = []
    for record, event in world.records.pick(Complaint, here.key.id, wanted):
        if how := compared(own, Words.of(record.state.report)):
            found.append((_rank(how, own, record), _match(record, event, how)))
    found.sort(key=lambda pair: pair[0])
    return tuple(match for _, match in found[:MOST_SHOWN])


def is_read(row: Row, officer: Person) -> bool:
    """Whether a complaint in an index stands for itself and the officer may read it."""
    summary: Any = row.summary
    return not summary["merged_into"] and complaints.may_read(officer, summary["unit"], summary["escalated"])


def done(complaint: Complaint, event: Event | None) -> Done | None:
    """What the event that resolved a complaint tells of it."""
    if complaint.resolution is None or event is None:
        return None
    on = bangkok_day(complaint.resolution.at)
    return Done(
        message=event.text("message"),
        cause=event.text("cause"),
        cause_kind=complaint.resolution.cause_kind,
        prevention=event.text("prevention"),
        on=on,
        days=(on - bangkok_day(complaint.received_at)).days,
    )


def _nearest(rows: Sequence[Row], complaint: Complaint) -> list[Row]:
    """The rows whose texts are worth comparing: of the same village, or of an alike subject."""
    subject, village = grams(complaint.report.subject), complaint.report.village

    def nearness(row: Row) -> tuple[bool, float]:
        summary: Any = row.summary
        return bool(village) and summary["village"] == village, likeness(subject, grams(summary["subject"]))

    return sorted(rows, key=nearness, reverse=True)[:MOST_READ]


def _resolved_by(row: Row) -> int:
    summary: Any = row.summary
    return summary["resolution"]["seq"] if summary["resolution"] else 0


def _rank(how: Likeness, own: Words, record: Record[Complaint]) -> tuple[int, float, float]:
    """The closest first, then the more alike, then the newer."""
    alike = likeness(own.grams, Words.of(record.state.report).grams)
    return _ORDER.index(how), -round(alike, 1), -record.state.received_at.timestamp()


def _match(record: Record[Complaint], event: Event | None, how: Likeness) -> Match:
    state = record.state
    return Match(
        id=record.key.id,
        likeness=how,
        subject=state.report.subject,
        village=state.report.village,
        location=state.report.location,
        status=state.status,
        is_open=state.is_open(),
        received_on=bangkok_day(state.received_at),
        done=done(state, event),
    )

"""What concerns two complaints at once: merging duplicates, undoing that, and splitting one that is two.

Whoever filed a duplicate follows the complaint that it was merged into, and the clock of the earliest of
them counts. Each function yields the facts of both, which are saved together.
"""

from datetime import datetime
from typing import Any

from chalicelib.domain.calendar import DueDay
from chalicelib.domain.complaint import CONTACT_FIELDS, Complaint
from chalicelib.domain.complaint_data import clock_data, due_data, rules_data
from chalicelib.domain.complaint_terms import MOST_FOLLOWERS, MOST_PARTS
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.record import Fact, Record, instant


def merge(one: Record[Complaint], into: Record[Complaint], *, by: str, at: datetime) -> tuple[Fact, Fact]:
    """The first rests, and its complainant follows the second. Facts of the first and the second.

    Raises IllegalMoveError where the first can't be merged, InvalidFieldError where the second takes none.
    """
    state, target = one.state, into.state
    if not state.allows("merge"):
        raise IllegalMoveError("merge", "merged" if state.merged_into else state.status)
    if state.followers:
        raise InvalidFieldError(into="has_followers")
    if one.key == into.key:
        raise InvalidFieldError(into="itself")
    if target.merged_into:
        raise InvalidFieldError(into="merged")
    if not target.is_open():
        raise InvalidFieldError(into="decided")
    if state.report.is_about(target.unit) or target.report.is_about(state.unit):
        raise InvalidFieldError(into="about_it")
    if len(target.followers) >= MOST_FOLLOWERS:
        raise InvalidFieldError(into="too_many")
    joined: dict[str, Any] = {
        "of": one.key.id,
        "clock": clock_data(state.clock()),
        "has_email": bool(state.report.email),
        "is_called": state.report.has_contact() and not state.report.email,
    }
    return (
        Fact(kind="merged", actor=by, at=at, data={"into": into.key.id}),
        Fact(kind="follower_joined", actor=by, at=at, data=joined),
    )


def unmerge(one: Record[Complaint], target: Record[Complaint], *, by: str, at: datetime) -> tuple[Fact, Fact]:
    """The first stands for itself again, with its own clock, or the later day that all were told meanwhile.

    Raises IllegalMoveError where it is not merged, or is closed.
    """
    if not one.state.allows("unmerge"):
        raise IllegalMoveError("unmerge", one.state.status)
    _, followers = target.state.clocks_of_all(at)
    clock = next(f.clock for f in followers if f.id == one.key.id)
    due_on = max(one.state.due_on, clock.due_on)
    return (
        Fact(kind="unmerged", actor=by, at=at, data={"due_on": due_on.isoformat(), "missed": clock.missed}),
        Fact(kind="follower_left", actor=by, at=at, data={"of": one.key.id}),
    )


def split(
    one: Record[Complaint],
    part: str,
    *,
    unit: str,
    category: str,
    subject: str,
    detail: str,
    due: DueDay,
    by: str,
    at: datetime,
) -> tuple[Fact, Fact]:
    """One of two problems becomes a complaint of its own, with the id `part`, received on the same day.

    `due` is how the due day of a complaint received then comes about; where a later day was explained,
    that day holds for the part too. Facts of the first and of the part. Raises IllegalMoveError, and
    InvalidFieldError where many were split off already.
    """
    state = one.state
    if not state.allows("split"):
        raise IllegalMoveError("split", "merged" if state.merged_into else state.status)
    if len(state.parts) >= MOST_PARTS:
        raise InvalidFieldError(subject="too_many_parts")
    report = state.report
    contact = {name: value for name in CONTACT_FIELDS if (value := getattr(report, name))}
    place = {name: value for name in ("location", "position") if (value := getattr(report, name))}
    filed = Fact(
        kind="filed",
        actor=by,
        at=at,
        data={
            "category": category,
            "village": report.village,
            "about_staff": report.about_staff,
            "about_unit": report.about_unit,
            "lang": report.lang,
            "channel": str(state.channel),
            "unit": unit,
            "due": due_data(due),
            "rules": rules_data(state.rules),
            "part": {
                "of": one.key.id,
                "received_at": instant(state.received_at),
                "due_on": (due.due_on if state.computed else state.due_on).isoformat(),
                "is_computed": state.computed is not None,
                "missed": state.missed,
            },
        },
        private={"subject": subject, "detail": detail, **place, **contact},
    )
    return Fact(kind="split", actor=by, at=at, data={"part": part}), filed

"""Giving many complaints to a unit at once: a transaction each, so that one which can't be holds up none.

The form's token makes each of them once: whoever sends the form again, because a function died half-way or
the page was loaded anew, finds done what was done, and the rest goes on.
"""

import hmac
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record, fold, proceed
from chalicelib.services import complaint_telling, complaints
from chalicelib.services.ports import Claim, ClaimTakenError, StaleRecordError
from chalicelib.services.world import World


class Chosen(Struct, frozen=True):
    """A complaint as it was chosen on a list: at a version, to be given to a unit."""

    id: str
    version: int
    unit: str


class Ending(StrEnum):
    """What became of one that was chosen."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody changed it since the list was shown."""
    FINISHED = "finished"
    """It is decided, or was merged into another one."""
    ABOUT_UNIT = "about_unit"
    """It is about an officer of the unit."""
    NOT_ALLOWED = "not_allowed"
    """The officer's roles don't let it be given away, or there is none."""


class Result(Struct, frozen=True, kw_only=True):
    """What became of a complaint; its subject, version and former unit as far as the officer may read it."""

    id: str
    ending: Ending
    subject: str = ""
    version: int = 0
    unit_before: str = ""


def assign(
    world: World, org: str, officer: Person, chosen: Sequence[Chosen], *, note: str, token: str
) -> Iterator[Result]:
    """Give each complaint to its unit, with a note for officers where there is one.

    `token` is that of the form, which was checked. The units are the organisation's.
    """
    for one in chosen:
        body = "\x00".join(("assign", one.id, str(one.version), one.unit, note))
        claim = complaints.claim_of(world, org, f"{token} {one.id}", body)
        yield _assign(world, org, officer, one, note, claim)


def _assign(world: World, org: str, officer: Person, one: Chosen, note: str, claim: Claim) -> Result:
    record = world.records.get(Complaint, org, one.id)
    if record is None:
        return Result(id=one.id, ending=Ending.NOT_ALLOWED)
    if record.version != one.version and _was_done(claim, world.memory.claimed(claim.key)):
        return _done_before(world, record, officer)
    if not officer.may(Task.ASSIGN_COMPLAINTS, record.state.unit):
        return _ended(record, officer, Ending.NOT_ALLOWED)
    if record.version != one.version:
        return _ended(record, officer, Ending.CHANGED)
    now = world.clock.now()
    try:
        given = record.state.assign(one.unit, by=officer.username, at=now)
    except IllegalMoveError:
        return _ended(record, officer, Ending.FINISHED)
    except InvalidFieldError:
        return _ended(record, officer, Ending.ABOUT_UNIT)
    facts = [given, *([record.state.note(note, by=officer.username, at=now)] if note else [])]
    change = proceed(record, facts, world.salt)
    try:
        world.records.save(change, *complaint_telling.of(world, change, given), claim=claim)
    except ClaimTakenError as error:
        ending = Ending.DONE if _was_done(claim, error.fingerprint) else Ending.CHANGED
        return _ended(record, officer, ending)
    except StaleRecordError as error:
        newer: Record[Complaint] = error.newer  # type: ignore[assignment]
        return _ended(newer, officer, Ending.CHANGED)
    return Result(
        id=one.id,
        ending=Ending.DONE,
        subject=record.state.report.subject,
        version=change.record.version,
        unit_before=record.state.unit,
    )


def _was_done(claim: Claim, used_for: str | None) -> bool:
    """Whether this very form did it before."""
    return used_for is not None and hmac.compare_digest(used_for, claim.fingerprint)


def _done_before(world: World, record: Record[Complaint], officer: Person) -> Result:
    """Of one that this form gave away before: where it was until then, while nothing happened since."""
    history = world.records.history(Complaint, record.key.org, record.key.id)
    events = history.events if history else ()
    given = max((event.seq for event in events if event.kind == "assigned"), default=1)
    noted = [event.kind for event in events[given:]] in ([], ["noted"])
    before = fold(Complaint, events[: given - 1]).unit if given > 1 and noted else ""
    return Result(
        id=record.key.id,
        ending=Ending.DONE,
        # By this form the officer saw it, and gave it away.
        subject=record.state.report.subject,
        version=record.version,
        unit_before=before,
    )


def _ended(record: Record[Complaint], officer: Person, ending: Ending) -> Result:
    complaint = record.state
    if not complaints.may_read(officer, complaint.unit, complaint.escalated):
        return Result(id=record.key.id, ending=ending)
    return Result(
        id=record.key.id,
        ending=ending,
        subject=complaint.report.subject,
        version=record.version,
        unit_before=complaint.unit,
    )

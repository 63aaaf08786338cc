"""Merging duplicates, undoing it, and splitting one complaint that is two: both records in one save."""

import hashlib
import re
from collections.abc import Callable, Mapping

from chalicelib.domain import complaint_merging
from chalicelib.domain.calendar import bangkok_day, due_day
from chalicelib.domain.codes import CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, TrackingCode
from chalicelib.domain.complaint import Complaint, Report
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Change, Fact, Key, Record, State, begin, proceed
from chalicelib.services import complaints, notices, organisations
from chalicelib.services.ports import NoSuchRecordError, RecordExistsError, StaleRecordError
from chalicelib.services.world import World

_ID = re.compile(r"[0-9a-f]{20}")
_WRITES = 3


def merge(
    world: World, organisation: Record[Organisation], id: str, into: str, *, version: int, officer: Person
) -> Record[Complaint]:
    """Merge a complaint, as it stood at `version`, into another one, named by its id or a tracking code.

    Raises NoSuchRecordError, NotAllowedError, StaleRecordError, IllegalMoveError, InvalidFieldError.
    """
    org, now = organisation.key.id, world.clock.now()
    target_id = _named(world, org, into)

    def change(one: Record[Complaint], target: Record[Complaint]) -> list[Change[State]]:
        facts = complaint_merging.merge(one, target, by=officer.username, at=now)
        merged = proceed(one, [facts[0]], world.salt)
        told = [notices.for_complainant(world, merged.record, "complaint_merged")]
        return [
            merged,
            proceed(target, [facts[1]], world.salt),
            *(told if one.state.report.email else []),
        ]

    return _of_both(world, org, id, lambda _: target_id, change, version, officer, "merged")


def unmerge(
    world: World, organisation: Record[Organisation], id: str, *, version: int, officer: Person
) -> Record[Complaint]:
    """Undo a merging. Days off that were announced meanwhile count for both. Raises as `merge` does."""
    org, now = organisation.key.id, world.clock.now()
    calendar = organisations.calendar(world, organisation.state)

    def change(one: Record[Complaint], target: Record[Complaint]) -> list[Change[State]]:
        facts = complaint_merging.unmerge(one, target, by=officer.username, at=now)
        return [
            proceed(r, _recomputed(r, fact), world.salt) for r, fact in zip((one, target), facts, strict=True)
        ]

    def _recomputed(record: Record[Complaint], fact: Fact) -> list[Fact]:
        after = proceed(record, [fact], world.salt).record.state
        moved = after.recompute_due(calendar, at=now)
        return [fact, moved] if moved else [fact]

    return _of_both(world, org, id, lambda one: one.state.merged_into, change, version, officer, "unmerged")


def split(
    world: World,
    organisation: Record[Organisation],
    id: str,
    typed: Mapping[str, str],
    *,
    version: int,
    officer: Person,
) -> Record[Complaint]:
    """Make a complaint of its own of one of two problems: `category`, `subject` and `detail` of it are typed.

    The same form sent twice makes one. Raises as `merge` does.
    """
    org = organisation.key.id
    one = _standing(world, org, id, officer)
    part = hashlib.sha256(f"{org}#{id}#{version}#part".encode()).hexdigest()[:20]
    if one.version != version:
        if part in one.state.parts:
            return one
        raise StaleRecordError(one)
    report = Report(category=typed["category"], subject=typed["subject"], detail=typed["detail"])
    check(organisation.state, report, consent=True)
    received = bangkok_day(one.state.received_at)
    calendar = organisations.calendar(world, organisation.state)
    kept = one.state.computed
    facts = complaint_merging.split(
        one,
        part,
        unit=organisation.state.unit_for(
            report.category,
            one.state.report.village,
            about_staff=one.state.report.about_staff,
            about_unit=one.state.report.about_unit,
        ),
        category=report.category,
        subject=report.subject,
        detail=report.detail,
        due=kept or due_day(received, one.state.rules.sla_days, calendar),
        by=officer.username,
        at=world.clock.now(),
    )
    change = proceed(one, [facts[0]], world.salt)
    made = begin(Complaint, Key(org, Complaint.kind, part), [facts[1]], world.salt)
    told = [notices.for_complainant(world, change.record, "complaint_split")]
    try:
        world.records.save(change, made, *(told if one.state.report.email else []))
    except RecordExistsError:
        return _standing(world, org, id, officer)
    return change.record


def _of_both(
    world: World,
    org: str,
    id: str,
    other: Callable[[Record[Complaint]], str],
    change: Callable[[Record[Complaint], Record[Complaint]], list[Change[State]]],
    version: int,
    officer: Person,
    done: str,
) -> Record[Complaint]:
    """Change two complaints at once; the form was made of the first, so the second may have moved on."""
    for attempt in range(_WRITES):
        one = _standing(world, org, id, officer)
        if one.version != version:
            if one.version == version + 1 and _was_done(world, one, done, officer, other(one)):
                return one
            raise StaleRecordError(one)
        target = world.records.get(Complaint, org, other(one)) if other(one) else one
        if target is None:
            raise NoSuchRecordError
        changes = change(one, target)
        try:
            world.records.save(*changes)
            break
        except StaleRecordError as error:
            if error.newer.key == one.key or attempt == _WRITES - 1:
                raise
    return _standing(world, org, id, officer)


def _was_done(world: World, one: Record[Complaint], done: str, officer: Person, other: str) -> bool:
    """Whether the newest event is what this form asks for, sent once before by the same officer."""
    history = world.records.history(Complaint, one.key.org, one.key.id)
    newest = history.events[-1] if history else None
    return (
        newest is not None
        and newest.kind == done
        and newest.actor == officer.username
        and (done != "merged" or newest.data["into"] == other)
    )


def _standing(world: World, org: str, id: str, officer: Person) -> Record[Complaint]:
    record = world.records.get(Complaint, org, id)
    if record is None:
        raise NoSuchRecordError
    if not officer.may(Task.DECIDE_COMPLAINTS, record.state.unit):
        raise NotAllowedError
    return record


def _named(world: World, org: str, typed: str) -> str:
    """The id of a complaint that an officer names. Raises InvalidFieldError where there is none."""
    if _ID.fullmatch(typed) and world.records.get(Complaint, org, typed):
        return typed
    try:
        return complaints.follow(world, org, TrackingCode.parse(typed)).record.key.id
    except (CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, complaints.UnknownCodeError):
        raise InvalidFieldError(into="unknown") from None

"""Complaints: file, follow by the code, work, and what the night does with them (requirements P11, S3)."""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from chalicelib.domain.calendar import WorkingCalendar, bangkok_day
from chalicelib.domain.codes import TrackingCode, lookup_hash
from chalicelib.domain.complaint import CITIZEN, Channel, Complaint, Report
from chalicelib.domain.complaint_report import MOST, check
from chalicelib.domain.errors import DomainError, IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Role, Task
from chalicelib.domain.record import (
    SYSTEM,
    Change,
    Fact,
    History,
    Key,
    Place,
    Record,
    State,
    begin,
    new,
    proceed,
)
from chalicelib.services import complaint_telling, file_cleaning, form_tokens, notices, organisations
from chalicelib.services.nightly import LEAVE_AT, Remaining, Summary, tell_failure, walk
from chalicelib.services.ports import (
    Claim,
    ClaimTakenError,
    NoSuchRecordError,
    RecordExistsError,
    Row,
    StaleRecordError,
)
from chalicelib.services.world import World

_WRITES = 5
"""How often to try to save what must be saved whoever saves meanwhile."""


class OtherBodyError(DomainError):
    """The form's token or the idempotency key was used for another complaint or message already."""


class UnknownCodeError(DomainError):
    """No complaint of this organisation has the code."""


class CodeEntry(State, frozen=True):
    """Which complaint a tracking code opens; kept under a keyed hash of the code."""

    kind: ClassVar[str] = "tracking"

    complaint: str
    serial: int = 1
    """Which of the complaint's codes it is; all but the newest are void."""

    def place(self, key: Key) -> Place:
        return Place()


class Filed(Struct, frozen=True):
    """A complaint as it was filed, and its tracking code, which nothing stores."""

    code: TrackingCode
    id: str
    complaint: Complaint


Merging = Callable[[Record[Complaint]], tuple[Fact, Change[Complaint]]]
"""That a complaint, as it is filed, is merged at once, and what becomes of the one that it is merged into."""


def file(
    world: World,
    organisation: Record[Organisation],
    report: Report,
    *,
    consent: bool,
    token: str,
    channel: Channel,
    by: str = CITIZEN,
    received_on: date | None = None,
    merging: Merging | None = None,
) -> Filed:
    """File a complaint; the same token and report again give the same code and make nothing new.

    One transaction: complaint, first event, the code's hash, the token's claim, the receipt by email; with
    `merging`, the complaint that it is merged into at once.
    Raises InvalidFieldError, OtherBodyError where the token served for another report, and what `merging`
    raises.
    """
    check(organisation.state, report, consent=consent)
    org, now = organisation.key.id, world.clock.now()
    code, key, claim = _drafted(world, org, report, token, received_on)
    filed = Complaint.file(
        report,
        unit=organisation.state.unit_for(
            report.category, report.village, about_staff=report.about_staff, about_unit=report.about_unit
        ),
        channel=channel,
        rules=organisation.state.complaint_rules,
        calendar=organisations.calendar(world, organisation.state),
        by=by,
        at=now,
        received_on=received_on,
    )
    change = begin(Complaint, key, [filed], world.salt)
    others: list[Change[State]] = [new(_code_key(world, org, code), CodeEntry(key.id))]
    if merging:
        merged, other = merging(change.record)
        change = begin(Complaint, key, [filed, merged], world.salt)
        others.append(other)
    try:
        world.records.save(change, *others, *complaint_telling.receipt(world, change), claim=claim)
    except (ClaimTakenError, RecordExistsError) as error:
        if isinstance(error, ClaimTakenError):
            _must_be_the_same(claim, error.fingerprint)
        before = _as_filed(world, code, key)
        if before is None:
            raise NoSuchRecordError from error
        return before
    return Filed(code, key.id, change.record.state)


def filed_before(
    world: World, organisation: Record[Organisation], report: Report, token: str
) -> Filed | None:
    """The complaint that was filed by this very form, None where there is none."""
    code, key, _ = _drafted(world, organisation.key.id, report, token)
    return _as_filed(world, code, key)


def follow(world: World, org: str, code: TrackingCode) -> History[Complaint]:
    """The complaint that the code opens. Raises UnknownCodeError, at the cost of a code that is known."""
    entry = world.records.get(CodeEntry, org, _code_key(world, org, code).id)
    history = world.records.history(Complaint, org, entry.state.complaint if entry else "unknown")
    if entry is None or history is None or history.record.state.code_serial != entry.state.serial:
        raise UnknownCodeError
    return history


def part_of(world: World, whole: Record[Complaint], id: str) -> Record[Complaint]:
    """What was split off a complaint, or off a part of it. Raises NoSuchRecordError for all else."""
    part = above = world.records.get(Complaint, whole.key.org, id)
    while above and above.state.part_of:
        if above.state.part_of == whole.key.id and part:
            return part
        above = world.records.get(Complaint, whole.key.org, above.state.part_of)
    raise NoSuchRecordError


def write(world: World, org: str, code: TrackingCode, message: str, *, token: str, part: str = "") -> None:
    """The complainant writes to the officers; the same form sent again writes nothing new.

    `part`: about what was split off her complaint, by its id. Raises UnknownCodeError, IllegalMoveError,
    InvalidFieldError, NoSuchRecordError where the part is not hers, or OtherBodyError where the form's token
    served for something else.
    """
    now = world.clock.now()
    claim = claim_of(world, org, token, "\x00".join(("write", code.reveal(), part, message)))
    by_citizen(
        world, org, code, claim, message, lambda c, of: c.citizen_message(message, at=now, of=of), part
    )


def reopen(
    world: World,
    organisation: Record[Organisation],
    code: TrackingCode,
    message: str,
    *,
    token: str,
    part: str = "",
) -> None:
    """The complainant reopens a decided complaint, with a new clock. As `write` otherwise."""
    calendar = organisations.calendar(world, organisation.state)
    now = world.clock.now()
    org = organisation.key.id
    claim = claim_of(world, org, token, "\x00".join(("reopen", code.reveal(), part, message)))
    by_citizen(
        world,
        org,
        code,
        claim,
        message,
        lambda c, of: c.reopen(message, calendar=calendar, at=now, of=of),
        part,
    )


def find(world: World, org: str, id: str, officer: Person) -> History[Complaint]:
    """A complaint with its events, for an officer who may read it.

    Raises NoSuchRecordError; NotAllowedError where it is another unit's, or, for the executive, has not
    been escalated.
    """
    history = world.records.history(Complaint, org, id)
    if history is None:
        raise NoSuchRecordError
    complaint = history.record.state
    if not may_read(officer, complaint.unit, complaint.escalated):
        raise NotAllowedError
    return history


def may_read(officer: Person, unit: str, escalated: Collection[str]) -> bool:
    """Whether an officer's roles show a complaint of the unit that was escalated to these roles.

    As executive somebody reads what was escalated to the executive, and by other roles what those read.
    """
    others = replace(officer, grants=tuple(g for g in officer.grants if g.role is not Role.EXECUTIVE))
    if others.may(Task.READ_COMPLAINTS, unit):
        return True
    return officer.may(Task.READ_COMPLAINTS, unit) and Role.EXECUTIVE in escalated


Action = Callable[[Complaint], Fact]
"""A verb of the aggregate with all of its arguments but the complaint."""

CitizenAction = Callable[[Complaint, str], Fact]
"""A verb of a complainant: of the complaint, and of the merged one whose complainant it is, or none."""


def act(
    world: World, org: str, id: str, *, version: int, task: Task, officer: Person, action: Action
) -> Record[Complaint]:
    """Do something with a complaint as it stood at `version`, and tell a complainant who left an address.

    Raises StaleRecordError where somebody else saved since, NoSuchRecordError, NotAllowedError, and what
    the verb raises.
    """
    record = world.records.get(Complaint, org, id)
    if record is None:
        raise NoSuchRecordError
    if not officer.may(task, record.state.unit):
        raise NotAllowedError
    if record.version != version:
        raise StaleRecordError(record)
    fact = action(record.state)
    change = proceed(record, [fact], world.salt)
    world.records.save(change, *complaint_telling.of(world, change, fact))
    return change.record


def reissue_code(world: World, org: str, id: str, *, version: int, officer: Person) -> TrackingCode:
    """A new code for somebody who lost theirs; all earlier ones are void.

    Raises as `act` does.
    """
    record = world.records.get(Complaint, org, id)
    if record is None:
        raise NoSuchRecordError
    if not officer.may(Task.REISSUE_CODES, record.state.unit):
        raise NotAllowedError
    if record.version != version:
        raise StaleRecordError(record)
    code = TrackingCode.derive(
        world.keys.key("tracking code"), org, world.chance.bytes(32).hex(), id.encode()
    )
    fact = record.state.reissue_code(by=officer.username, at=world.clock.now())
    change = proceed(record, [fact], world.salt)
    entry = new(_code_key(world, org, code), CodeEntry(id, change.record.state.code_serial))
    world.records.save(change, entry)
    return code


def recompute_due_days(world: World, organisation: Record[Organisation], remaining: Remaining) -> bool:
    """After a day off was announced or withdrawn: move the due days of open complaints. Whether all is done.

    Each complaint is a transaction of its own; the settings keep that the work is not done until all is, and
    what there is no time for the night does.
    """
    changes = _due_days_recomputed(world, organisation, remaining)
    for change in changes:
        world.records.save(change)
        organisations.forget()
    return bool(changes)


def _due_days_recomputed(
    world: World, organisation: Record[Organisation], remaining: Remaining
) -> Sequence[Change[State]]:
    """Move the due days; the change that says so, none where some are left or could not be moved."""
    org, calendar = organisation.key.id, organisations.calendar(world, organisation.state)
    whole = True
    for unit in organisation.state.queues():
        for row in queue(world, org, unit.id):
            if remaining() < LEAVE_AT:
                return ()
            try:
                _recompute_due_day(world, row.key, calendar)
            except Exception as error:  # one complaint must not hold up all that stand after it
                whole = False
                tell_failure(row.key, error)
    if not whole:
        return ()
    applied = organisation.state.apply_calendar(world.holidays.edition(), by=SYSTEM, at=world.clock.now())
    return (proceed(organisation, [applied], world.salt),)


def _recompute_due_day(world: World, key: Key, calendar: WorkingCalendar) -> None:
    """Move one due day, whoever saves the complaint meanwhile."""
    for attempt in range(_WRITES):
        record = world.records.get(Complaint, key.org, key.id)
        fact = record.state.recompute_due(calendar, at=world.clock.now()) if record else None
        if record is None or fact is None:
            return
        try:
            world.records.save(proceed(record, [fact], world.salt))
            return
        except StaleRecordError:
            if attempt == _WRITES - 1:
                raise


def queue(world: World, org: str, unit: str, after: tuple[str, str] | None = None) -> Iterator[Row]:
    """All open complaints of a unit, the most urgent first, or those after this due day and id."""
    cursor: str | None = None
    while True:
        page = world.records.queue(Complaint, org, unit, limit=500, cursor=cursor, after=after)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def night(world: World, remaining: Remaining) -> Summary:
    """Remind of complaints that are due or overdue, close those that nobody reopened, move due days."""

    def move(record: Record[Organisation]) -> Sequence[Change[State]]:
        return _due_days_recomputed(world, record, remaining)

    def remind_or_close(record: Record[Complaint]) -> Sequence[Change[State]]:
        now = world.clock.now()
        fact = record.state.overnight(bangkok_day(now), at=now)
        if fact is None:
            return ()
        organisation = organisations.find(world, record.key.org)
        if organisation.state.paused and fact.kind in {"reminded", "asked_if_solved"}:
            return ()
        # What is erased is taken out of all events so far.
        earlier = world.records.history(Complaint, record.key.org, record.key.id) if fact.erases else None
        change = proceed(record, [fact], world.salt, earlier.events if earlier else ())
        if fact.erases:
            file_cleaning.erase(world, record.key.org, record.key.id)
        if fact.kind == "closed":
            told = [] if organisation.state.paused else complaint_telling.of_watchers(world, change, fact)
            return (change, *_followers_closed(world, record, fact), *told)
        if fact.kind == "asked_if_solved":
            return (change, *complaint_telling.of_question(world, organisation, record, change))
        if fact.kind != "reminded":
            return (change,)
        stage: Any = fact.data
        told = notices.for_roles(
            world,
            organisation,
            [Role(r) for r in stage["to"]],
            record.state.unit,
            template=f"complaint_{stage['stage']}",
            about=change.record,
        )
        return (change, *told, *complaint_telling.of_watchers(world, change, fact))

    return walk(world, Organisation, move, remaining) + walk(world, Complaint, remind_or_close, remaining)


def by_citizen(
    world: World,
    org: str,
    code: TrackingCode,
    claim: Claim,
    message: str,
    action: CitizenAction,
    part: str = "",
) -> None:
    """Let whoever knows the code do something, once a claim; raises as `write` does.

    Where the complaint was merged into another one, it is done with that.
    """
    if len(message) > MOST["detail"]:
        raise InvalidFieldError(message="too_long")
    record, of = _followed(world, org, code, part)
    for attempt in (1, 2, 3):
        try:
            fact = action(record.state, of)
            change = proceed(record, [fact], world.salt)
            world.records.save(change, *complaint_telling.of_watchers(world, change, fact), claim=claim)
        except ClaimTakenError as error:
            _must_be_the_same(claim, error.fingerprint)
            return
        except StaleRecordError:
            if attempt == 3:
                raise
            record, of = _followed(world, org, code, part)
        except IllegalMoveError:
            # The first of two equal posts may have moved it already: its claim tells.
            used_for = world.memory.claimed(claim.key)
            if used_for is None:
                raise
            _must_be_the_same(claim, used_for)
            return
        else:
            return


def _must_be_the_same(claim: Claim, used_for: str) -> None:
    """Raise OtherBodyError where a claim's key was used for something else."""
    if not hmac.compare_digest(used_for, claim.fingerprint):
        raise OtherBodyError


def _followed(world: World, org: str, code: TrackingCode, part: str) -> tuple[Record[Complaint], str]:
    """What the code's complainant follows, and, where that is another complaint, the id of her own."""
    own = follow(world, org, code).record
    if part:
        own = part_of(world, own, part)
    if not own.state.merged_into:
        return own, ""
    target = world.records.get(Complaint, org, own.state.merged_into)
    if target is None:
        raise NoSuchRecordError
    return target, own.key.id


def _followers_closed(world: World, record: Record[Complaint], closed: Fact) -> list[Change[State]]:
    """Those merged into a complaint that is closed are closed with it."""
    merged = (world.records.get(Complaint, record.key.org, f.id) for f in record.state.followers)
    return [proceed(one, [closed], world.salt) for one in merged if one]


def _drafted(
    world: World, org: str, report: Report, token: str, received_on: date | None = None
) -> tuple[TrackingCode, Key, Claim]:
    """The code, the key and the claim of a complaint; all follow from the form's report, day and token."""
    # What says nothing counts for nothing: a field that is new some day changes no code derived before.
    told = {name: value for name, value in asdict(report).items() if value}
    if received_on:
        told["received_on"] = received_on.isoformat()
    body = json.dumps(told, sort_keys=True, ensure_ascii=False)
    code = TrackingCode.derive(world.keys.key("tracking code"), org, token, body.encode())
    key = Key(org, Complaint.kind, keyed(world, "complaint id", org, code.reveal())[:20])
    return code, key, claim_of(world, org, token, body)


def _as_filed(world: World, code: TrackingCode, key: Key) -> Filed | None:
    history = world.records.history(Complaint, key.org, key.id)
    if history is None:
        return None
    state = Complaint.first(history.events[0])
    for event in history.events[1:2]:
        # Whoever joined another complaint by the form had hers merged with its filing.
        if event.kind == "merged" and event.actor == CITIZEN:
            state = state.after(event)
    return Filed(code, key.id, state)


def claim_of(world: World, org: str, token: str, body: str) -> Claim:
    """The claim of a form: its token may be used once, for this body."""
    return Claim(
        key=f"TOKEN#{keyed(world, 'token', org, token)}",
        fingerprint=keyed(world, "body", org, body),
        expires=world.clock.now() + form_tokens.LIVES,
    )


def _code_key(world: World, org: str, code: TrackingCode) -> Key:
    return Key(org, CodeEntry.kind, lookup_hash(world.keys.key("code lookup"), org, code))


def keyed(world: World, purpose: str, *parts: str) -> str:
    """A hash (hex) of some parts that nobody without the server's key can make; another one a purpose."""
    message = "\x00".join(parts).encode()
    return hmac.new(world.keys.key(purpose), message, hashlib.sha256).hexdigest()

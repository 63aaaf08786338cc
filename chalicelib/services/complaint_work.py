"""What officers do with a complaint: which role it takes, what is typed for it, and doing it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from chalicelib.domain import complaint_files
from chalicelib.domain.calendar import (
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    WorkingCalendar,
    bangkok_day,
    parse_date,
)
from chalicelib.domain.complaint import Complaint, Contacted
from chalicelib.domain.errors import DomainError, IllegalMoveError, InvalidFieldError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import ACTOR, Fact, History, Record, broken_at, fold
from chalicelib.services import complaint_merging, complaints, organisations
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World


class Action(Struct, frozen=True):
    """Something that officers do: the task that a role must allow, and the fields, of which `optional` ones
    may be empty."""

    task: Task
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


ACTIONS: Mapping[str, Action] = {
    "start": Action(Task.WORK_COMPLAINTS),
    "assign": Action(Task.ASSIGN_COMPLAINTS, ("unit",)),
    "resolve": Action(
        Task.WORK_COMPLAINTS,
        ("message", "cause_kind", "cause", "prevention", "files"),
        optional=("cause_kind", "files"),
    ),
    "explain": Action(Task.WORK_COMPLAINTS, ("message", "due_on", "files"), optional=("files",)),
    "refer": Action(Task.DECIDE_COMPLAINTS, ("message", "body")),
    "reject": Action(Task.DECIDE_COMPLAINTS, ("message",)),
    "merge": Action(Task.DECIDE_COMPLAINTS, ("into",)),
    "unmerge": Action(Task.DECIDE_COMPLAINTS),
    "split": Action(Task.DECIDE_COMPLAINTS, ("category", "subject", "detail")),
    "recategorise": Action(Task.DECIDE_COMPLAINTS, ("category",)),
    "contacted": Action(Task.WORK_COMPLAINTS, ("how", "message")),
    "message": Action(Task.WORK_COMPLAINTS, ("message", "files"), optional=("files",)),
    "note": Action(Task.WORK_COMPLAINTS, ("note",)),
    "watch": Action(Task.READ_COMPLAINTS),
    "unwatch": Action(Task.READ_COMPLAINTS),
    "hold": Action(Task.DECIDE_COMPLAINTS, ("note",)),
    "lift": Action(Task.DECIDE_COMPLAINTS, ("note",)),
}
"""In the order in which a page offers them."""


def offered(complaint: Complaint, officer: Person) -> list[str]:
    """The actions that both the complaint's state and the officer's roles allow."""
    return [
        name
        for name, action in ACTIONS.items()
        if complaint.allows(name)
        and officer.may(action.task, complaint.unit)
        and name != ("watch" if officer.username in complaint.watchers else "unwatch")
    ]


def do(
    world: World,
    organisation: Record[Organisation],
    id: str,
    *,
    action: str,
    typed: Mapping[str, str],
    version: int,
    officer: Person,
) -> Record[Complaint]:
    """Do one of `ACTIONS` with a complaint as it stood at `version`; `typed` holds the cleaned fields.

    The same form sent twice is done once. Raises NoSuchRecordError, NotAllowedError, StaleRecordError,
    IllegalMoveError, InvalidFieldError.
    """
    org, now = organisation.key.id, world.clock.now()
    calendar = organisations.calendar(world, organisation.state)

    def move(complaint: Complaint) -> Fact:
        fact = _fact(complaint, action, typed, organisation.state, calendar, officer.username, now)
        return complaint_files.send_along(fact, complaint.files, typed.get("files", "").split())

    match action:
        case "merge":
            _check(action, typed, organisation.state)
            into = typed["into"]
            return complaint_merging.merge(world, organisation, id, into, version=version, officer=officer)
        case "unmerge":
            return complaint_merging.unmerge(world, organisation, id, version=version, officer=officer)
        case "split":
            return complaint_merging.split(world, organisation, id, typed, version=version, officer=officer)
    task = ACTIONS[action].task
    try:
        return complaints.act(world, org, id, version=version, task=task, officer=officer, action=move)
    except StaleRecordError:
        history = complaints.find(world, org, id, officer)
        if not _was_done(history, version, officer, move):
            raise
        return history.record


def suggested_day(world: World, organisation: Organisation, complaint: Complaint) -> date:
    """A later due day to suggest: the first working day once the days of the rules passed anew."""
    calendar = organisations.calendar(world, organisation)
    today = bangkok_day(world.clock.now())
    last = max(complaint.due_on, today) + timedelta(days=complaint.rules.sla_days)
    return last if calendar.is_working_day(last) else calendar.next_working_day(last)


def is_intact(history: History[Complaint]) -> bool:
    """Whether the events fit their chain, up to the one that the state names as its newest."""
    record, events = history.record, history.events
    return broken_at(events) is None and len(events) == record.events and events[-1].hash() == record.head


def _was_done(history: History[Complaint], version: int, officer: Person, move: complaints.Action) -> bool:
    """Whether the newest event is what this form asks for, sent once before by the same officer."""
    if history.record.version != version + 1 or len(history.events) < 2:
        return False
    newest = history.events[-1]
    try:
        fact = move(fold(Complaint, history.events[:-1]))
    except DomainError:
        return False
    texts = {name: words.value for name, words in newest.private.items() if name != ACTOR}
    return (newest.actor, newest.kind, newest.data, texts) == (
        officer.username,
        fact.kind,
        fact.data,
        fact.private,
    )


def _fact(
    complaint: Complaint,
    action: str,
    typed: Mapping[str, str],
    organisation: Organisation,
    calendar: WorkingCalendar,
    by: str,
    at: datetime,
) -> Fact:
    """The fact that an action makes. Raises IllegalMoveError, InvalidFieldError."""
    if not complaint.allows(action):
        raise IllegalMoveError(action, complaint.status)
    _check(action, typed, organisation)
    match action:
        case "start":
            return complaint.start(by=by, at=at)
        case "assign":
            return complaint.assign(typed["unit"], by=by, at=at)
        case "resolve":
            return complaint.resolve(
                typed["message"],
                typed["cause"],
                typed["prevention"],
                cause_kind=typed.get("cause_kind", ""),
                by=by,
                at=at,
            )
        case "explain":
            due_on = parse_date(typed["due_on"])
            return complaint.explain(typed["message"], due_on, calendar=calendar, by=by, at=at)
        case "refer":
            return complaint.refer(typed["message"], typed["body"], by=by, at=at)
        case "reject":
            return complaint.reject(typed["message"], by=by, at=at)
        case "contacted":
            return complaint.contacted(Contacted(typed["how"]), typed["message"], by=by, at=at)
        case "recategorise":
            return complaint.recategorise(typed["category"], by=by, at=at)
        case "watch":
            return complaint.watch(by=by, at=at)
        case "unwatch":
            return complaint.unwatch(by=by, at=at)
        case "hold":
            return complaint.hold(typed["note"], by=by, at=at)
        case "lift":
            return complaint.lift(typed["note"], by=by, at=at)
        case "message":
            return complaint.message(typed["message"], by=by, at=at)
        case _:
            return complaint.note(typed["note"], by=by, at=at)


def _check(action: str, typed: Mapping[str, str], organisation: Organisation) -> None:
    """Raise InvalidFieldError for all of an action's fields that are empty or can't be read."""
    fields = ACTIONS[action].fields
    optional = ACTIONS[action].optional
    reasons = {name: "required" for name in fields if name not in optional and not typed[name]}
    if typed.get("unit") and organisation.unit(typed["unit"]) is None:
        reasons["unit"] = "unknown"
    if typed.get("category") and organisation.category(typed["category"]) is None:
        reasons["category"] = "unknown"
    if typed.get("cause_kind") and organisation.cause_kind(typed["cause_kind"]) is None:
        reasons["cause_kind"] = "unknown"
    if typed.get("how") and typed["how"] not in set(Contacted):
        reasons["how"] = "unknown"
    if typed.get("due_on"):
        try:
            parse_date(typed["due_on"])
        except MalformedDateError:
            reasons["due_on"] = "malformed_date"
        except NoSuchDayError:
            reasons["due_on"] = "no_such_day"
        except DateOutOfRangeError:
            reasons["due_on"] = "year_out_of_range"
    if reasons:
        raise InvalidFieldError(**reasons)

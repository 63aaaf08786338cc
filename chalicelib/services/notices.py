"""Who is told what, and when.

Notices are made in the transaction of the event that they tell of, and delivered afterwards, each on its
own. Mail can't be exactly once: a run that dies between sending and saving sends again, under the same id.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of, notice_from
from chalicelib.domain.complaint import Complaint
from chalicelib.domain.disclosure import DisclosureItem
from chalicelib.domain.errors import DomainError
from chalicelib.domain.notices import FAILED_QUEUE, Notice, NoticeStatus
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import UNIT_ROLES, Person, Role
from chalicelib.domain.record import Change, History, Key, Record, State, new, replaced
from chalicelib.services import guard, organisations, plans
from chalicelib.services.nightly import Remaining, Summary, walk
from chalicelib.services.ports import (
    Letter,
    MailError,
    NoSuchAddressError,
    NoSuchRecordError,
    Page,
    Row,
    StaleRecordError,
)
from chalicelib.services.world import World

LOG = Logger(service="sucharit")

MOST_LETTERS = 20
"""To one complainant's address in a day."""

_A_DAY = timedelta(days=1)
_OFFICERS_LANGUAGE = "th"
_PAGE = 50
_PAGES_READ = 20
"""How many pages of a year are read at most until one has a notice of the wanted status."""


class NoReceiverError(DomainError):
    """There is nobody to tell any more: the person left, or the complainant's address was erased."""


class WrittenTooOftenError(DomainError):
    """The complainant's address got as many letters today as one gets: it may be a stranger's, typed on
    purpose by somebody who wants it flooded."""


def for_roles(
    world: World,
    organisation: Record[Organisation],
    roles: Iterable[Role],
    unit: str,
    *,
    template: str,
    about: Record[Any],
) -> list[Change[Notice]]:
    """A notice for each active person who holds one of the roles, those of a unit in this unit.

    Delivered from 08:30 of a working day. `about` is the record as the event leaves it: its version makes
    the notice's id, so that the same event never makes a second one.
    """
    wanted = set(roles)
    not_before = notice_from(world.clock.now(), organisations.calendar(world, organisation.state))
    return [
        _notice(world, about, template, row.key.id, not_before)
        for row in staff(world, organisation.key.id)
        if row.summary["active"] and _holds(row, wanted, unit, bangkok_day(world.clock.now()))
    ]


def for_person(
    world: World, organisation: Record[Organisation], person: str, *, template: str, about: Record[Any]
) -> Change[Notice]:
    """A notice for one officer, by id; delivered as those of `for_roles`."""
    not_before = notice_from(world.clock.now(), organisations.calendar(world, organisation.state))
    return _notice(world, about, template, person, not_before)


def for_complainant(world: World, about: Record[Any], template: str, *, of: str = "") -> Change[Notice]:
    """A notice for the complainant of `about`, delivered at once: she waits for it.

    `of`: for the complainant of this complaint, which was merged into `about`.
    """
    return _notice(world, about, template, None, world.clock.now(), of)


def ask_complainant(
    world: World, organisation: Record[Organisation], about: Record[Any], template: str, *, of: str = ""
) -> Change[Notice]:
    """A notice for the complainant that the night makes: nobody's telephone rings before 08:30 for it. `of`
    as in `for_complainant`."""
    not_before = notice_from(world.clock.now(), organisations.calendar(world, organisation.state))
    return _notice(world, about, template, None, not_before, of)


def deliver(world: World, remaining: Remaining) -> Summary:
    """Send every notice whose time has come.

    One that could not be handed over is tried again later; one that has no attempt left, or no receiver
    any more, has failed: a log line `notice_failed` says so, and an officer may have it sent again.
    """

    def attempt(record: Record[Notice]) -> Sequence[Change[State]]:
        return (replaced(record, _attempted(world, record)),)

    return walk(world, Notice, attempt, remaining)


def failed(world: World, org: str, cursor: str | None = None) -> Page:
    """Notices that could not be delivered, of all years, the oldest first. Raises InvalidCursorError."""
    return world.records.queue(Notice, org, FAILED_QUEUE, limit=_PAGE, cursor=cursor)


def of_year(
    world: World, org: str, year: int, status: NoticeStatus | None = None, cursor: str | None = None
) -> Page:
    """Notices made in a fiscal year (B.E.), the newest first, of one status or all.

    Raises InvalidCursorError. A page of one status may hold few; its cursor tells whether there are more.
    """
    for _ in range(_PAGES_READ):
        page = world.records.list(Notice, org, str(year), limit=_PAGE, cursor=cursor, newest_first=True)
        rows = tuple(row for row in page.rows if status in (None, row.summary["status"]))
        cursor = page.next_cursor
        if rows or cursor is None:
            break
    return Page(rows, cursor)


def send_again(world: World, org: str, id: str, *, version: int) -> None:
    """Let a failed notice be tried anew, at once.

    Raises NoSuchRecordError, StaleRecordError where it changed since, IllegalMoveError where it did not fail.
    """
    record = world.records.get(Notice, org, id)
    if record is None:
        raise NoSuchRecordError
    if record.version != version:
        raise StaleRecordError(record)
    world.records.save(replaced(record, record.state.again(at=world.clock.now())))


def staff(world: World, org: str) -> list[Row]:
    """All people of the organisation, by username."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        page = world.records.list(Person, org, "ALL", limit=200, cursor=cursor)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return rows


def _holds(row: Row, wanted: set[Role], unit: str, today: date) -> bool:
    """Whether somebody holds one of the roles on a day, as a deputy too."""
    summary: Any = row.summary
    grants = list(summary["grants"])
    for absence in summary.get("stands_in", ()):
        if absence["first"] <= today.isoformat() <= absence["last"]:
            grants += absence["grants"]
    return any(g["role"] in wanted and (g["role"] not in UNIT_ROLES or g["unit"] == unit) for g in grants)


def _notice(
    world: World, about: Record[Any], template: str, person: str | None, not_before: Any, of: str = ""
) -> Change[Notice]:
    now = world.clock.now()
    mark = f"{about.key.kind}#{about.key.id}#{about.version}#{template}#{person or of}"
    id = hashlib.sha256(mark.encode()).hexdigest()[:24]
    return new(
        Key(about.key.org, Notice.kind, id),
        Notice(
            template=template,
            about_kind=about.key.kind,
            about_id=about.key.id,
            event=about.events,
            person=person,
            of=of,
            not_before=not_before,
            made_at=now,
            year=str(fiscal_year_of(bangkok_day(now))),
        ),
    )


def _attempted(world: World, record: Record[Notice]) -> Notice:
    notice = record.state
    try:
        if (opens := _office_opens(world, record)) is not None:
            return notice.postponed(opens)
        to, letter = _addressed(world, record.key.org, notice)
        if notice.person is None:
            _must_be_written_to_seldom(world, to)
        world.mail.send(record.key.id, to, letter.subject, letter.text)
    except (NoReceiverError, NoSuchAddressError, WrittenTooOftenError) as error:
        after = notice.undeliverable(str(error))
    except MailError as error:
        after = notice.failed(str(error), at=world.clock.now())
    except Exception as error:  # what is wrong with one letter must not hold up all that are due after it
        after = notice.failed(type(error).__name__, at=world.clock.now())
    else:
        return notice.sent()
    if after.status is NoticeStatus.FAILED:
        LOG.error(
            "notice_failed",
            org=record.key.org,
            notice=record.key.id,
            template=notice.template,
            reason=after.reason,
        )
    return after


def _office_opens(world: World, record: Record[Notice]) -> datetime | None:
    """When a notice that keeps office hours may go out, None where it may now. A run that comes late, and an
    attempt hours after one that failed, can fall into a night or a weekend."""
    now = world.clock.now()
    if not record.state.keeps_office_hours:
        return None
    here = organisations.find(world, record.key.org).state
    opens = notice_from(now, organisations.calendar(world, here))
    return opens if opens > now else None


def _must_be_written_to_seldom(world: World, address: str) -> None:
    """Count a letter to a complainant's address, of which a hash is kept for a day.

    Raises WrittenTooOftenError.
    """
    key = f"MAIL#{guard.name_of_today(world, address.lower())}"
    if world.memory.count(key, lives=_A_DAY, now=world.clock.now()) > MOST_LETTERS:
        raise WrittenTooOftenError("too_often")


def _addressed(world: World, org: str, notice: Notice) -> tuple[str, Letter]:
    """The receiver's address as it is now and the letter in the receiver's language."""
    organisation = organisations.find(world, org)
    history = _about(world, org, notice)
    about = history.record.state
    facts: dict[str, object] = {
        "id": notice.about_id,
        "about": about,
        "event": history.events[notice.event - 1],
    }
    if isinstance(about, DisclosureItem):
        plan = plans.current(world, organisation)
        facts["name"] = next((item.name for item in plan.items if item.id == notice.about_id), None)
    if notice.person:
        person = world.records.get(Person, org, notice.person)
        if person is None or not person.state.active:
            raise NoReceiverError("left")
        to, lang = person.state.email, _OFFICERS_LANGUAGE
        facts["person"] = person.state
    else:
        if notice.of:
            one = world.records.get(Complaint, org, notice.of)
            if one is None:
                raise NoSuchRecordError
            facts["about"] = about = replace(
                about, report=one.state.report, received_at=one.state.received_at
            )
        to, lang = about.report.email, about.report.lang
    if not to:
        raise NoReceiverError("no_address")
    return to, world.letters.write(notice.template, lang, organisation, **facts)


def _about(world: World, org: str, notice: Notice) -> History[Any]:
    cls = Complaint if notice.about_kind == Complaint.kind else DisclosureItem
    history: History[Any] | None = world.records.history(cls, org, notice.about_id)
    if history is None:
        raise NoSuchRecordError
    return history

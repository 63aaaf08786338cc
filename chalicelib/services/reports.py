"""Reports on complaints: drafted and ordered by an officer, made by a job, approved, published."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.document_order import DocumentOrder, Purpose
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Person
from chalicelib.domain.period_report import (
    PARTS,
    PeriodReport,
    ReportStatus,
    ReportText,
    order_id,
    report_id,
)
from chalicelib.domain.periods import Cadence, MalformedPeriodError, Period
from chalicelib.domain.record import Change, Fact, History, Key, Record, State, begin, proceed
from chalicelib.services import documents, organisations, statistics
from chalicelib.services.ports import NoSuchRecordError, RecordExistsError, StaleRecordError
from chalicelib.services.world import World

_MOST_LISTED = 1000
"""Editions that a list reads: of five years, sixteen each, more than ten times over."""

_OPEN = (ReportStatus.DRAFT, ReportStatus.ORDERED, ReportStatus.MADE)


class Edition(Struct, frozen=True, kw_only=True):
    """An edition of a period's report in a list."""

    id: str
    period: Period
    edition: int
    status: ReportStatus
    approved_on: date | None
    as_of: date | None
    superseded_by: str = ""
    """The id of the newest approved edition of the same period, where this is an earlier one."""


def listed(world: World, org: str) -> list[Edition]:
    """All editions, that of the newest period first, and of a period the newest edition."""
    page = world.records.list(PeriodReport, org, "ALL", limit=_MOST_LISTED, newest_first=True)
    editions = []
    newest: dict[Period, str] = {}
    for row in page.rows:
        summary: Any = row.summary
        period, status = Period.parse(summary["period"]), ReportStatus(summary["status"])
        superseded_by = newest.get(period, "")
        if status is ReportStatus.APPROVED:
            newest.setdefault(period, row.key.id)
        editions.append(
            Edition(
                id=row.key.id,
                period=period,
                edition=summary["edition"],
                status=status,
                approved_on=_day(summary["approved_at"]),
                as_of=date.fromisoformat(summary["as_of"]) if summary["as_of"] else None,
                superseded_by=superseded_by if status is ReportStatus.APPROVED else "",
            )
        )
    return editions


def published(world: World, org: str) -> list[Edition]:
    """The editions that are public."""
    return [edition for edition in listed(world, org) if edition.status is ReportStatus.APPROVED]


def find(world: World, org: str, id: str) -> Record[PeriodReport]:
    """An edition, as it stands. Raises NoSuchRecordError."""
    record = world.records.get(PeriodReport, org, id)
    if record is None:
        raise NoSuchRecordError
    return record


def history(world: World, org: str, id: str) -> History[PeriodReport]:
    """An edition with all that happened to it. Raises NoSuchRecordError."""
    found = world.records.history(PeriodReport, org, id)
    if found is None:
        raise NoSuchRecordError
    return found


def periods(world: World) -> list[Period]:
    """The periods that a report can be begun for, the newest first: those that are over, of the years of
    which figures are shown."""
    today = bangkok_day(world.clock.now())
    oldest = statistics.years(world)[0]
    found = []
    for cadence in Cadence:
        period = Period.containing(cadence, today).previous()
        while fiscal_year_of(period.first_day) >= oldest:
            found.append(period)
            period = period.previous()
    return sorted(found, key=lambda p: (p.last_day, p.last_day - p.first_day), reverse=True)


def begin_edition(world: World, org: str, period: str, *, officer: Person) -> str:
    """Begin an edition of a period's report with the words of the one before; answers its id.

    Where one is begun already, that is it. Raises InvalidFieldError with `period`.
    """
    try:
        about = Period.parse(period)
    except MalformedPeriodError as error:
        raise InvalidFieldError(period="malformed") from error
    if about not in periods(world):
        raise InvalidFieldError(period="not_over")
    editions = [edition for edition in listed(world, org) if edition.period == about]
    if editions and editions[0].status in _OPEN:
        return editions[0].id
    number = editions[0].edition + 1 if editions else 1
    id = report_id(about, number)
    now = world.clock.now()
    facts = [PeriodReport.begin_draft(about, number, by=officer.username, at=now)]
    if editions:
        before = find(world, org, editions[0].id).state
        copied = PeriodReport(period=period, edition=number).write(before.text, by=officer.username, at=now)
        facts += [copied] if copied else []
    try:
        world.records.save(begin(PeriodReport, Key(org, PeriodReport.kind, id), facts, world.salt))
    except RecordExistsError:
        # Somebody else began it in the same moment.
        return id
    return id


def write(
    world: World, org: str, id: str, text: ReportText, *, version: int, officer: Person
) -> Record[PeriodReport]:
    """Keep an officer's words; the same sent twice are kept once.

    Raises NoSuchRecordError, StaleRecordError, IllegalMoveError, InvalidFieldError.
    """
    report = find(world, org, id)
    if report.version != version and report.state.text == text:
        return report
    _must_stand_at(report, version)
    fact = report.state.write(text, by=officer.username, at=world.clock.now())
    return _save(world, report, fact) if fact else report


def order(world: World, org: str, id: str, *, version: int, officer: Person) -> Record[PeriodReport]:
    """Let the documents be made. Raises NoSuchRecordError, StaleRecordError, IllegalMoveError.

    Ordered twice, it is made once.
    """
    report = find(world, org, id)
    if report.version == version + 1 and report.state.status is ReportStatus.ORDERED:
        return report
    _must_stand_at(report, version)
    now = world.clock.now()
    ordered = proceed(report, [report.state.order_documents(by=officer.username, at=now)], world.salt)
    key = Key(org, DocumentOrder.kind, order_id(id, ordered.record.state.orders))
    wanted = DocumentOrder.place_order(Purpose.REPORT, {"report": id}, PARTS, "", by=officer.username, at=now)
    world.records.save(ordered, begin(DocumentOrder, key, [wanted], world.salt))
    world.bell.ring(key)
    return ordered.record


def order_of(world: World, report: Record[PeriodReport]) -> Record[DocumentOrder] | None:
    """The last order of a report's documents; None before the first."""
    if not report.state.orders:
        return None
    return world.records.get(DocumentOrder, report.key.org, order_id(report.key.id, report.state.orders))


def decide(
    world: World, org: str, id: str, action: str, reason: str, *, version: int, officer: Person
) -> Record[PeriodReport]:
    """Approve an edition, send it back or withdraw its approval.

    Raises NoSuchRecordError, StaleRecordError, IllegalMoveError, InvalidFieldError with `reason`.
    """
    report = find(world, org, id)
    _must_stand_at(report, version)
    state, by, now = report.state, officer.username, world.clock.now()
    match action:
        case "approve":
            fact = state.approve(by=by, at=now)
        case "send_back":
            fact = state.send_back(reason, by=by, at=now)
        case _:
            fact = state.withdraw(reason, by=by, at=now)
    return _save(world, report, fact)


def link(world: World, report: Record[PeriodReport], part: str) -> str:
    """Where a browser fetches a document of an edition. Raises NoSuchRecordError where there is none."""
    state = report.state
    if part not in state.sizes:
        raise NoSuchRecordError
    key = Key(report.key.org, DocumentOrder.kind, order_id(report.key.id, state.orders))
    name = f"complaints-{report.key.org}-{report.key.id}.{part}"
    return world.documents.link(documents.path(key, Purpose.REPORT, part), name)


def _prepare(world: World, order: Record[DocumentOrder]) -> None:
    """Count the figures, once an order: what a run that died has counted, the next one takes."""
    report = _report_of(world, order)
    if report.state.figures is None:
        here = organisations.find(world, order.key.org)
        figures = statistics.of_period(world, here, report.state.about)
        _save(world, report, report.state.compute(figures, at=world.clock.now()))


def _write(world: World, order: Record[DocumentOrder], part: str) -> bytes:
    here = organisations.find(world, order.key.org)
    return world.writer.report(part, here.state, _report_of(world, order).state)


def _finished(world: World, order: Record[DocumentOrder]) -> Sequence[Change[State]]:
    report = _report_of(world, order)
    fact = report.state.finish(order.state.made, at=world.clock.now())
    return [proceed(report, [fact], world.salt)]


def _failed(world: World, order: Record[DocumentOrder]) -> Sequence[Change[State]]:
    report = _report_of(world, order)
    return [proceed(report, [report.state.give_up(at=world.clock.now())], world.salt)]


RECIPE = documents.Recipe(_prepare, _write, _finished, _failed)
"""How the documents of a report are made."""


def _report_of(world: World, order: Record[DocumentOrder]) -> Record[PeriodReport]:
    return find(world, order.key.org, str(order.state.about["report"]))


def _save(world: World, report: Record[PeriodReport], fact: Fact) -> Record[PeriodReport]:
    change = proceed(report, [fact], world.salt)
    world.records.save(change)
    return change.record


def _must_stand_at(report: Record[PeriodReport], version: int) -> None:
    if report.version != version:
        raise StaleRecordError(report)


def _day(at: str | None) -> date | None:
    return bangkok_day(datetime.fromisoformat(at)) if at else None

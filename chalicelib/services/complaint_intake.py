"""Likely duplicates of a complaint that is about to be sent, and joining one of them ("me too").

What the complainant is shown of them is what anybody may know of a place: category, village, day and state.
They are found by category and village alone: comparing words would answer whoever guesses at others' words.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.domain import complaint_merging
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import CITIZEN, OPEN, Channel, Complaint, Report, Status
from chalicelib.domain.complaint_terms import MOST_FOLLOWERS
from chalicelib.domain.errors import DomainError, InvalidFieldError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Change, Fact, Record, proceed
from chalicelib.services import complaints
from chalicelib.services.complaints import Filed
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.world import World

RECENT = timedelta(days=90)
"""How long ago a likely duplicate was received at the most."""

MOST_SHOWN = 5

_MOST_READ = 200
"""Complaints of the category that are looked at, the newest first."""

_WRITES = 5
"""How often to join one that others join at the same moment."""


class GoneError(DomainError):
    """The likely duplicate that was chosen can't be joined any more."""


class Likely(Struct, frozen=True):
    """An open complaint that may be of the same thing, as its village's neighbours may see it.

    `choice` names it in one form alone.
    """

    choice: str
    category: str
    village: str
    received_on: date
    status: Status


def likely(
    world: World, organisation: Record[Organisation], report: Report, token: str
) -> tuple[Likely, ...]:
    """The likely duplicates of a report that was checked, the newest first; of most reports there are none.

    There are none of one about staff, without a village, or of a category that is not common: that such a
    complaint exists would tell who complained, or of whom.
    """
    return tuple(
        Likely(
            _choice(world, organisation, token, record),
            record.state.report.category,
            record.state.report.village,
            bangkok_day(record.state.received_at),
            record.state.status,
        )
        for record in _candidates(world, organisation, report)
    )


def join(
    world: World,
    organisation: Record[Organisation],
    report: Report,
    choice: str,
    *,
    consent: bool,
    token: str,
) -> Filed:
    """File a report and merge it into the chosen likely duplicate, in one transaction.

    The same form sent again gives the same code, whatever became of the duplicate. Raises what filing raises,
    GoneError where the chosen one can't be joined any more, StaleRecordError where others joined it at each
    attempt.
    """
    before = complaints.filed_before(world, organisation, report, token)
    if before:
        return before
    for attempt in range(_WRITES):
        chosen = _chosen(world, organisation, report, choice, token)

        def merging(
            one: Record[Complaint], into: Record[Complaint] = chosen
        ) -> tuple[Fact, Change[Complaint]]:
            try:
                fact, joined = complaint_merging.merge(one, into, by=CITIZEN, at=world.clock.now())
            except InvalidFieldError as error:
                raise GoneError from error
            return fact, proceed(into, [joined], world.salt)

        try:
            return complaints.file(
                world,
                organisation,
                report,
                consent=consent,
                token=token,
                channel=Channel.WEB,
                merging=merging,
            )
        except StaleRecordError:
            if attempt == _WRITES - 1:
                raise
    raise AssertionError


def _chosen(
    world: World, organisation: Record[Organisation], report: Report, choice: str, token: str
) -> Record[Complaint]:
    for record in _candidates(world, organisation, report):
        if _choice(world, organisation, token, record) == choice:
            return record
    raise GoneError


def _candidates(
    world: World, organisation: Record[Organisation], report: Report
) -> Iterator[Record[Complaint]]:
    """The complaints that are shown as likely duplicates, each as it stands at this moment."""
    category = organisation.state.category(report.category)
    if report.about_staff or not report.village or category is None or not category.is_common:
        return
    now, shown = world.clock.now(), 0
    rows = world.records.topic(
        Complaint, organisation.key.id, report.category, since=now - RECENT, until=now, limit=_MOST_READ
    )
    for row in rows:
        summary: Any = row.summary
        if summary["village"] != report.village or summary["status"] not in OPEN or summary["merged_into"]:
            continue
        record = world.records.get(Complaint, organisation.key.id, row.key.id)
        if record and _may_be_joined(record.state, report):
            yield record
            shown += 1
            if shown == MOST_SHOWN:
                return


def _may_be_joined(complaint: Complaint, report: Report) -> bool:
    return (
        complaint.is_open()
        and not complaint.report.about_staff
        and (complaint.report.category, complaint.report.village) == (report.category, report.village)
        and len(complaint.followers) < MOST_FOLLOWERS
    )


def _choice(world: World, organisation: Record[Organisation], token: str, record: Record[Complaint]) -> str:
    return complaints.keyed(world, "likely duplicate", organisation.key.id, token, record.key.id)[:20]

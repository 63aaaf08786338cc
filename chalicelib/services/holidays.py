"""Public holidays come with the package: when another edition of them is deployed, due days follow.

One record of the deployment keeps by which edition the due days of all organisations were computed, so that a
night on which nothing changed reads that record and no organisation's.
"""

from contextlib import suppress
from typing import ClassVar

from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Key, Place, Record, State, new, replaced
from chalicelib.services import complaints, organisations
from chalicelib.services.nightly import LEAVE_AT, Remaining, Summary, tell_failure
from chalicelib.services.ports import RecordExistsError, StaleRecordError
from chalicelib.services.world import World

_ID = "holidays"


class AppliedHolidays(State, frozen=True):
    """The edition of the public holidays that the due days of all organisations follow."""

    kind: ClassVar[str] = "deployment"

    edition: str

    def place(self, key: Key) -> Place:
        return Place()


def night(world: World, remaining: Remaining) -> Summary:
    """After a deployment with other public holidays: move the due days of all organisations' open complaints.

    A run that dies or has no time left is resumed by the next: what is done is each organisation's to keep.
    """
    edition = world.holidays.edition()
    applied = world.records.get(AppliedHolidays, "", _ID)
    if applied and applied.state.edition == edition:
        return Summary()
    behind = [row.key for row in organisations.all_of_them(world) if row.summary.get("holidays") != edition]
    acted = failed = 0
    for key in behind:
        if remaining() < LEAVE_AT:
            break
        try:
            record = world.records.get(Organisation, key.org, key.id)
            if record and complaints.recompute_due_days(world, record, remaining):
                acted += 1
        except StaleRecordError:
            continue
        except Exception as error:  # one organisation must not hold up all others
            failed += 1
            tell_failure(key, error)
    if acted == len(behind):
        _keep(world, applied, edition)
    return Summary(acted + failed, len(behind), acted, failed, left=acted + failed < len(behind))


def _keep(world: World, applied: Record[AppliedHolidays] | None, edition: str) -> None:
    state = AppliedHolidays(edition)
    change = replaced(applied, state) if applied else new(Key("", AppliedHolidays.kind, _ID), state)
    with suppress(StaleRecordError, RecordExistsError):  # another run of this night came first
        world.records.save(change)

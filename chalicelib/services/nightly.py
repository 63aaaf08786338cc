"""The walk over what is due, the same for every kind of record.

It reads the `due` index and each due record once. Acting moves the record's instant forward, so a run that
dies is resumed by running again, and a second run in the same night finds nothing to do.
"""

import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from aws_lambda_powertools import Logger
from msgspec import Struct
from msgspec.structs import asdict

from chalicelib.domain.record import Change, Key, Record, State
from chalicelib.services.ports import RecordExistsError, StaleRecordError
from chalicelib.services.world import World

LOG = Logger(service="sucharit")

S = TypeVar("S", bound=State)

Remaining = Callable[[], float]
"""Seconds that the function may still run."""

LEAVE_AT = 10.0
"""Seconds before its end at which a run leaves the rest to the next one."""


class Summary(Struct, frozen=True):
    """What a run did: records looked at, those due, those acted on, those that something is wrong with, and
    whether some are left for the next run."""

    checked: int = 0
    due: int = 0
    acted: int = 0
    failed: int = 0
    left: bool = False

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            self.checked + other.checked,
            self.due + other.due,
            self.acted + other.acted,
            self.failed + other.failed,
            self.left or other.left,
        )

    def to_data(self) -> dict[str, int | bool]:
        return asdict(self)


def walk(
    world: World,
    cls: type[S],
    act: Callable[[Record[S]], Sequence[Change[State]]],
    remaining: Remaining,
) -> Summary:
    """Let `act` say what each due record of the kind becomes, and save it in one transaction a record.

    A record that somebody saved meanwhile is left: where it is still due, the next run takes it. One that
    can't be acted on is left too, with a log line `record_failed`: it must not hold up all that are due
    after it, of every organisation.
    """
    checked = due = acted = failed = 0
    for key in world.records.due(cls, world.clock.now()):
        if remaining() < LEAVE_AT:
            return Summary(checked, due, acted, failed, left=True)
        due += 1
        try:
            record = world.records.get(cls, key.org, key.id)
            if record is None:
                continue
            checked += 1
            changes = act(record)
            if changes:
                world.records.save(*changes)
                acted += 1
        except (StaleRecordError, RecordExistsError):
            continue
        except Exception as error:
            failed += 1
            tell_failure(key, error)
    return Summary(checked, due, acted, failed)


def tell_failure(key: Key, error: Exception) -> None:
    """A log line `record_failed` with class and lines; an error's message might hold what somebody typed."""
    LOG.error(
        "record_failed",
        org=key.org,
        kind=key.kind,
        id=key.id,
        error=type(error).__name__,
        where=lines_of(error),
    )


def lines_of(error: Exception) -> str:
    """The lines through which an error came, which hold no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in frames)

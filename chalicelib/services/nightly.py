"""The walk over what is due, the same for every kind of record.

It reads the `due` index and each due record once. Acting moves the record's instant forward, so a run that
dies is resumed by running again, and a second run in the same night finds nothing to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from chalicelib.domain.record import Change, Record, State
from chalicelib.services.ports import RecordExistsError, StaleRecordError
from chalicelib.services.world import World

S = TypeVar("S", bound=State)

Remaining = Callable[[], float]
"""Seconds that the function may still run."""

_LEAVE_AT = 10.0
"""Seconds before its end at which a run leaves the rest to the next one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did: records looked at, those due, those acted on, whether some are left for the next."""

    checked: int = 0
    due: int = 0
    acted: int = 0
    left: bool = False

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            self.checked + other.checked,
            self.due + other.due,
            self.acted + other.acted,
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

    A record that somebody saved meanwhile is left: where it is still due, the next run takes it.
    """
    checked = due = acted = 0
    for key in world.records.due(cls, world.clock.now()):
        if remaining() < _LEAVE_AT:
            return Summary(checked, due, acted, left=True)
        due += 1
        record = world.records.get(cls, key.org, key.id)
        if record is None:
            continue
        checked += 1
        try:
            changes = act(record)
            if changes:
                world.records.save(*changes)
                acted += 1
        except (StaleRecordError, RecordExistsError):
            continue
    return Summary(checked, due, acted)

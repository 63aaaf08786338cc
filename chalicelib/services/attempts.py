"""How failing sign-ins are slowed: the more failed under a name or an address, the longer none is tried.

An attempt is counted before it is made, and taken back if it succeeds. Between counting and looking no
second attempt slips through, however many come at once.
"""

from datetime import timedelta
from math import ceil

from msgspec import Struct

from chalicelib.domain.errors import DomainError
from chalicelib.services import guard
from chalicelib.services.ports import Failures
from chalicelib.services.world import World

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(minutes=15)
"""Without another failure, counted from the end of a wait."""

_TRIES = 5
"""How often to count anew where others count under the same key at the same moment."""


class TooManyFailuresError(DomainError):
    """Too many attempts failed; the next is tried `retry_after` seconds from now, a right one neither."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many attempts failed")
        self.retry_after = retry_after


class Attempt(Struct, frozen=True):
    """What an attempt is counted under, and how many may fail under it before the first wait."""

    key: str
    free: int

    @classmethod
    def of(cls, world: World, what: str, who: str, free: int) -> "Attempt":
        """An attempt at something by a user's name or an address, neither of which is kept."""
        return cls(f"{what}#{guard.name_of_today(world, who)}", free)


def wait_after(failures: int, free: int) -> timedelta:
    """How long nothing is tried after so many failures: none, half a minute, then twice as long each time."""
    if failures < free:
        return timedelta()
    return min(_FIRST_WAIT * (1 << min(failures - free, 10)), _LONGEST_WAIT)


def begin(world: World, *attempts: Attempt) -> None:
    """Count an attempt as failed under all of its keys. Raises TooManyFailuresError, and then counts none."""
    begun: list[Attempt] = []
    try:
        for attempt in attempts:
            _count(world, attempt)
            begun.append(attempt)
    except TooManyFailuresError:
        take_back(world, *begun)
        raise


def take_back(world: World, *attempts: Attempt) -> None:
    """The attempt did not fail: count one less, and end the wait that it began."""
    now = world.clock.now()
    for attempt in attempts:
        counted = world.sessions.failures(attempt.key, now=now)
        if counted.times:
            fewer = Failures(counted.times - 1)
            world.sessions.put_failures(
                attempt.key, fewer, after=counted, now=now, expires=now + _FORGOTTEN_AFTER
            )


def _count(world: World, attempt: Attempt) -> None:
    now = world.clock.now()
    for _ in range(_TRIES):
        counted = world.sessions.failures(attempt.key, now=now)
        if counted.wait_until and counted.wait_until > now:
            raise TooManyFailuresError(ceil((counted.wait_until - now).total_seconds()))
        wait = wait_after(counted.times + 1, attempt.free)
        more = Failures(counted.times + 1, now + wait if wait else None)
        expires = now + wait + _FORGOTTEN_AFTER
        if world.sessions.put_failures(attempt.key, more, after=counted, now=now, expires=expires):
            return
    raise TooManyFailuresError(1)

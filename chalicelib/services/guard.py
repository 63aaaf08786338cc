"""How many posts an address may send in a minute; the address itself is kept nowhere.

It is counted under a keyed hash with a salt that is made anew each day and erased two days later, so that
nobody can tell afterwards who sent what.
"""

import hashlib
import hmac
import os
from datetime import date, timedelta
from ipaddress import IPv6Address, ip_address

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import DomainError
from chalicelib.services.world import World

_WINDOW = timedelta(minutes=1)

_OF_THE_HOST = 64
"""Bits of an IPv6 address that whoever is given a network chooses at will."""


class TooManyPostsError(DomainError):
    """The address sent more posts than it may; `retry_after` seconds from now it may send again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many posts")
        self.retry_after = retry_after


_salts: dict[date, bytes] = {}


def admit_post(world: World, address: str) -> None:
    """Count a post of an address. Raises TooManyPostsError; one write, and one more for the day's first.

    How many it may send is the stack's parameter `RateLimitPerMinute` alone.
    """
    limit = int(os.environ["RATE_LIMIT_PER_MINUTE"])
    if limit == 0:
        return
    now = world.clock.now()
    seconds = int(now.timestamp())
    minute, second = divmod(seconds, int(_WINDOW.total_seconds()))
    who = name_of_today(world, sender(address))
    if world.memory.count(f"{minute}#{who}", lives=2 * _WINDOW, now=now) > limit:
        raise TooManyPostsError(int(_WINDOW.total_seconds()) - second)


def sender(address: str) -> str:
    """Whom an address stands for: itself, of IPv6 its network, within which another one costs nothing."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> _OF_THE_HOST << _OF_THE_HOST))
    return str(parsed)


def forget() -> None:
    """Read the day's salt anew (between tests)."""
    _salts.clear()


def name_of_today(world: World, secret: str) -> str:
    """What an address or a user name is counted under: the same all day, and nobody's tomorrow."""
    day = bangkok_day(world.clock.now())
    if day not in _salts:
        _salts.clear()
        _salts[day] = world.memory.salt_of(day, world.chance.bytes(32))
    return hmac.new(_salts[day], secret.encode(), hashlib.sha256).hexdigest()

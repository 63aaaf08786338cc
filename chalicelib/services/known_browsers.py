"""Browsers in which somebody has signed in before.

Failing sign-ins are slowed by name, and whoever knows a user name can fail on purpose. So a browser in
which both factors were right keeps a signed token of that person's, and attempts from it are counted under
the token alone: failures made elsewhere keep its owner from nothing, and who stole it guesses no faster than
by name. It stands for no factor.

One cookie holds the tokens of the last few people who signed in, as an office shares a computer; it names
nobody.
"""

from collections.abc import Iterator
from datetime import timedelta

from itsdangerous import BadSignature

from chalicelib.services.signer import Signer
from chalicelib.services.world import World

LIVES = timedelta(days=90)

_MOST_PEOPLE = 5
_LONGEST_TOKEN = 200
_BETWEEN = "~"


def token_of(world: World, username: str, cookie: str) -> str | None:
    """The token in a cookie that was given to this person, None where there is none that is still good."""
    return next((token for token in _tokens(cookie) if _is_of(world, username, token)), None)


def remember(world: World, username: str, cookie: str) -> str:
    """The cookie with a new token of this person's before the others'."""
    others = [token for token in _tokens(cookie) if not _is_of(world, username, token)]
    new = _signer(world, username).sign(world.chance.bytes(16).hex()).decode()
    return _BETWEEN.join([new, *others][:_MOST_PEOPLE])


def _tokens(cookie: str) -> Iterator[str]:
    for token in cookie.split(_BETWEEN)[:_MOST_PEOPLE]:
        if 0 < len(token) <= _LONGEST_TOKEN:
            yield token


def _is_of(world: World, username: str, token: str) -> bool:
    try:
        _signer(world, username).unsign(token, max_age=int(LIVES.total_seconds()))
    except BadSignature:
        return False
    return True


def _signer(world: World, username: str) -> Signer:
    return Signer(world, "known browser", username)

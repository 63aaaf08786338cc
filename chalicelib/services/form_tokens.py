"""Tokens of public forms: each form that is shown carries one, and one token sends one form.

A token is random and signed, so that nobody can make one up; it serves for as long as its use is
remembered, and so a form that is sent twice is known as the same.
"""

from datetime import timedelta

from itsdangerous import BadSignature

from chalicelib.domain.errors import DomainError
from chalicelib.services.signer import Signer
from chalicelib.services.world import World

LIVES = timedelta(days=1)
"""For how long it is remembered what a form's token, or an idempotency key, was used for."""


class StaleFormError(DomainError):
    """The token is not ours, was made for another organisation, or is older than it serves."""


def issue(world: World, org: str) -> str:
    """A token for a form that is shown now."""
    return _signer(world, org).sign(world.chance.bytes(16).hex()).decode()


def check(world: World, org: str, token: str) -> None:
    """Raise StaleFormError where the token can't send a form (any more)."""
    try:
        _signer(world, org).unsign(token, max_age=int(LIVES.total_seconds()) - 60)
    except BadSignature as error:
        raise StaleFormError from error


def _signer(world: World, org: str) -> Signer:
    return Signer(world, "form token", org)

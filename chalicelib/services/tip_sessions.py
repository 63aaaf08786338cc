"""A reporter's session: the receipt code in a cookie that the tips' door alone reads. Nothing is kept here.

A row of a table would be in its backups, and would tell when somebody looked at which tip.
"""

import base64
import binascii
from datetime import timedelta

from itsdangerous import BadSignature

from chalicelib.domain.age import AgeSecret
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.services.ports import CannotOpenError
from chalicelib.services.signer import Signer
from chalicelib.services.world import World

LIVES = timedelta(minutes=15)
"""How long a session lasts from the last page that was opened in it."""


def begin(world: World, org: str, code: ReceiptCode) -> str:
    """The value of a cookie that stands for the code from now on."""
    recipient = world.sealing.recipient(_secret(world))
    sealed = world.sealing.seal(code.reveal().encode(), [recipient])
    return _signer(world, org).sign(base64.urlsafe_b64encode(sealed)).decode()


def code_of(world: World, org: str, value: str) -> ReceiptCode | None:
    """The code that a cookie stands for; None where it is over, of another organisation, or none of ours."""
    try:
        sealed = _signer(world, org).unsign(value, max_age=int(LIVES.total_seconds()))
        return ReceiptCode.parse(
            world.sealing.open(base64.urlsafe_b64decode(sealed), _secret(world)).decode()
        )
    except (BadSignature, CannotOpenError, binascii.Error):
        return None


def _secret(world: World) -> AgeSecret:
    return AgeSecret.from_seed(world.keys.key("reporter's session"))


def _signer(world: World, org: str) -> Signer:
    return Signer(world, "reporter's session, signed", org)

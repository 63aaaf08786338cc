"""Sealing by age (https://age-encryption.org/v1). The library is in a layer that the tips' functions alone
have, so it is imported where it is used."""

from collections.abc import Sequence

from chalicelib.domain.age import AgeSecret
from chalicelib.services.ports import CannotOpenError


class AgeSealing:
    """Implements the port `Sealing` with pyrage."""

    def recipient(self, secret: AgeSecret) -> str:
        from pyrage import IdentityError, x25519  # noqa: PLC0415

        try:
            return str(x25519.Identity.from_str(secret.reveal()).to_public())
        except IdentityError:
            raise CannotOpenError from None

    def seal(self, plain: bytes, recipients: Sequence[str]) -> bytes:
        import pyrage  # noqa: PLC0415

        try:
            keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
        except pyrage.RecipientError:
            raise ValueError("no recipient of age") from None
        return bytes(pyrage.encrypt(plain, keys))

    def open(self, sealed: bytes, secret: AgeSecret) -> bytes:
        import pyrage  # noqa: PLC0415

        try:
            return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(secret.reveal())]))
        except (pyrage.DecryptError, pyrage.IdentityError):
            raise CannotOpenError from None

"""Receipt codes: what the reporter of a tip is given to come back with, and nobody else may see.

25 digits in five groups, all of them free: 83 bits. A code is stored nowhere. Two things follow from it, by
HKDF (RFC 5869): the id that its tip is found by, which depends on the server's key too, and a secret key of
age that opens the tip, which depends on the code alone, so that what was sealed for the reporter opens
without the server. At 83 bits guessing needs no slowing down, neither against the server nor against a copy
of its table.
"""

import hmac
from typing import Self

from chalicelib.domain.age import SEED_BYTES, AgeSecret
from chalicelib.domain.codes import MalformedCodeError, typed_digits
from chalicelib.domain.errors import DomainError

_LENGTH = 25
_CODES = 10**_LENGTH
_TRACKING_LENGTH = 20

_BLOCK = 16
_FAIR = 2 ** (8 * _BLOCK) // _CODES * _CODES
"""Numbers of a block from this on are passed over: the rest is uniform over the codes."""

_LEAST_TOKEN = 32
"""Characters of the token that a code is derived from, at least: 16 random bytes as hex."""

_LEAST_KEY = 32
_HASH_BYTES = 32


class TrackingCodeTypedError(DomainError):
    """20 digits: the tracking code of a complaint, which belongs into the form of the other channel."""


class WeakSourceError(ValueError):
    """Whoever derives a code here gave it a key or a token that could be guessed."""


class ReceiptCode:
    """A receipt code. As text it hides its digits; `reveal` is the one way to them."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    @classmethod
    def derive(cls, key: bytes, org: str, token: str) -> Self:
        """The code of a form that was sent, by the form's own random token: the same each time.

        Raises WeakSourceError where key or token are shorter than they must be.
        """
        if len(key) < _LEAST_KEY or len(token) < _LEAST_TOKEN:
            raise WeakSourceError
        counter = 0
        while True:
            info = b"receipt code" + counter.to_bytes(4, "big")
            number = int.from_bytes(hkdf(token.encode(), key, _of(org, info), _BLOCK), "big")
            if number < _FAIR:
                return cls(f"{number % _CODES:0{_LENGTH}}")
            counter += 1

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The code that somebody typed, with or without hyphens or spaces, in Thai digits or Arabic.

        Raises MalformedCodeError or TrackingCodeTypedError, neither of which holds what was typed.
        """
        digits = typed_digits(typed)
        if len(digits) == _TRACKING_LENGTH:
            raise TrackingCodeTypedError
        if len(digits) != _LENGTH:
            raise MalformedCodeError
        return cls(digits)

    def reveal(self) -> str:
        """The digits in five groups of five."""
        return "-".join(self._digits[start : start + 5] for start in range(0, _LENGTH, 5))

    def lookup_id(self, key: bytes, org: str) -> str:
        """What the code's tip is found by (40 hex digits): a guess can be tried with the key alone."""
        return hkdf(self._digits.encode(), key, _of(org, b"tip id"), 20).hex()

    def secret(self, org: str) -> AgeSecret:
        """The reporter's key."""
        salt = b"sucharit receipt code, version 1"
        return AgeSecret.from_seed(hkdf(self._digits.encode(), salt, _of(org, b"reporter's key"), SEED_BYTES))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ReceiptCode) and hmac.compare_digest(self._digits, other._digits)

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return "ReceiptCode(hidden)"


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869): up to 8,160 bytes that tell nothing of the secret or of each other."""
    key = hmac.digest(salt, secret, "sha256")
    made = block = b""
    for counter in range(1, -(-length // _HASH_BYTES) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        made += block
    return made[:length]


def _of(org: str, purpose: bytes) -> bytes:
    """What is derived, and for which organisation; no two pairs give the same bytes."""
    return len(purpose).to_bytes(2, "big") + purpose + org.encode()

"""Tracking codes: what a complainant is given to follow her complaint by, and nobody else may see.

20 digits in four groups: 19 derived ones (63 bits) and a check digit. A code is stored nowhere; records
are found by a keyed hash of it.
"""

import hmac
import re
from typing import Self

from stdnum import damm

from chalicelib.domain.errors import DomainError
from chalicelib.domain.text import to_arabic_digits

_LENGTH = 20
_RECEIPT_LENGTH = 25
_PAYLOADS = 10 ** (_LENGTH - 1)

# Spaces, zero-width ones too, and all that a word processor makes of a hyphen.
_SEPARATORS = re.compile("[\\s\u200b\u00ad\u2010-\u2015\u2212-]+")


class MalformedCodeError(DomainError):
    """What was typed can't be a code: it is not as many digits.

    Neither this error nor the next two hold any of what was typed: they may be logged, codes may not.
    """


class CheckDigitError(DomainError):
    """20 digits with a slip in them: the check digit does not fit."""


class ReceiptCodeTypedError(DomainError):
    """25 digits: the receipt code of a tip, which belongs into the form of the other channel."""


class TrackingCode:
    """A tracking code. As text it hides its digits, so that no log or error page tells it by accident."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        if not damm.is_valid(digits):
            raise CheckDigitError
        self._digits = digits

    @classmethod
    def derive(cls, key: bytes, org: str, token: str, body: bytes) -> Self:
        """The code of what was sent: the same for a retry, another where anything differs."""
        block = _mac(key, b"tracking code", org.encode(), token.encode(), body)
        while True:
            # Of the numbers below 2**64, those from 10**19 on are passed over: the rest is uniform.
            for start in range(0, len(block), 8):
                payload = int.from_bytes(block[start : start + 8], "big")
                if payload < _PAYLOADS:
                    digits = f"{payload:0{_LENGTH - 1}}"
                    return cls(digits + damm.calc_check_digit(digits))
            block = _mac(key, b"tracking code, next block", block)

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The code that somebody typed, with or without hyphens or spaces, in Thai digits or Arabic.

        Raises MalformedCodeError, CheckDigitError or ReceiptCodeTypedError.
        """
        digits = typed_digits(typed)
        if len(digits) == _RECEIPT_LENGTH:
            raise ReceiptCodeTypedError
        if len(digits) != _LENGTH:
            raise MalformedCodeError
        return cls(digits)

    def reveal(self) -> str:
        """The digits alone, for programs."""
        return self._digits

    def hyphenated(self) -> str:
        """The digits in four groups of five, for people."""
        return "-".join(self._digits[start : start + 5] for start in range(0, _LENGTH, 5))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TrackingCode) and hmac.compare_digest(self._digits, other._digits)

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return "TrackingCode(hidden)"


def typed_digits(typed: str) -> str:
    """The digits of a code that somebody typed, of whichever channel. Raises MalformedCodeError."""
    digits = _SEPARATORS.sub("", to_arabic_digits(typed))
    if not (digits.isascii() and digits.isdigit()):
        raise MalformedCodeError
    return digits


def lookup_hash(key: bytes, org: str, code: TrackingCode) -> str:
    """What a record is found by (64 hex digits): without the key, nobody can try codes against it."""
    return _mac(key, b"tracking code, lookup", org.encode(), code.reveal().encode()).hex()


def _mac(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA256 over the parts, each led by its length so that none runs into the next."""
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key, message, "sha256")

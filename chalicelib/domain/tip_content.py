"""What is sealed of a tip, as JSON, and how its size is hidden.

Spaces after the JSON fill it up to a size class, so that the length of what is sealed tells no more than
that; a reader of JSON passes over them.
"""

from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from chalicelib.domain.errors import DomainError

SIZE_CLASSES: Final = (4_096, 16_384, 65_536, 131_072)
"""Bytes before sealing. The last holds the longest report that a form can bring."""

T = TypeVar("T", bound=Struct)


class TooLargeError(DomainError):
    """The text is larger than the largest size class."""


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a reporter wrote; `when` to `known_how` answer the guiding questions."""

    detail: str
    involved: tuple[str, ...] = ()
    when: str = ""
    where: str = ""
    evidence: str = ""
    known_how: str = ""
    has_identity: bool = False
    """Whether she left her identity, which is sealed apart: a tip does not show it unopened."""


class Message(Struct, frozen=True):
    """What reporter and officers write to each other."""

    text: str


class Identity(Struct, frozen=True):
    """Who the reporter is; empty where she did not say, sealed all the same."""

    identity: str


def pack(value: Struct) -> bytes:
    """The value as it is sealed, filled up to its size class. Raises TooLargeError."""
    packed = msgspec.json.encode(value)
    size = next((size for size in SIZE_CLASSES if size >= len(packed)), None)
    if size is None:
        raise TooLargeError
    return packed.ljust(size)


def unpack(type: type[T], packed: bytes) -> T:
    """The value that was packed. Raises msgspec.MsgspecError where it is none of this type."""
    return msgspec.json.decode(packed, type=type)

"""Files that people send along: what is taken, what is not and why, and photos that look the same."""

from enum import StrEnum

from msgspec import Struct

from chalicelib.domain.errors import DomainError

MOST_BYTES = 10_000_000
"""Of one file: 10 MB."""

ALIKE_WITHIN = 3
"""Bits in which the fingerprints of the same photo may differ, after it was sent through an app or cropped a
little."""

FINGERPRINT_BITS = 64
BANDS = ALIKE_WITHIN + 1
"""Fingerprints that differ in so few bits agree in at least one of so many bands."""

COLUMNS = 12
"""Squares of a photo's width, in which it is blacked out: large enough for a finger on a phone."""


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    LOCKED = "locked"
    PROGRAM = "program"
    TOO_MANY = "too_many"
    CLOSED = "closed"


class FileRefusedError(DomainError):
    """A file is not taken; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Cleaned(Struct, frozen=True, kw_only=True):
    """A clean copy of a file, and a small picture of it. Size and fingerprint are a photo's."""

    media_type: str
    content: bytes
    preview: bytes
    """A JPEG; empty where none could be made."""
    width: int = 0
    height: int = 0
    fingerprint: str = ""
    """What the photo looks like, as 16 hex digits; empty where it shows too little to be told from others."""

    @property
    def is_photo(self) -> bool:
        return self.media_type == "image/jpeg"


def rows_of(width: int, height: int) -> int:
    """How many rows of squares a photo has, the last one perhaps reaching over its lower edge."""
    return max(1, -(-COLUMNS * height // width))


def are_alike(one: str, other: str) -> bool:
    """Whether two fingerprints are of the same photo."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE_WITHIN


def bands_of(fingerprint: str) -> tuple[str, ...]:
    """The parts of a fingerprint, each with its number: alike photos share one."""
    length = FINGERPRINT_BITS // 4 // BANDS
    parts = (fingerprint[n * length : (n + 1) * length] for n in range(BANDS))
    return tuple(f"{number}-{part}" for number, part in enumerate(parts))

"""Where something is, as somebody types or pastes it, and how places lie to each other.

Degrees of WGS 84, as telephones and maps give them, kept to five decimals (about a metre). A pasted link is
read as text and never followed: one that hides the place behind a short name can't be taken.
"""

import math
import re
from collections.abc import Iterator
from typing import Literal, Self, TypeAlias
from urllib.parse import unquote

from msgspec import Struct

from chalicelib.domain.errors import DomainError
from chalicelib.domain.text import to_arabic_digits

Fault: TypeAlias = Literal["malformed", "short_link", "outside"]

SOUTH, NORTH = 5.5, 20.6
WEST, EAST = 97.2, 105.8
"""What Thailand lies within. The two ranges share no number, so that either may be typed first."""

LONGEST = 1000
"""Characters of what is typed: a link to a place with a Thai name is long."""

_METRES_A_DEGREE = 111_195
"""Of latitude, on a sphere of 6,371 km."""

_NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_PAIR = rf"({_NUMBER})\s*(?:,|/|\s)\s*({_NUMBER})"

# In the order in which a link is believed: the marker of the place before what the map was centred on.
_IN_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d({_NUMBER})!4d({_NUMBER})",
        rf"[?&#](?:q|query|ll|sll|daddr|destination|center)=(?:loc:)?{_PAIR}",
        rf"[?&#]mlat=({_NUMBER})&mlon=({_NUMBER})",
        rf"@({_NUMBER}),({_NUMBER})",
        rf"/(?:place|search|dir)/{_PAIR}",
        rf"#map=[0-9.]{{1,6}}/({_NUMBER})/({_NUMBER})",
        rf"^geo:({_NUMBER}),({_NUMBER})",
    )
)
_LINK = re.compile(r"(?:https?://|geo:|maps\.app\.|goo\.gl/|www\.)")

_WORDS = {
    "องศา": "°",
    "ลิปดา": "'",
    "ฟิลิปดา": '"',
    "พิลิปดา": '"',
    "เหนือ": "N",
    "ตะวันออก": "E",
    "ละติจูด": " ",
    "ลองจิจูด": " ",
}
_MARKS = str.maketrans({"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "″": '"', "”": '"', "“": '"'})
_ANGLE = re.compile(
    r"""(?P<before>[NE])?\s*(?P<degrees>[0-9]{1,3}(?:\.[0-9]{1,15})?)\s*(?:°|(?=\s|,|;|$|[NE]))\s*
    (?:(?P<minutes>[0-9]{1,2}(?:\.[0-9]{1,15})?)\s*'\s*
    (?:(?P<seconds>[0-9]{1,2}(?:\.[0-9]{1,15})?)\s*(?:"|'')\s*)?)?(?(before)|(?P<after>[NE])?)""",
    re.VERBOSE,
)


class UnreadablePositionError(DomainError):
    """What was typed is no position that can be kept: `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Position(Struct, frozen=True):
    """A point in Thailand; degrees north and east."""

    latitude: float
    longitude: float

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The position that somebody typed or pasted: numbers, degrees with minutes, or a link of a map.

        Raises UnreadablePositionError.
        """
        text = to_arabic_digits(typed.strip())
        if len(text) > LONGEST:
            raise UnreadablePositionError("malformed")
        return cls._within(*(_of_link(text) if _LINK.match(text) else _of_angles(text)))

    @classmethod
    def _within(cls, one: float, other: float) -> Self:
        """The point of the two numbers, the latitude first or the longitude."""
        for latitude, longitude in ((one, other), (other, one)):
            if SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST:
                return cls(round(latitude, 5), round(longitude, 5))
        raise UnreadablePositionError("outside")

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"

    def link(self) -> str:
        """What opens it in whatever program for maps the reader has (RFC 5870)."""
        return f"geo:{self.latitude:.5f},{self.longitude:.5f}"

    def metres_to(self, other: "Position") -> tuple[float, float]:
        """How far the other one lies to the east and to the north, in metres.

        The earth is taken as flat between them, which is right to a thousandth within a district.
        """
        middle = math.radians((self.latitude + other.latitude) / 2)
        east = (other.longitude - self.longitude) * _METRES_A_DEGREE * math.cos(middle)
        north = (other.latitude - self.latitude) * _METRES_A_DEGREE
        return east, north


def _of_link(text: str) -> tuple[float, float]:
    link = unquote(text).replace("+", " ")
    for pattern in _IN_LINKS:
        found = pattern.search(link)
        if found:
            return float(found[1]), float(found[2])
    raise UnreadablePositionError("short_link")


def _of_angles(text: str) -> tuple[float, float]:
    for word in sorted(_WORDS, key=len, reverse=True):
        text = text.replace(word, _WORDS[word])
    text = text.translate(_MARKS).upper().strip(" ()[]")
    angles = list(_angles(text))
    sides = "".join(side for _, side in angles)
    if len(angles) != 2 or sides not in {"", "NE", "EN"}:
        raise UnreadablePositionError("malformed")
    return angles[0][0], angles[1][0]


def _angles(text: str) -> Iterator[tuple[float, str]]:
    """Each angle in degrees, with the letter of its side. Raises UnreadablePositionError for what is none."""
    at = 0
    while at < len(text):
        found = _ANGLE.match(text, at)
        if not found:
            raise UnreadablePositionError("malformed")
        minutes, seconds = float(found["minutes"] or 0), float(found["seconds"] or 0)
        # Whole degrees alone are a hundred kilometres wide: something else was meant.
        is_fine = ("." in found["degrees"]) != bool(found["minutes"])
        if minutes >= 60 or seconds >= 60 or not is_fine:
            raise UnreadablePositionError("malformed")
        yield float(found["degrees"]) + minutes / 60 + seconds / 3600, found["before"] or found["after"] or ""
        at = found.end()
        while at < len(text) and text[at] in " ,;/\t":
            at += 1

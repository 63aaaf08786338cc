"""Whether complaints tell of the same problem, and whether what was done about it held (requirement P11.4).

Two complaints of one category belong together by their place and by their words. Thai has no spaces between
words, and people spell its tone marks as they please: texts are compared by the runs of three letters that
they share, without spaces, signs and tone marks. An ADR says why, and what was measured.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt

from msgspec import Struct

from chalicelib.domain.complaint_terms import Report
from chalicelib.domain.text import to_arabic_digits

GRAM = 3
"""Letters of a run."""

ALIKE = 0.22
"""From which likeness on two texts tell of the same."""

ALIKE_PLACES = 0.5
"""From which likeness on two places as typed are the same: they are short, and differ by a word."""

Grams = frozenset[str]
"""The runs of letters of a text."""

# MAI EK, MAI THO, MAI TRI, MAI CHATTAWA, and THANTHAKHAT over a letter that is not said.
_SPELT_EITHER_WAY = dict.fromkeys((0x0E48, 0x0E49, 0x0E4A, 0x0E4B, 0x0E4C))

_NUMBER = re.compile("[0-9]+")


class Likeness(StrEnum):
    """What two complaints of a category have in common, the closest first."""

    SAME = "same"
    """Place and words: the same problem."""
    PLACE = "place"
    """The place: perhaps another problem."""
    WORDS = "words"
    """The words, at another place or one that was not told."""


class Verdict(StrEnum):
    """What became of a prevention."""

    HELD = "held"
    CAME_AGAIN = "came_again"
    TOO_EARLY = "too_early"


class Words(Struct, frozen=True):
    """What a complaint is compared by: its village and place, and what it says besides."""

    village: str
    place: Grams
    numbers: frozenset[str]
    """Of houses and lamps, by which places that are called alike differ."""
    grams: Grams

    @classmethod
    def of(cls, report: Report) -> "Words":
        """Of a report. What names the place says nothing of the problem, and is left out of the words."""
        place = grams(report.location)
        told = grams(f"{report.subject} {report.detail}")
        numbers = frozenset(_NUMBER.findall(to_arabic_digits(report.location)))
        return cls(report.village, place, numbers, told - grams(report.village) - place)


def grams(text: str) -> Grams:
    """The runs of three letters or digits in a text; of a shorter one, the whole."""
    plain = "".join(_plain(text))
    if len(plain) < GRAM:
        return frozenset({plain} if plain else ())
    return frozenset(plain[at : at + GRAM] for at in range(len(plain) - GRAM + 1))


def likeness(one: Grams, other: Grams) -> float:
    """How alike two texts are by their runs, from 0 to 1: the cosine, which bears that one is longer."""
    if not one or not other:
        return 0.0
    return len(one & other) / sqrt(len(one) * len(other))


def compared(one: Words, other: Words) -> Likeness | None:
    """What two complaints of one category have in common; None for nothing."""
    is_alike = likeness(one.grams, other.grams) >= ALIKE
    if _is_same_place(one, other):
        return Likeness.SAME if is_alike else Likeness.PLACE
    return Likeness.WORDS if is_alike else None


def verdict(resolved_on: date, *, came_again: bool, days: int, today: date) -> Verdict:
    """What became of a prevention within so many days of the resolution."""
    if came_again:
        return Verdict.CAME_AGAIN
    return Verdict.HELD if today > resolved_on + timedelta(days=days) else Verdict.TOO_EARLY


def _is_same_place(one: Words, other: Words) -> bool:
    """The same village, or, where one of them names none, much the same place as typed."""
    if one.village and other.village:
        return one.village == other.village
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return False
    return likeness(one.place, other.place) >= ALIKE_PLACES


def _plain(text: str) -> Iterable[str]:
    spelt = unicodedata.normalize("NFC", to_arabic_digits(text).casefold()).translate(_SPELT_EITHER_WAY)
    return (letter for letter in spelt if unicodedata.category(letter)[0] in "LMN")

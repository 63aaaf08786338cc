"""What typed text becomes before it is kept, and what of it can't be kept at all."""

import re
import unicodedata
from typing import Literal, TypeAlias

from chalicelib.domain.errors import DomainError

Fault: TypeAlias = Literal["control", "line_break", "surrogate", "bidi", "noncharacter", "marks"]

_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# NIKHAHIT, at most one tone mark, SARA AA: how some keyboards and PDF files spell SARA AM. NFC leaves it
# alone, because Unicode gives SARA AM a compatibility decomposition only.
_DECOMPOSED_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")

_LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029]")

_FAULTS: tuple[tuple[Fault, str], ...] = (
    ("line_break", "\t\n\r\u2028\u2029"),
    ("control", "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"),
    ("surrogate", "\ud800-\udfff"),
    ("bidi", "\u202a-\u202e\u2066-\u2069"),
    (
        "noncharacter",
        "\ufdd0-\ufdef" + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)),
    ),
)
_UNUSABLE_ON_LINES = re.compile("|".join(f"(?P<{fault}>[{chars}])" for fault, chars in _FAULTS[1:]))
_UNUSABLE_ON_A_LINE = re.compile("|".join(f"(?P<{fault}>[{chars}])" for fault, chars in _FAULTS))

# Invisible on a page, and met at the ends of what is pasted: zero-width space, word joiner, byte order mark.
_BLANK_ENDS = " \t\n\u00a0\u3000\u200b\u2060\ufeff"

# No letter has as many (UAX #15, stream-safe text): composing takes time by the square of a run of them, and
# a page that shows one hides the lines around it.
_MOST_MARKS = 30
_MARKS_THAT_SEEM_LETTERS = "\u0f73\u0f75\u0f81"

# What shows nothing by itself, and letters that are drawn as nothing.
_UNSEEN_CATEGORIES = frozenset({"Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Cc"})
_UNSEEN_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"

# What makes a spreadsheet read a cell as a formula, and the full-width forms that some take for the same.
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

# What shows nothing between letters; and the vowels and marks above and below one letter, which may be typed
# in any order, the nikhahit of a sara am that was taken apart among them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_ON_ONE_LETTER = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4d]{2,}")
_TONES = "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"

# No more than what mail servers take unquoted: nothing that ends an address early in a header.
_EMAIL_ADDRESS = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+"
)
_LONGEST_EMAIL_ADDRESS = 254


class UnusableTextError(DomainError):
    """Text that can't be kept or shown: `fault` says why, `position` where, counted in characters from 0."""

    def __init__(self, fault: Fault, position: int) -> None:
        super().__init__(f"{fault} at character {position}")
        self.fault = fault
        self.position = position


def clean(text: str, *, multiline: bool) -> str:
    """The text as it is stored: NFC, each sara am one letter, lines ended by LF, nothing blank at its ends.

    Zero-width spaces within it stay: they mark where Thai words, which have no spaces, may break.
    Joiners stay for emoji. Where nothing of it could be seen it is empty. Raises UnusableTextError for NUL,
    control characters, lone surrogates, bidirectional overrides, embeddings and isolates, noncharacters, and
    over 30 marks on one letter; for tabs and line breaks too (U+2028 and U+2029 among them, which mail
    headers take for one) where the text is one line.
    """
    found = (_UNUSABLE_ON_LINES if multiline else _UNUSABLE_ON_A_LINE).search(text)
    if found:
        raise UnusableTextError(_fault(found), found.start())
    text = _LINE_BREAK.sub("\n", text).strip(_BLANK_ENDS)
    if text.isascii():
        return text
    _must_have_few_marks(text)
    if not any(map(_is_seen, text)):
        return ""
    text = _DECOMPOSED_SARA_AM.sub("\\1\u0e33", unicodedata.normalize("NFC", text))
    # Again, because a mark that followed the nikhahit now follows what stood before it.
    return unicodedata.normalize("NFC", text)


def showable(text: str) -> str:
    """The text with U+FFFD for all that can't be kept of it, to be shown once more to who typed it."""
    return _UNUSABLE_ON_LINES.sub("\ufffd", text)


def to_arabic_digits(text: str) -> str:
    """The text with Thai digits (๐–๙) as 0–9."""
    return text.translate(_DIGITS)


def searchable(text: str) -> str:
    """Text as it is compared in a search, both what is looked for and where.

    Without capitals; Thai digits as Arabic ones; marks and vowels in one order, two SARA E as the SARA AE
    that they look like; nothing invisible within words; runs of spaces and line ends as one space.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    text = _ON_ONE_LETTER.sub(_in_one_order, to_arabic_digits(text)).replace("\u0e40\u0e40", "\u0e41")
    return " ".join(text.split())


def is_email_address(text: str) -> bool:
    """Whether mail could go there, as far as the spelling tells."""
    return len(text) <= _LONGEST_EMAIL_ADDRESS and bool(_EMAIL_ADDRESS.fullmatch(text))


def spreadsheet_safe(text: str) -> str:
    """Text for a cell of a CSV file, led by an apostrophe where a spreadsheet would run it as a formula.

    For words only: a number is written as a number, and its minus sign must stay the first character.
    """
    visible = text.lstrip(_BLANK_ENDS)
    if text[:1] in _FORMULA_STARTS or visible[:1] in _FORMULA_STARTS:
        return f"'{text}"
    return text


def _in_one_order(found: re.Match[str]) -> str:
    return "".join(sorted(found[0], key=lambda mark: (mark in _TONES, unicodedata.combining(mark), mark)))


def _must_have_few_marks(text: str) -> None:
    run = 0
    for position, letter in enumerate(text):
        is_mark = unicodedata.combining(letter) or letter in _MARKS_THAT_SEEM_LETTERS
        run = run + 1 if is_mark else 0
        if run > _MOST_MARKS:
            raise UnusableTextError("marks", position)


def _is_seen(letter: str) -> bool:
    return letter not in _UNSEEN_LETTERS and unicodedata.category(letter) not in _UNSEEN_CATEGORIES


def _fault(found: re.Match[str]) -> Fault:
    return next(fault for fault, _ in _FAULTS if found.lastgroup == fault)

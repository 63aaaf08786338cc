"""Who is involved in a tip, as its reporter named them, and who of those with a key is kept from it.

A reporter chooses from people, units and posts, and may write more. What she writes is held against
names, units and posts too, generously: one officer too many kept out costs little, one too few can cost
her post.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from chalicelib.domain.keyring import Holder
from chalicelib.domain.organisation import Unit


class Post(StrEnum):
    """Posts that an organisation has one or a few of, beside its units and the holders of keys."""

    EXECUTIVE = "executive"
    DEPUTY_EXECUTIVE = "deputy_executive"
    COUNCIL = "council"
    CHIEF_ADMINISTRATOR = "chief_administrator"


_WRITTEN: Mapping[Post, re.Pattern[str]] = {
    # Not before a vowel or tone: นายกิตติ is Mr Kitti, no นายก.
    Post.EXECUTIVE: re.compile(
        "(?<!รอง)(?<!เลขานุการ)(?<!ที่ปรึกษา)นายก(?![\u0e30-\u0e3a\u0e45\u0e47-\u0e4e])|chiefexecutive|(?<!deputy)mayor"
    ),
    Post.DEPUTY_EXECUTIVE: re.compile("รองนายก|เลขานุการนายก|ที่ปรึกษานายก|deputymayor"),
    Post.COUNCIL: re.compile("สภา|council"),
    Post.CHIEF_ADMINISTRATOR: re.compile("ปลัด|chiefadministrator"),
}
"""What posts are called, in text as `_plain` writes it."""

_TITLES = ("นางสาว", "นาย", "นาง", "น.ส.", "ว่าที่ร้อยตรี", "mrs", "mr", "ms", "miss")

_SHORTEST = 3
"""Letters of a name that are enough to be found within other words."""

PERSON, UNIT, POST = "person:", "unit:", "post:"
"""What stands before the id in a choice; anything else is free text."""


def excluded(
    holders: Mapping[str, Holder], units: Sequence[Unit], involved: Collection[str]
) -> frozenset[str]:
    """The ids of the holders that are named, each by itself, by a unit or by a post."""
    named = _named_units(units, involved)
    held = posts_in(involved)
    return frozenset(
        id
        for id, holder in holders.items()
        if holder.unit in named
        or held & set(holder.posts)
        or any(_names(id, holder, text) for text in involved)
    )


def posts_in(involved: Collection[str]) -> frozenset[str]:
    """The posts that are named, chosen or written."""
    chosen = {text.removeprefix(POST) for text in involved if text.startswith(POST)}
    written = [_plain(text) for text in involved if _is_written(text)]
    found = {str(p) for p, words in _WRITTEN.items() if any(words.search(text) for text in written)}
    return frozenset(chosen | found)


def unknown(holders: Mapping[str, Holder], units: Sequence[Unit], involved: Collection[str]) -> bool:
    """Whether something was chosen that is on no list."""
    known = {
        *(PERSON + id for id in holders),
        *(UNIT + unit.id for unit in units),
        *(POST + post for post in Post),
    }
    return any(not _is_written(text) and text not in known for text in involved)


def _named_units(units: Sequence[Unit], involved: Collection[str]) -> frozenset[str]:
    chosen = {text.removeprefix(UNIT) for text in involved if text.startswith(UNIT)}
    written = [_plain(text) for text in involved if _is_written(text)]
    found = {
        unit.id
        for unit in units
        if any(_plain(name) in text for name in (unit.name.th, unit.name.en) if name for text in written)
    }
    return frozenset(chosen | found)


def _names(id: str, holder: Holder, text: str) -> bool:
    if not _is_written(text):
        return text == PERSON + id
    as_id = re.search(f"(?<![a-z0-9._]){re.escape(id)}(?![a-z0-9._])", text.casefold())
    return bool(as_id) or any(part in _plain(text) for part in _parts(holder.name))


def _parts(name: str) -> Iterator[str]:
    """The parts of a name that tell somebody, with and without a title before them."""
    for word in map(_plain, name.split()):
        bare = word.removeprefix(next((title for title in _TITLES if word.startswith(title)), ""))
        yield from {part for part in (word, bare) if len(part) >= _SHORTEST and part not in _TITLES}


def _is_written(text: str) -> bool:
    return not text.startswith((PERSON, UNIT, POST))


def _plain(text: str) -> str:
    """Text without spaces, zero-width ones too, in small letters."""
    return "".join(text.replace("\u200b", "").split()).casefold()

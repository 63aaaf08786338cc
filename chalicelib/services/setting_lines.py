"""Lists as an administrator types them: an entry a line, `ไทย | English` where it has two languages."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from chalicelib.domain.calendar import (
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    parse_date,
)
from chalicelib.domain.errors import DomainError
from chalicelib.domain.manual import CHANNELS
from chalicelib.domain.organisation import Label, Way

MOST_LINES = 200
LONGEST_LINE = 150

_BETWEEN_LANGUAGES = "|"

_ID = re.compile("[a-z][a-z0-9_-]{1,30}")
"""Ids stand in addresses, in keys and in open data."""


class UnreadableLineError(DomainError):
    """A line of a list can't be taken: which field, which line (from 1), and a reason."""

    def __init__(self, field: str, line: int, reason: str) -> None:
        super().__init__(f"{field}, line {line}: {reason}")
        self.field = field
        self.line = line
        self.reason = reason


def label_data(th: str, en: str) -> dict[str, str]:
    return {"th": th, "en": en or th}


def english_of(label: Label) -> str:
    return "" if label.en == label.th else label.en


def typed_label(label: Label) -> str:
    english = english_of(label)
    return f"{label.th} {_BETWEEN_LANGUAGES} {english}" if english else label.th


def typed_day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year + 543}"


def lines(field: str, text: str, longest: int = LONGEST_LINE) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    for number, line in enumerate(text.split("\n"), start=1):
        if number > MOST_LINES:
            raise UnreadableLineError(field, number, "too_many")
        if len(line) > longest:
            raise UnreadableLineError(field, number, "too_long")
        if line.strip():
            yield number, line.strip()


def read_labels(field: str, text: str) -> Iterator[dict[str, str]]:
    for number, line in lines(field, text):
        yield read_label(field, number, line)


def read_label(field: str, number: int, text: str) -> dict[str, str]:
    th, _, en = (part.strip() for part in text.partition(_BETWEEN_LANGUAGES))
    if not th or _BETWEEN_LANGUAGES in en:
        raise UnreadableLineError(field, number, "malformed")
    return label_data(th, en)


def typed_way(way: Way) -> str:
    return f"{way.channel} = {typed_label(way)}" if way.channel else typed_label(way)


def read_ways(field: str, text: str) -> Iterator[dict[str, str]]:
    """Lines `ไทย | English`, or `channel = ไทย | English` by one of the channels."""
    for number, line in lines(field, text):
        before, equals, after = (part.strip() for part in line.partition("="))
        if equals and before in set(CHANNELS):
            yield {"channel": before, **read_label(field, number, after)}
        else:
            yield read_label(field, number, line)


def read_named(
    field: str, text: str, taken: str, reserved: Collection[str] = ()
) -> Iterator[dict[str, str | dict[str, str]]]:
    """Lines `id = ไทย | English`; `taken` is the reason where an id stands twice or is a reserved one."""
    seen = set(reserved)
    for number, line in lines(field, text):
        id, _, name = (part.strip() for part in line.partition("="))
        if not _ID.fullmatch(id):
            raise UnreadableLineError(field, number, "malformed")
        if id in seen:
            raise UnreadableLineError(field, number, taken)
        seen.add(id)
        yield {"id": id, "name": read_label(field, number, name)}


def read_named_days(field: str, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    seen: set[date] = set()
    for number, line in lines(field, text):
        typed, *rest = line.split(maxsplit=1)
        day = _read_day(field, number, typed)
        if day in seen:
            raise UnreadableLineError(field, number, "twice")
        seen.add(day)
        yield day.isoformat(), read_label(field, number, "".join(rest))


def read_days(field: str, text: str) -> Iterator[tuple[int, date]]:
    for number, line in lines(field, text):
        yield number, _read_day(field, number, line)


def _read_day(field: str, number: int, typed: str) -> date:
    try:
        return parse_date(typed)
    except MalformedDateError:
        raise UnreadableLineError(field, number, "malformed_date") from None
    except NoSuchDayError:
        raise UnreadableLineError(field, number, "no_such_day") from None
    except DateOutOfRangeError:
        raise UnreadableLineError(field, number, "year_out_of_range") from None

"""Reading a document that people wrote, so that a refusal names every fault in it and where it stands.

A document is what YAML or a spreadsheet gives: mappings, lists, texts, numbers, dates. A reader takes a value
and its path, and gives what the value means, or BAD after it noted a fault. Whoever read the file adds line
or cell to the path.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct

from chalicelib.domain.text import UnusableTextError, clean

Path: TypeAlias = tuple[str | int, ...]
"""From the document's root to a value: names of fields and positions (from 0) in lists."""


class DocumentFault(Struct, frozen=True):
    """One thing that is wrong: where, what (a code), and what would have been right, where that helps."""

    path: Path
    reason: str
    wanted: str = ""


Reader: TypeAlias = Callable[[object, Path, list[DocumentFault]], Any]

BAD = object()

MAX_TEXT = 1000
MAX_ITEMS = 500
MAX_NUMBER = 1_000_000_000


def refuse(faults: list[DocumentFault], path: Path, reason: str, wanted: str = "") -> object:
    """Note a fault; gives BAD."""
    faults.append(DocumentFault(path, reason, wanted))
    return BAD


def no_repeats(named: Iterable[tuple[object, Path]], faults: list[DocumentFault]) -> None:
    """Note each name that stood before. None stands for a name that could not be read."""
    seen: set[object] = set()
    for name, path in named:
        if name is not None and name in seen:
            refuse(faults, path, "repeated")
        seen.add(name)


def text(value: object, path: Path, faults: list[DocumentFault]) -> Any:
    """One line of text, as it is stored."""
    if not isinstance(value, str):
        return refuse(faults, path, "wrong_type", "text")
    try:
        cleaned = clean(value, multiline=False)
    except UnusableTextError as error:
        return refuse(faults, path, "unusable_text", f"no {error.fault} characters")
    if not cleaned:
        return refuse(faults, path, "empty")
    if len(cleaned) > MAX_TEXT:
        return refuse(faults, path, "too_long", f"at most {MAX_TEXT} characters")
    return cleaned


def number(value: object, path: Path, faults: list[DocumentFault]) -> Any:
    """A number that is not below nought."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return refuse(faults, path, "wrong_type", "a number")
    if not 0 <= value <= MAX_NUMBER:
        return refuse(faults, path, "out_of_range", f"0 to {MAX_NUMBER}")
    return value


def day(value: object, path: Path, faults: list[DocumentFault]) -> Any:
    """A date without a time."""
    # A datetime is a date too, but no day.
    return value if type(value) is date else refuse(faults, path, "wrong_type", "a date as 2022-06-24")


def whole(lowest: int, highest: int) -> Reader:
    """A whole number within its bounds."""

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return refuse(faults, path, "wrong_type", "a whole number")
        if not lowest <= value <= highest:
            return refuse(faults, path, "out_of_range", f"{lowest} to {highest}")
        return value

    return read


def matching(pattern: re.Pattern[str], wanted: str) -> Reader:
    """Text of a certain form."""

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if not isinstance(value, str):
            return refuse(faults, path, "wrong_type", "text")
        return value if pattern.fullmatch(value) else refuse(faults, path, "malformed", wanted)

    return read


def one_of(allowed: Iterable[str] | type[StrEnum]) -> Reader:
    """One of these words; of an enumeration, its member."""
    words = sorted(str(word) for word in allowed)
    make: Callable[[str], str] = allowed if isinstance(allowed, type) else str

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if isinstance(value, str) and value in words:
            return make(value)
        return refuse(faults, path, "unknown_word", ", ".join(words))

    return read


def or_null(reader: Reader) -> Reader:
    return lambda value, path, faults: None if value is None else reader(value, path, faults)


def list_of(reader: Reader, *, unique: str | None = None) -> Reader:
    """A list of one or more. `unique` names the field that no two of its mappings may share."""

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if not isinstance(value, list):
            return refuse(faults, path, "wrong_type", "a list")
        if not 1 <= len(value) <= MAX_ITEMS:
            return refuse(faults, path, "wrong_length", f"1 to {MAX_ITEMS} entries")
        items = [reader(item, (*path, at), faults) for at, item in enumerate(value)]
        if unique:
            no_repeats(
                [(i.get(unique), (*path, at, unique)) for at, i in enumerate(items) if i is not BAD], faults
            )
        return items

    return read


def mapping(required: Mapping[str, Reader], optional: Mapping[str, Reader] | None = None) -> Reader:
    """A mapping with these fields and no others, given as far as its fields are good."""
    known = {**required, **(optional or {})}

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if not isinstance(value, dict):
            return refuse(faults, path, "wrong_type", f"the fields {', '.join(known)}")
        for name in value:
            if name not in known:
                refuse(faults, (*path, _step(name)), "unknown_field", ", ".join(known))
        for name in required:
            if name not in value:
                refuse(faults, (*path, name), "missing")
        return _good(
            {name: known[name](value[name], (*path, name), faults) for name in known if name in value}
        )

    return read


def by(key: Reader, reader: Reader) -> Reader:
    """A mapping whose names are data too (years), given as far as it is good."""

    def read(value: object, path: Path, faults: list[DocumentFault]) -> Any:
        if not isinstance(value, dict):
            return refuse(faults, path, "wrong_type", "a name and a value on each line")
        names = [name for name in value if key(name, (*path, _step(name)), faults) is not BAD]
        return _good({name: reader(value[name], (*path, _step(name)), faults) for name in names})

    return read


def _step(name: object) -> str | int:
    return name if isinstance(name, str | int) else str(name)


def _good(fields: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value for name, value in fields.items() if value is not BAD}

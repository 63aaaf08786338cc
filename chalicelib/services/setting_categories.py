"""What an organisation tells and asks of its categories, and where its villages lie, as somebody types it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from chalicelib.domain.organisation import MOST_QUESTIONS, Organisation
from chalicelib.domain.position import Position, UnreadablePositionError
from chalicelib.services.setting_lines import UnreadableLineError, lines, read_label, typed_label

LONGEST_NOTICE = 500

URGENT = "!"
"""What a notice about a danger begins with."""


def typed_notices(state: Organisation) -> str:
    """Lines `category = ไทย | English`, those about a danger after an exclamation mark."""
    return "\n".join(
        f"{URGENT + ' ' if c.is_urgent else ''}{c.name.th} = {typed_label(c.notice)}"
        for c in state.categories
        if c.notice
    )


def typed_questions(state: Organisation) -> str:
    """Lines `category = ไทย | English`, one for each question."""
    return "\n".join(f"{c.name.th} = {typed_label(q)}" for c in state.categories for q in c.questions)


def typed_common(state: Organisation) -> str:
    """The common categories, one a line."""
    return "\n".join(c.name.th for c in state.categories if c.is_common)


def typed_positions(state: Organisation) -> str:
    """Lines `village = 14.12340, 100.56780`."""
    return "\n".join(f"{village} = {position}" for village, position in state.village_positions.items())


def read_categories(state: Organisation, notices: str, questions: str, common: str) -> list[dict[str, Any]]:
    """The categories with what was typed of them. Raises UnreadableLineError."""
    known = {key: c.id for c in state.categories for key in (c.id, c.name.th)}
    told: dict[str, tuple[bool, dict[str, str]]] = {}
    asked: dict[str, list[dict[str, str]]] = {c.id: [] for c in state.categories}
    for number, name, text in _named("category_notices", notices, LONGEST_NOTICE):
        id = _known("category_notices", number, name.removeprefix(URGENT).strip(), known)
        if id in told:
            raise UnreadableLineError("category_notices", number, "category_twice")
        told[id] = (name.startswith(URGENT), read_label("category_notices", number, text))
    for number, name, text in _named("category_questions", questions, LONGEST_NOTICE):
        id = _known("category_questions", number, name, known)
        asked[id].append(read_label("category_questions", number, text))
        if len(asked[id]) > MOST_QUESTIONS:
            raise UnreadableLineError("category_questions", number, "too_many_questions")
    shared = {
        _known("category_common", number, line, known) for number, line in lines("category_common", common)
    }
    return [
        {
            "id": c.id,
            "name": asdict(c.name),
            "tips_offered": c.tips_offered,
            "is_common": c.id in shared,
            "notice": told[c.id][1] if c.id in told else None,
            "is_urgent": c.id in told and told[c.id][0],
            "questions": asked[c.id],
        }
        for c in state.categories
    ]


def read_positions(villages: Sequence[Mapping[str, str]], text: str) -> dict[str, str]:
    """Where the villages lie, by their Thai names. Raises UnreadableLineError."""
    known = {village["th"]: village["th"] for village in villages}
    found: dict[str, str] = {}
    for number, name, typed in _named("village_positions", text, LONGEST_NOTICE):
        try:
            found[_known("village_positions", number, name, known)] = str(Position.parse(typed))
        except UnreadablePositionError:
            raise UnreadableLineError("village_positions", number, "no_position") from None
    return found


def _named(field: str, text: str, longest: int) -> Iterator[tuple[int, str, str]]:
    """Lines `name = words`, with their numbers."""
    for number, line in lines(field, text, longest):
        name, _, words = (part.strip() for part in line.partition("="))
        yield number, name, words


def _known(field: str, number: int, name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        raise UnreadableLineError(field, number, "unknown")
    return known[name]

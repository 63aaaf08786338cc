"""What keeps a report from being filed: which fields it must have, how long they are, what they may hold."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from chalicelib.domain.complaint_terms import Report
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import Category, Organisation
from chalicelib.domain.position import LONGEST as LONGEST_POSITION
from chalicelib.domain.position import Position, UnreadablePositionError
from chalicelib.domain.text import is_email_address, to_arabic_digits

FEWEST = {"subject": 3, "detail": 10}
MOST = {
    "subject": 200,
    "detail": 10_000,
    "location": 500,
    "position": LONGEST_POSITION,
    "answers": 6_000,
    "village": 100,
    "name": 200,
    "phone": 40,
    "email": 254,
}

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{5,28}[0-9]( *(ต่อ|ext\.?) *[0-9]{1,6})?")


LONGEST_ANSWER = 500
"""Letters of an answer to a category's question."""


def answers_of(category: Category, given: Sequence[str], lang: str) -> str:
    """The answers that were given to a category's questions, as a report keeps them.

    Raises InvalidFieldError with `answer_1`, … for one that is too long.
    """
    reasons = {f"answer_{n}": "too_long" for n, text in enumerate(given, 1) if len(text) > LONGEST_ANSWER}
    if reasons:
        raise InvalidFieldError(**reasons)
    pairs = zip(category.questions, given, strict=False)
    return "\n".join(f"{question.in_lang(lang)}\n{text}" for question, text in pairs if text)


def as_kept(report: Report) -> Report:
    """A report that was checked, position and telephone number in the one way in which they are kept."""
    position = str(Position.parse(report.position)) if report.position else ""
    return replace(report, position=position, phone=to_arabic_digits(report.phone))


def check(organisation: Organisation, report: Report, *, consent: bool) -> None:
    """Raise InvalidFieldError for all that keeps a report from being filed, field by field."""
    reasons: dict[str, str] = {}
    for name in ("category", "subject", "detail"):
        if not getattr(report, name):
            reasons[name] = "required"
    if report.category and organisation.category(report.category) is None:
        reasons["category"] = "unknown"
    for name, fewest in FEWEST.items():
        if 0 < len(getattr(report, name)) < fewest:
            reasons[name] = "too_short"
    for name, most in MOST.items():
        if len(getattr(report, name)) > most:
            reasons[name] = "too_long"
    if report.village and report.village not in {v.th for v in organisation.villages}:
        reasons["village"] = "unknown"
    if report.about_unit and report.about_unit not in {unit.id for unit in organisation.units}:
        reasons["about_unit"] = "unknown"
    if report.position and "position" not in reasons and (fault := _fault_of(report.position)):
        reasons["position"] = fault
    if report.email and "email" not in reasons and not is_email_address(report.email):
        reasons["email"] = "malformed"
    if report.phone and "phone" not in reasons and not _PHONE.fullmatch(to_arabic_digits(report.phone)):
        reasons["phone"] = "malformed"
    if report.has_contact() and not consent:
        reasons["consent"] = "required"
    if reasons:
        raise InvalidFieldError(**reasons)


def _fault_of(position: str) -> str:
    """Why a position can't be taken; empty where it can."""
    try:
        Position.parse(position)
    except UnreadablePositionError as error:
        return error.fault
    return ""

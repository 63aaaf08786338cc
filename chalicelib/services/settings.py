"""What an administrator may change of an organisation: its face, its places, its working days."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from chalicelib.domain.calendar import (
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    parse_date,
)
from chalicelib.domain.complaint import SURVEY_QUESTIONS
from chalicelib.domain.complaint_data import rules_data
from chalicelib.domain.errors import DomainError, InvalidFieldError
from chalicelib.domain.organisation import REPLIES, Label, Organisation, Reply, Route
from chalicelib.domain.palette import PALETTES
from chalicelib.domain.record import Record, proceed
from chalicelib.domain.text import is_email_address, to_arabic_digits
from chalicelib.services import complaints, organisations
from chalicelib.services.nightly import Remaining
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.world import World

LONGEST = {"name": 200, "phone": 40, "address": 300, "office_hours": 200}
"""Characters of a text, in either language."""

_LONGEST_REQUEST = timedelta(seconds=20)

MOST_LINES = 200
LONGEST_LINE = 150
LONGEST_REPLY = 1000

_BETWEEN_LANGUAGES = "|"

_MONTHS = re.compile("[1-9]|[1-9][0-9]|1[01][0-9]|120")
"""For how long after closing contact data may be kept."""


class UnreadableLineError(DomainError):
    """A line of a list can't be taken: which field, which line (from 1), and a reason."""

    def __init__(self, field: str, line: int, reason: str) -> None:
        super().__init__(f"{field}, line {line}: {reason}")
        self.field = field
        self.line = line
        self.reason = reason


class TypedSettings(Struct, frozen=True, kw_only=True):
    """Settings as typed, cleaned. Lists have an entry a line; `ไทย | English` gives it in both languages."""

    name: str
    name_en: str
    phone: str
    email: str
    address: str
    address_en: str
    office_hours: str
    office_hours_en: str
    palette: str
    villages: str
    channels: str
    routes: str
    replies: str
    contact_months: str
    paused: str
    survey: str
    days_off: str
    days_on: str

    @classmethod
    def of(cls, state: Organisation) -> "TypedSettings":
        """The settings that stand, as somebody would type them."""
        return cls(
            name=state.name.th,
            name_en=_english(state.name),
            phone=state.phone,
            email=state.email,
            address=state.address.th,
            address_en=_english(state.address),
            office_hours=state.office_hours.th,
            office_hours_en=_english(state.office_hours),
            palette=state.palette,
            villages="\n".join(_line(label) for label in state.villages),
            channels="\n".join(_line(label) for label in state.channels),
            routes="\n".join(_route_line(state, route) for route in state.routes),
            paused="yes" if state.paused else "",
            replies="\n".join(_reply_line(state, reply) for reply in state.replies),
            contact_months=str(state.complaint_rules.contact_months),
            survey="\n".join(_line(label) for label in state.survey),
            days_off="\n".join(f"{_day(day)} {_line(name)}" for day, name in sorted(state.days_off.items())),
            days_on="\n".join(_day(day) for day in sorted(state.days_on)),
        )

    def settings(self) -> dict[str, Any]:
        """As the organisation's record keeps them. Raises InvalidFieldError, UnreadableLineError."""
        reasons = {
            field: "too_long"
            for name, most in LONGEST.items()
            for field in (name, f"{name}_en")
            if len(getattr(self, field, "")) > most
        }
        if not self.name:
            reasons["name"] = "required"
        if self.email and not is_email_address(self.email):
            reasons["email"] = "malformed"
        if self.palette not in PALETTES:
            reasons["palette"] = "unknown"
        survey = list(_labels("survey", self.survey))
        if len(survey) != SURVEY_QUESTIONS:
            reasons["survey"] = "other_number"
        if not _MONTHS.fullmatch(to_arabic_digits(self.contact_months)):
            reasons["contact_months"] = "out_of_range"
        if reasons:
            raise InvalidFieldError(**reasons)
        return {
            "name": _label(self.name, self.name_en),
            "phone": self.phone,
            "email": self.email,
            "address": _label(self.address, self.address_en),
            "office_hours": _label(self.office_hours, self.office_hours_en),
            "palette": self.palette,
            "villages": list(_labels("villages", self.villages)),
            "channels": list(_labels("channels", self.channels)),
            "survey": survey,
            "paused": bool(self.paused),
            "days_off": dict(sorted(_named_days("days_off", self.days_off))),
            "days_on": sorted({day.isoformat() for _, day in _days("days_on", self.days_on)}),
        }


def read(world: World, org: str) -> Record[Organisation]:
    """The settings as they stand at this moment. Raises NoSuchRecordError."""
    record = world.records.get(Organisation, org, org)
    if record is None:
        raise NoSuchRecordError
    return record


def change(world: World, org: str, typed: TypedSettings, *, version: int, by: str) -> Record[Organisation]:
    """Save what differs from the settings that stand. Where working days changed, due days move with them.

    Raises InvalidFieldError, UnreadableLineError, StaleRecordError.
    """
    record = read(world, org)
    settings = typed.settings()
    settings["replies"] = list(_replies(record.state, typed.replies))
    settings["routes"] = list(_routes(record.state, settings["villages"], typed.routes))
    if record.version != version:
        raise StaleRecordError(record)
    months = int(to_arabic_digits(typed.contact_months))
    settings["complaint_rules"] = {**rules_data(record.state.complaint_rules), "contact_months": months}
    different = _different(record, settings, world)
    if not different:
        return record
    fact = record.state.change_settings(different, by=by, at=world.clock.now())
    change = proceed(record, [fact], world.salt)
    world.records.save(change)
    organisations.forget()
    if {"days_off", "days_on"} & different.keys():
        # The settings stand by now; if somebody else is at them, the night moves the due days.
        with suppress(StaleRecordError):
            complaints.recompute_due_days(world, change.record, _patience(world))
    return change.record


def _patience(world: World) -> Remaining:
    """Seconds that a request has left from now on: an administrator waits for the page."""
    end = world.clock.now() + _LONGEST_REQUEST

    def remaining() -> float:
        return (end - world.clock.now()).total_seconds()

    return remaining


def _different(record: Record[Organisation], settings: Mapping[str, Any], world: World) -> dict[str, Any]:
    fact = record.state.change_settings(settings, by="", at=world.clock.now())
    after = proceed(record, [fact], world.salt).record.state
    return {
        name: value for name, value in settings.items() if getattr(after, name) != getattr(record.state, name)
    }


def _route_line(state: Organisation, route: Route) -> str:
    category, unit = state.category(route.category), state.unit(route.unit)
    place = f" / {route.village}" if route.village else ""
    return (
        f"{category.name.th if category else route.category}{place} = {unit.name.th if unit else route.unit}"
    )


def _reply_line(state: Organisation, reply: Reply) -> str:
    category = state.category(reply.category)
    about = f" / {category.name.th if category else reply.category}" if reply.category else ""
    return f"{reply.action}{about} = {_line(reply.text)}"


def _replies(state: Organisation, text: str) -> Iterator[dict[str, Any]]:
    """Lines `action = text | English` or `action / category = …`."""
    categories = {key: c.id for c in state.categories for key in (c.id, c.name.th)} | {"": ""}
    for number, line in _lines("replies", text, LONGEST_REPLY):
        what, _, words = (part.strip() for part in line.partition("="))
        action, _, category = (part.strip() for part in what.partition(" / "))
        if action not in REPLIES or category not in categories:
            raise UnreadableLineError("replies", number, "unknown_reply")
        yield {
            "action": action,
            "category": categories[category],
            "text": _read_label("replies", number, words),
        }


def _routes(state: Organisation, villages: list[dict[str, str]], text: str) -> Iterator[dict[str, str]]:
    """Lines `category = unit` or `category / village = unit`, each by its Thai name or its id."""
    categories = {key: c.id for c in state.categories for key in (c.id, c.name.th)}
    units = {key: u.id for u in state.units for key in (u.id, u.name.th)}
    places = {v["th"] for v in villages}
    for number, line in _lines("routes", text):
        what, _, unit = (part.strip() for part in line.partition("="))
        category, _, village = (part.strip() for part in what.partition(" / "))
        if category not in categories or unit not in units or (village and village not in places):
            raise UnreadableLineError("routes", number, "unknown")
        yield {"category": categories[category], "village": village, "unit": units[unit]}


def _label(th: str, en: str) -> dict[str, str]:
    return {"th": th, "en": en or th}


def _english(label: Label) -> str:
    return "" if label.en == label.th else label.en


def _line(label: Label) -> str:
    english = _english(label)
    return f"{label.th} {_BETWEEN_LANGUAGES} {english}" if english else label.th


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year + 543}"


def _lines(field: str, text: str, longest: int = LONGEST_LINE) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    for number, line in enumerate(text.split("\n"), start=1):
        if number > MOST_LINES:
            raise UnreadableLineError(field, number, "too_many")
        if len(line) > longest:
            raise UnreadableLineError(field, number, "too_long")
        if line.strip():
            yield number, line.strip()


def _labels(field: str, text: str) -> Iterator[dict[str, str]]:
    for number, line in _lines(field, text):
        yield _read_label(field, number, line)


def _read_label(field: str, number: int, text: str) -> dict[str, str]:
    th, _, en = (part.strip() for part in text.partition(_BETWEEN_LANGUAGES))
    if not th or _BETWEEN_LANGUAGES in en:
        raise UnreadableLineError(field, number, "malformed")
    return _label(th, en)


def _named_days(field: str, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    seen: set[date] = set()
    for number, line in _lines(field, text):
        typed, *rest = line.split(maxsplit=1)
        day = _read_day(field, number, typed)
        if day in seen:
            raise UnreadableLineError(field, number, "twice")
        seen.add(day)
        yield day.isoformat(), _read_label(field, number, "".join(rest))


def _days(field: str, text: str) -> Iterator[tuple[int, date]]:
    for number, line in _lines(field, text):
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

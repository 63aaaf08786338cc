"""What an administrator may change of an organisation: its face, its places, its working days."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from msgspec import Struct

from chalicelib.domain.complaint import SURVEY_QUESTIONS, Complaint
from chalicelib.domain.complaint_data import rules_data
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import CHIEF_UNIT, REPLIES, Organisation, Reply, Route
from chalicelib.domain.palette import PALETTES
from chalicelib.domain.record import Record, proceed
from chalicelib.domain.text import is_email_address, to_arabic_digits
from chalicelib.services import complaints, notices, organisations, plans, setting_categories
from chalicelib.services.nightly import Remaining
from chalicelib.services.ports import NoSuchRecordError, Row, StaleRecordError
from chalicelib.services.setting_lines import (
    UnreadableLineError,
    english_of,
    label_data,
    lines,
    read_days,
    read_label,
    read_labels,
    read_named,
    read_named_days,
    read_ways,
    typed_day,
    typed_label,
    typed_way,
)
from chalicelib.services.world import World

LONGEST = {"name": 200, "centre_officer": 200, "phone": 40, "address": 300, "office_hours": 200}
"""Characters of a text, in either language."""

_LONGEST_REQUEST = timedelta(seconds=20)

LONGEST_REPLY = 1000

_MONTHS = re.compile("[1-9]|[1-9][0-9]|1[01][0-9]|120")
"""For how long after closing contact data may be kept."""

_DAYS = re.compile("[1-9]|[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-5]")
"""Within how many days a problem comes again."""


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
    units: str
    main_unit: str
    centre_officer: str
    villages: str
    village_positions: str
    channels: str
    category_notices: str
    category_questions: str
    category_common: str
    routes: str
    replies: str
    contact_months: str
    cause_kinds: str
    recurrence_days: str
    paused: str
    survey: str
    days_off: str
    days_on: str

    @classmethod
    def of(cls, state: Organisation) -> "TypedSettings":
        """The settings that stand, as somebody would type them."""
        return cls(
            name=state.name.th,
            name_en=english_of(state.name),
            phone=state.phone,
            email=state.email,
            address=state.address.th,
            address_en=english_of(state.address),
            office_hours=state.office_hours.th,
            office_hours_en=english_of(state.office_hours),
            palette=state.palette,
            units="\n".join(f"{unit.id} = {typed_label(unit.name)}" for unit in state.units),
            main_unit=state.main_unit,
            centre_officer=state.centre_officer,
            villages="\n".join(typed_label(label) for label in state.villages),
            village_positions=setting_categories.typed_positions(state),
            channels="\n".join(typed_way(way) for way in state.channels),
            category_notices=setting_categories.typed_notices(state),
            category_questions=setting_categories.typed_questions(state),
            category_common=setting_categories.typed_common(state),
            routes="\n".join(_route_line(state, route) for route in state.routes),
            paused="yes" if state.paused else "",
            replies="\n".join(_reply_line(state, reply) for reply in state.replies),
            contact_months=str(state.complaint_rules.contact_months),
            cause_kinds="\n".join(f"{kind.id} = {typed_label(kind.name)}" for kind in state.cause_kinds),
            recurrence_days=str(state.recurrence_days),
            survey="\n".join(typed_label(label) for label in state.survey),
            days_off="\n".join(
                f"{typed_day(day)} {typed_label(name)}" for day, name in sorted(state.days_off.items())
            ),
            days_on="\n".join(typed_day(day) for day in sorted(state.days_on)),
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
        survey = list(read_labels("survey", self.survey))
        if len(survey) != SURVEY_QUESTIONS:
            reasons["survey"] = "other_number"
        if not _MONTHS.fullmatch(to_arabic_digits(self.contact_months)):
            reasons["contact_months"] = "out_of_range"
        if not _DAYS.fullmatch(to_arabic_digits(self.recurrence_days)):
            reasons["recurrence_days"] = "out_of_range"
        if not self.cause_kinds.strip():
            reasons["cause_kinds"] = "required"
        if reasons:
            raise InvalidFieldError(**reasons)
        return {
            "name": label_data(self.name, self.name_en),
            "phone": self.phone,
            "email": self.email,
            "address": label_data(self.address, self.address_en),
            "office_hours": label_data(self.office_hours, self.office_hours_en),
            "palette": self.palette,
            "units": list(read_named("units", self.units, "unit_twice", {CHIEF_UNIT.id})),
            "main_unit": self.main_unit,
            "centre_officer": self.centre_officer,
            "cause_kinds": list(read_named("cause_kinds", self.cause_kinds, "kind_twice")),
            "recurrence_days": int(to_arabic_digits(self.recurrence_days)),
            "villages": list(read_labels("villages", self.villages)),
            "channels": list(read_ways("channels", self.channels)),
            "survey": survey,
            "paused": bool(self.paused),
            "days_off": dict(sorted(read_named_days("days_off", self.days_off))),
            "days_on": sorted({day.isoformat() for _, day in read_days("days_on", self.days_on)}),
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
    settings["categories"] = setting_categories.read_categories(
        record.state, typed.category_notices, typed.category_questions, typed.category_common
    )
    settings["village_positions"] = setting_categories.read_positions(
        settings["villages"], typed.village_positions
    )
    settings["replies"] = list(_replies(record.state, typed.replies))
    settings["routes"] = list(_routes(record.state, settings, typed.routes))
    if record.version != version:
        raise StaleRecordError(record)
    _must_not_be_needed(world, record, {unit["id"] for unit in settings["units"]}, typed.main_unit)
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
    return f"{reply.action}{about} = {typed_label(reply.text)}"


def _replies(state: Organisation, text: str) -> Iterator[dict[str, Any]]:
    """Lines `action = text | English` or `action / category = …`."""
    categories = {key: c.id for c in state.categories for key in (c.id, c.name.th)} | {"": ""}
    for number, line in lines("replies", text, LONGEST_REPLY):
        what, _, words = (part.strip() for part in line.partition("="))
        action, _, category = (part.strip() for part in what.partition(" / "))
        if action not in REPLIES or category not in categories:
            raise UnreadableLineError("replies", number, "unknown_reply")
        yield {
            "action": action,
            "category": categories[category],
            "text": read_label("replies", number, words),
        }


def _must_not_be_needed(world: World, record: Record[Organisation], kept: set[str], main_unit: str) -> None:
    """Raise InvalidFieldError where a unit that goes is the main one, has open work, people or a task."""
    state, org = record.state, record.key.id
    gone = {unit.id for unit in state.units} - kept
    if main_unit not in kept | gone:
        raise InvalidFieldError(main_unit="unknown")
    if not gone:
        return
    needed = {main_unit}
    if state.plan_version is not None:
        plan = plans.current(world, record)
        needed |= {item.unit for item in plan.items} | {p.responsible_unit.id for p in plan.projects}
    needed |= {grant["unit"] for row in notices.staff(world, org) for grant in _grants(row)}
    needed |= {id for id in gone if world.records.queue(Complaint, org, id, limit=1).rows}
    if needed & gone:
        raise InvalidFieldError(units="needed")


def _grants(row: Row) -> list[Any]:
    summary: Any = row.summary
    return list(summary["grants"])


def _routes(state: Organisation, settings: Mapping[str, Any], text: str) -> Iterator[dict[str, str]]:
    """Lines `category = unit` or `category / village = unit`, each by its Thai name or its id."""
    categories = {key: c.id for c in state.categories for key in (c.id, c.name.th)}
    units = {key: u["id"] for u in settings["units"] for key in (u["id"], u["name"]["th"])}
    places = {v["th"] for v in settings["villages"]}
    for number, line in lines("routes", text):
        what, _, unit = (part.strip() for part in line.partition("="))
        category, _, village = (part.strip() for part in what.partition(" / "))
        if category not in categories or unit not in units or (village and village not in places):
            raise UnreadableLineError("routes", number, "unknown")
        yield {"category": categories[category], "village": village, "unit": units[unit]}

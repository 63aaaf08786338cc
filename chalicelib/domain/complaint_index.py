"""What a list or a search knows of a complaint, and which complaints a question takes.

An index holds an `Indexed` for each complaint of an organisation. It is a copy to look things up in: rights
are asked of it anew with each question, and what it says is as old as the events that are in it.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from datetime import date
from enum import StrEnum
from typing import Self

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.people import Role
from chalicelib.domain.record import Record, instant
from chalicelib.domain.text import searchable

_PHONE = re.compile(r"[0-9 ()+.\-]+")
_FEWEST_DIGITS = 4
"""Of what is looked for as a part of a telephone number."""

_LONGEST_CURSOR = 1000


MOST_INDEXED = 50_000
"""Complaints in an index at the most. A large organisation has some thousands a year; a flood brings more."""


class CursorError(ValueError):
    """No cursor of a list in this order."""


class Audience(StrEnum):
    """Whose index: only one of the two holds contact data."""

    CONTACT = "contact"
    PLAIN = "plain"


class Indexed(Struct, frozen=True, array_like=True, gc=False):
    """A complaint in an index. Days are Bangkok days.

    Nothing that it holds can hold it: the collector of garbage need not look at ten thousand of them.
    """

    id: str
    events: int
    """How many of its events are in this."""
    version: int
    status: Status
    open: bool
    """It is to be worked; kept, because asking a status takes a while ten thousand times."""
    unit: str
    category: str
    village: str
    channel: str
    subject: str
    received_at: str
    """The instant, as text that sorts."""
    received_on: date
    due_on: date
    decided_on: date | None
    missed: bool
    to_be_called: bool
    escalated: bool
    """To the executive."""
    merged: bool
    watchers: tuple[str, ...]
    words: str
    """Its report, as it is compared in a search; no contact data."""
    contact: str = ""
    """Name and email, likewise; empty where the audience reads none, or there are none."""
    phone: str = ""
    """The digits alone, with a leading 0 for the country."""

    @classmethod
    def of(cls, record: Record[Complaint], audience: Audience) -> Self:
        complaint = record.state
        report = complaint.report
        reads_contact = audience is Audience.CONTACT
        return cls(
            id=record.key.id,
            events=record.events,
            version=record.version,
            status=complaint.status,
            open=complaint.is_open(),
            unit=complaint.unit,
            category=report.category,
            village=report.village,
            channel=complaint.channel,
            subject=report.subject,
            received_at=instant(complaint.received_at),
            received_on=bangkok_day(complaint.received_at),
            due_on=complaint.due_on,
            decided_on=bangkok_day(complaint.decided_at) if complaint.decided_at else None,
            missed=complaint.missed,
            to_be_called=complaint.is_to_be_called(),
            escalated=Role.EXECUTIVE in complaint.escalated,
            merged=bool(complaint.merged_into),
            watchers=complaint.watchers,
            words=_lines(report.subject, report.detail, report.location, report.village),
            contact=_lines(report.name, report.email) if reads_contact else "",
            phone=digits_of(report.phone) if reads_contact else "",
        )


class Reader(Struct, frozen=True, kw_only=True):
    """What an officer's roles show of complaints: of which units, None standing for all."""

    reads: frozenset[str] | None
    escalated: frozenset[str] | None
    """Of these units what was escalated to the executive."""
    contact: frozenset[str] | None
    """Of these units contact data too."""

    def may_read(self, complaint: Indexed) -> bool:
        return _among(self.reads, complaint.unit) or (
            complaint.escalated and _among(self.escalated, complaint.unit)
        )


class Question(Struct, frozen=True, kw_only=True):
    """Which complaints are asked for; what is empty or None is not asked about. Bounds are included."""

    units: frozenset[str] | None = None
    status: Status | None = None
    open: bool = False
    to_be_called: bool = False
    category: str = ""
    village: str = ""
    channel: str = ""
    fiscal_year: int = 0
    due_from: date | None = None
    due_to: date | None = None
    received_from: date | None = None
    received_to: date | None = None
    watcher: str = ""
    text: str = ""

    def takes(self, reader: Reader) -> Callable[[Indexed], bool]:
        """Whether a complaint is one of those asked for, and one that the reader may see."""
        checks = [*self._checks(), *self._words(reader)]
        # What was not asked about costs nothing: a list looks at ten thousand.
        return lambda complaint: reader.may_read(complaint) and all(check(complaint) for check in checks)

    def _checks(self) -> Iterator[Callable[[Indexed], bool]]:
        units, year = self.units, self.fiscal_year
        if units is not None:
            yield lambda complaint: complaint.unit in units
        if self.status:
            yield lambda complaint: complaint.status is self.status
        if self.open:
            yield lambda complaint: complaint.open
        if self.to_be_called:
            yield lambda complaint: complaint.to_be_called
        if self.category:
            yield lambda complaint: complaint.category == self.category
        if self.village:
            yield lambda complaint: complaint.village == self.village
        if self.channel:
            yield lambda complaint: complaint.channel == self.channel
        if year:
            yield lambda complaint: fiscal_year_of(complaint.received_on) == year
        if self.watcher:
            yield lambda complaint: self.watcher in complaint.watchers
        if self.due_from or self.due_to:
            yield lambda complaint: _between(self.due_from, complaint.due_on, self.due_to)
        if self.received_from or self.received_to:
            yield lambda complaint: _between(self.received_from, complaint.received_on, self.received_to)

    def _words(self, reader: Reader) -> Iterator[Callable[[Indexed], bool]]:
        words, phone = searchable(self.text).split(), _typed_phone(self.text)

        def is_found(complaint: Indexed) -> bool:
            contact = _among(reader.contact, complaint.unit)
            if phone and contact and phone in complaint.phone:
                return True
            for word in words:  # a loop, which costs less than a generator
                if word not in complaint.words and not (contact and word in complaint.contact):
                    return False
            return True

        if words:
            yield is_found


class Order(StrEnum):
    """By what a list stands in order. A minus sign turns it round."""

    DUE = "due"
    DUE_LAST = "-due"
    RECEIVED = "received"
    RECEIVED_LAST = "-received"
    CATEGORY = "category"
    CATEGORY_LAST = "-category"
    UNIT = "unit"
    UNIT_LAST = "-unit"
    VILLAGE = "village"
    VILLAGE_LAST = "-village"

    @property
    def column(self) -> str:
        return self.value.lstrip("-")

    @property
    def is_turned(self) -> bool:
        return self.value.startswith("-")

    @property
    def other_way(self) -> "Order":
        return Order(self.column if self.is_turned else f"-{self.column}")

    def key(self, complaint: Indexed) -> tuple[str, str]:
        """Where a complaint stands, in this order or the one turned round."""
        match self.column:
            case "due":
                return complaint.due_on.isoformat(), complaint.id
            case "received":
                return complaint.received_at, complaint.id
            case column:
                return getattr(complaint, column), complaint.id


def ordered(
    complaints: Iterable[Indexed], order: Order, cursor: str | None, limit: int
) -> tuple[Sequence[Indexed], str | None]:
    """A page of complaints in an order, and the cursor of the next one. Raises CursorError.

    A cursor names a place in the order, so that pages hold each complaint once though work goes on between.
    """
    after = _position(cursor) if cursor else None
    rest = [c for c in complaints if after is None or _is_after(order.key(c), after, order)]
    rest.sort(key=order.key, reverse=order.is_turned)
    page = rest[:limit]
    return page, _cursor(order.key(page[-1])) if len(rest) > limit else None


def digits_of(phone: str) -> str:
    """The digits of a telephone number, in one form at home and from abroad."""
    digits = "".join(re.findall("[0-9]", searchable(phone)))
    return f"0{digits[2:]}" if phone.strip().startswith("+66") else digits


def merged(known: Mapping[str, Indexed], newer: Iterable[Indexed]) -> dict[str, Indexed]:
    """An index with newer complaints in it; one of which more events are known already stays."""
    together = dict(known)
    for complaint in newer:
        standing = together.get(complaint.id)
        if standing is None or standing.events <= complaint.events:
            together[complaint.id] = complaint
    return together


def bounded(complaints: Iterable[Indexed]) -> list[Indexed]:
    """As many as an index holds: what is open by its urgency, then the newest of the rest."""
    found = list(complaints)
    if len(found) <= MOST_INDEXED:
        return found
    work = sorted((c for c in found if c.open), key=Order.DUE.key)
    rest = sorted((c for c in found if not c.open), key=Order.RECEIVED.key, reverse=True)
    return [*work, *rest][:MOST_INDEXED]


def is_full(complaints: Sized) -> bool:
    """Whether an index may hold less than there is."""
    return len(complaints) >= MOST_INDEXED


def _lines(*texts: str) -> str:
    """Several texts, each on a line of its own, so that no word is found across two."""
    return "\n".join(searchable(text) for text in texts)


def _typed_phone(text: str) -> str:
    typed = searchable(text)
    digits = digits_of(typed)
    return digits if _PHONE.fullmatch(typed) and len(digits) >= _FEWEST_DIGITS else ""


def _among(units: frozenset[str] | None, unit: str) -> bool:
    return units is None or unit in units


def _between(first: date | None, day: date, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _is_after(key: tuple[str, str], after: tuple[str, str], order: Order) -> bool:
    return key < after if order.is_turned else key > after


def _cursor(key: tuple[str, str]) -> str:
    text = json.dumps(key, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[str, str]:
    if len(cursor) > _LONGEST_CURSOR:
        raise CursorError
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorError from error
    if not isinstance(value, str) or not isinstance(id, str):
        raise CursorError
    return value, id

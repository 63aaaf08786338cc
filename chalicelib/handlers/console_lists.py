"""The officers' list of complaints: what it is narrowed to, its views, and finding by code, name or words."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import (
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    bangkok_day,
    fiscal_year_of,
    parse_date,
)
from chalicelib.domain.codes import CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, TrackingCode
from chalicelib.domain.complaint import Channel, Status
from chalicelib.domain.complaint_index import Order
from chalicelib.domain.people import Role, Task
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.handlers.wording import field_error
from chalicelib.services import complaint_lists, complaints, form_tokens
from chalicelib.services.complaint_lists import MINE, Choice, Query
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop, translate

ROUTES = Routes(__name__)

_STATUSES: Mapping[Status | Choice, str] = {
    Choice.OPEN: gettext_noop("All that is not finished"),
    Choice.OVERDUE: gettext_noop("Overdue"),
    Choice.DUE_SOON: gettext_noop("Due soon"),
    Choice.DUE_THIS_WEEK: gettext_noop("Due this week"),
    Choice.TO_BE_CALLED: gettext_noop("Call or write"),
    Status.RECEIVED: gettext_noop("Received"),
    Status.ASSIGNED: gettext_noop("Assigned"),
    Status.IN_PROGRESS: gettext_noop("In progress"),
    Status.EXPLAINED: gettext_noop("Extended, reason given"),
    Status.REOPENED: gettext_noop("Reopened"),
    Status.RESOLVED: gettext_noop("Resolved"),
    Status.REJECTED: gettext_noop("Not accepted"),
    Status.REFERRED: gettext_noop("Referred to another body"),
    Status.CLOSED: gettext_noop("Closed"),
    Choice.ALL: gettext_noop("All, finished ones too"),
}

VIEWS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (gettext_noop("Not finished"), {}),
    (gettext_noop("Overdue"), {"status": "overdue"}),
    (gettext_noop("Due this week"), {"status": "due_this_week"}),
    (gettext_noop("New"), {"status": "received"}),
    (gettext_noop("Call or write"), {"status": "to_be_called"}),
    (gettext_noop("Watched"), {"status": "all", "watched": "yes"}),
)
"""The views that every officer has: what each is called, and its filter."""

FILTERS = (
    "unit",
    "status",
    "category",
    "village",
    "channel",
    "fiscal_year",
    "received_from",
    "received_to",
    "watched",
    "sort",
)
"""What a list is narrowed and put in order by, and a view keeps; the words that are looked for are apart."""

_ORDERS: Mapping[str, str] = {
    "": gettext_noop("As usual"),
    Order.DUE: gettext_noop("Due day, the earliest first"),
    Order.DUE_LAST: gettext_noop("Due day, the latest first"),
    Order.RECEIVED: gettext_noop("Received, the oldest first"),
    Order.RECEIVED_LAST: gettext_noop("Received, the newest first"),
    Order.UNIT: gettext_noop("Unit"),
    Order.CATEGORY: gettext_noop("What it is about"),
    Order.VILLAGE: gettext_noop("Village"),
}
"""What the form offers; the headings of the list turn each of them round."""

_FEW = frozenset({"unit", "status"})
"""Filters that stand open; the others are folded in."""

_YEARS_BACK = 5
"""How many earlier fiscal years a list offers: a plan's five years and the one it is compared with."""

_DAY_FAULTS = {
    MalformedDateError: "malformed_date",
    NoSuchDayError: "no_such_day",
    DateOutOfRangeError: "year_out_of_range",
}

_SLIP = gettext_noop("A digit of the code is wrong: ask the complainant to read it out again")
_RECEIPT_CODE = gettext_noop("This is the code of a corruption report, which is not looked up here")
_UNKNOWN_CODE = gettext_noop("No complaint of this organisation has this code")
_ALL_UNITS = gettext_noop("All units")
_MY_UNITS = gettext_noop("My units")
_ANY = gettext_noop("Any")


class Asked(Struct, frozen=True):
    """What the query of a request asks for: as typed, and as the list takes it."""

    form: Form
    query: Query


@ROUTES.page("/{org}/console/complaints", access=Task.READ_COMPLAINTS)
def listed(request: Request) -> Response:
    """The work of the officer's units, or what is asked for; a tracking code leads to its complaint."""
    text = request.query.get("q", "")
    try:
        text = clean(text, multiline=False)
        code = TrackingCode.parse(text)
        history = complaints.follow(request.world, request.org, code)
        return see_other(request, f"/{request.org}/console/complaints/{history.record.key.id}")
    except UnusableTextError as error:
        return _list(request, asked(request, "", field_error("q", error.fault)))
    except ReceiptCodeTypedError:
        # No part of the page may hold it, the link to the other language neither.
        bare = replace(request, query={name: value for name, value in request.query.items() if name != "q"})
        return _list(bare, asked(bare, "", Message(_RECEIPT_CODE)))
    except CheckDigitError:
        return _list(request, asked(request, "", Message(_SLIP)))
    except complaints.UnknownCodeError:
        return _list(request, asked(request, "", Message(_UNKNOWN_CODE)))
    except MalformedCodeError:
        return _list(request, asked(request, text))


def asked(request: Request, text: str, fault: Message | None = None) -> Asked:
    """What a request's query asks for; `text` is what is looked for, `fault` why it can't be.

    Raises InvalidFields for what no form of ours sends.
    """
    typed = {name: request.query.get(name, "") for name in (*FILTERS, "q")}
    errors = {"q": fault} if fault else {}
    days: dict[str, date | None] = {}
    for name in ("received_from", "received_to"):
        try:
            days[name] = parse_date(typed[name]) if typed[name] else None
        except (MalformedDateError, NoSuchDayError, DateOutOfRangeError) as error:
            errors[name] = field_error(name, _DAY_FAULTS[type(error)])
    this_year = _this_year(request)
    query = Query(
        unit=typed["unit"],
        status=_status(typed["status"]),
        text=text,
        category=typed["category"],
        village=typed["village"],
        channel=typed["channel"],
        year=request.number("fiscal_year", 0, this_year - _YEARS_BACK, this_year)
        if typed["fiscal_year"]
        else 0,
        received_from=days.get("received_from"),
        received_to=days.get("received_to"),
        watched=bool(typed["watched"]),
        order=_order(typed["sort"]),
        cursor=request.query.get("cursor") or None,
    )
    return Asked(Form({**typed, "status": str(query.status)}, errors), query)


def _status(typed: str) -> Status | Choice:
    """What a list is narrowed to. Raises InvalidFields."""
    for status in _STATUSES:
        if status == (typed or Choice.OPEN):
            return status
    raise InvalidFields({"status": "unknown"})


def _order(typed: str) -> Order | None:
    """The order that is asked for. Raises InvalidFields."""
    try:
        return Order(typed) if typed else None
    except ValueError as error:
        raise InvalidFields({"sort": "unknown"}) from error


def _list(request: Request, found: Asked) -> Response:
    officer = request.me.state
    query, form = found.query, found.form
    listing = complaint_lists.find(request.world, request.here, officer, query)
    filter = {name: form.value(name) for name in FILTERS if form.value(name)}
    if query.status is Choice.OPEN:
        filter.pop("status", None)
    page = request.render(
        "console/complaints.html",
        listing=listing,
        form=form,
        filter=filter,
        asked={**dict.fromkeys(FILTERS, ""), **filter, "q": form.value("q")},
        views=[(translate(name, request.lang), of) for name, of in VIEWS],
        known_filters=[*(of for _, of in VIEWS), *(view.filter for view in officer.views)],
        choices=_choices(request),
        is_folded=not (set(filter) - _FEW - {"sort"} or set(form.errors) - {"q"}),
        is_open=query.is_of_open_work(),
        order=query.standing_order(),
        is_later_page=query.cursor is not None,
        assignable={
            entry.id
            for entry in listing.entries
            if entry.urgency and officer.may(Task.ASSIGN_COMPLAINTS, entry.unit)
        },
        all_chosen=request.query.get("select") == "all",
        cursor=query.cursor,
        token=form_tokens.issue(request.world, request.org),
        empty_form=Form(),
        units=[(u.id, u.name.in_lang(request.lang)) for u in request.here.state.queues()],
        may_enter=officer.may(Task.ENTER_COMPLAINTS),
        escalated_only=officer.roles() == {Role.EXECUTIVE},
        was_given_away=request.query.get("done") == "assign",
        now=request.world.clock.now(),
    )
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return Response(page, int(status_code))


def _choices(request: Request) -> Mapping[str, Any]:
    """What each filter offers: values with their words."""
    officer, organisation, lang = request.me.state, request.here.state, request.lang
    readable = complaint_lists.units_of(organisation, officer)
    units = [(u.id, u.name.in_lang(lang)) for u in organisation.queues() if u.id in readable]
    if complaint_lists.own_units(officer) and len(complaint_lists.own_units(officer)) < len(units):
        units.insert(0, (MINE, translate(_MY_UNITS, lang)))
    any_of_them = ("", translate(_ANY, lang))
    this_year = _this_year(request)
    return {
        "unit": [("", translate(_ALL_UNITS, lang)), *units],
        "status": [(str(s), translate(words, lang)) for s, words in _STATUSES.items()],
        "category": [any_of_them, *((c.id, c.name.in_lang(lang)) for c in organisation.categories)],
        "village": [any_of_them, *((v.th, v.in_lang(lang)) for v in organisation.villages)],
        "channel": [str(channel) for channel in Channel],
        "sort": [(value, translate(words, lang)) for value, words in _ORDERS.items()],
        "fiscal_year": [
            any_of_them,
            *((str(year), str(year)) for year in range(this_year, this_year - _YEARS_BACK - 1, -1)),
        ],
    }


def _this_year(request: Request) -> int:
    return fiscal_year_of(bangkok_day(request.world.clock.now()))

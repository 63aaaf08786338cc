"""Officers' complaints: the list of work, and entering what came another way than by the web."""

from collections.abc import Mapping
from http import HTTPStatus

from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.codes import CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, TrackingCode
from chalicelib.domain.complaint import Channel, Report, Status
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Role, Task
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import complaint_lists, complaints, form_tokens
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop, translate

ROUTES = Routes(__name__)

CHANNELS = (
    Channel.COUNTER,
    Channel.PHONE,
    Channel.POST,
    Channel.LINE,
    Channel.SOCIAL_MEDIA,
    Channel.FORUM,
)
"""The ways of which an officer enters what came."""

_STATUSES: Mapping[Status | Choice, str] = {
    Choice.OPEN: gettext_noop("All that is not finished"),
    Choice.OVERDUE: gettext_noop("Overdue"),
    Choice.DUE_SOON: gettext_noop("Due soon"),
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

_YEARS_BACK = 5
"""How many earlier fiscal years a list offers: a plan's five years and the one it is compared with."""

_TEXTS = (
    "channel",
    "category",
    "subject",
    "detail",
    "location",
    "village",
    "about_unit",
    "name",
    "phone",
    "email",
)
_BOXES = ("about_staff", "consent")

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_SENT_BEFORE = gettext_noop(
    "This form was sent before. To send what it says now as a further complaint, send it again."
)
_SLIP = gettext_noop("A digit of the code is wrong: ask the complainant to read it out again")
_RECEIPT_CODE = gettext_noop("This is the code of a corruption report, which is not looked up here")
_ALL_UNITS = gettext_noop("All units")
_UNKNOWN_CODE = gettext_noop("No complaint of this organisation has this code")


@ROUTES.page("/{org}/console/complaints", access=Task.READ_COMPLAINTS)
def listed(request: Request) -> Response:
    """The work of the officer's units, or what is asked for; a tracking code leads to its complaint."""
    this_year = fiscal_year_of(bangkok_day(request.world.clock.now()))
    year = request.number("fiscal_year", this_year, this_year - _YEARS_BACK, this_year)
    status = _status(request.query.get("status", ""))
    text = request.query.get("q", "")
    filter = {
        "unit": request.query.get("unit", ""),
        "status": str(status),
        "fiscal_year": str(year),
        "q": text,
    }
    try:
        text = clean(text, multiline=False)
        code = TrackingCode.parse(text)
        history = complaints.follow(request.world, request.org, code)
        return see_other(request, f"/{request.org}/console/complaints/{history.record.key.id}")
    except UnusableTextError as error:
        return _list(request, Form(filter, {"q": field_error("q", error.fault)}), status, "")
    except ReceiptCodeTypedError:
        # No part of the page may hold it, the link to the other language neither.
        bare = replace(request, query={name: value for name, value in request.query.items() if name != "q"})
        return _list(bare, Form({**filter, "q": ""}, {"q": Message(_RECEIPT_CODE)}), status, "")
    except CheckDigitError:
        return _list(request, Form(filter, {"q": Message(_SLIP)}), status, "")
    except complaints.UnknownCodeError:
        return _list(request, Form(filter, {"q": Message(_UNKNOWN_CODE)}), status, "")
    except MalformedCodeError:
        return _list(request, Form(filter), status, text)


@ROUTES.page("/{org}/console/complaints/new", access=Task.ENTER_COMPLAINTS)
def new(request: Request) -> Response:
    """The form, empty."""
    return _form(request, Form())


@ROUTES.page("/{org}/console/complaints/new", access=Task.ENTER_COMPLAINTS, method="POST")
def enter(request: Request) -> Response:
    """File what an officer typed and show the code to hand over, or show the form again."""
    typed = {name: request.field(name) for name in (*_TEXTS, *_BOXES)}
    token = request.field("token")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        return _form(request, Form(typed, {"": Message(_OPEN_TOO_LONG)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    texts, errors = cleaned(typed, _TEXTS, multiline={"detail"})
    channel = texts.pop("channel")
    if channel not in CHANNELS:
        errors["channel"] = field_error("channel", "required")
    report = Report(**texts, about_staff=bool(typed["about_staff"]))
    consent = bool(typed["consent"])
    try:
        if errors:
            check(request.here.state, report, consent=consent)
            raise InvalidFieldError
        filed = complaints.file(
            request.world,
            request.here,
            report,
            consent=consent,
            token=token,
            channel=Channel(channel),
            by=request.me.state.username,
        )
    except InvalidFieldError as error:
        reasons = {name: field_error(name, reason) for name, reason in error.reasons.items()} | errors
        ordered = {name: reasons[name] for name in (*_TEXTS, *_BOXES) if name in reasons}
        return _form(request, Form(typed, ordered), HTTPStatus.UNPROCESSABLE_ENTITY, token)
    except complaints.OtherBodyError:
        return _form(request, Form(typed, {"": Message(_SENT_BEFORE)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    page = request.render(
        "console/complaint_code.html",
        code=filed.code.hyphenated(),
        id=filed.id,
        complaint=filed.complaint,
        is_first=True,
        site=request.world.site_url,
    )
    return Response(page)


def _status(typed: str) -> Status | Choice:
    """What a list is narrowed to. Raises InvalidFields."""
    for status in _STATUSES:
        if status == (typed or Choice.OPEN):
            return status
    raise InvalidFields({"status": "unknown"})


def _list(request: Request, filter: Form, status: Status | Choice, text: str) -> Response:
    officer, organisation = request.me.state, request.here
    query = Query(
        unit=filter.value("unit"),
        status=status,
        text=text,
        year=int(filter.value("fiscal_year")),
        cursor=request.query.get("cursor") or None,
    )
    listing = complaint_lists.find(request.world, organisation, officer, query)
    units = [(u.id, u.name.in_lang(request.lang)) for u in organisation.state.queues()]
    readable = complaint_lists.units_of(organisation.state, officer)
    this_year = fiscal_year_of(bangkok_day(request.world.clock.now()))
    page = request.render(
        "console/complaints.html",
        listing=listing,
        filter=filter,
        is_open=listing.counts is not None,
        units=[("", translate(_ALL_UNITS, request.lang)), *(u for u in units if u[0] in readable)],
        statuses=[(str(s), translate(words, request.lang)) for s, words in _STATUSES.items()],
        years=[(str(year), str(year)) for year in range(this_year, this_year - _YEARS_BACK - 1, -1)],
        asked=_asked(filter),
        is_later_page=query.cursor is not None,
        may_enter=officer.may(Task.ENTER_COMPLAINTS),
        escalated_only=officer.roles() == {Role.EXECUTIVE},
        was_given_away=request.query.get("done") == "assign",
        now=request.world.clock.now(),
    )
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY if filter.errors else HTTPStatus.OK
    return Response(page, int(status_code))


def _asked(filter: Form) -> Mapping[str, str]:
    """The query of the list's own links."""
    return {name: filter.value(name) for name in ("unit", "status", "fiscal_year", "q")}


def _form(
    request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK, token: str | None = None
) -> Response:
    page = request.render(
        "console/complaint_new.html",
        form=form,
        channels=[str(channel) for channel in CHANNELS],
        token=token or form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status))

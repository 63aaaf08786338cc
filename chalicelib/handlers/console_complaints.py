"""Entering, by an officer, a complaint that came another way than by the web."""

from http import HTTPStatus

from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Task
from chalicelib.handlers.routing import Request, Response, Routes
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import complaints, form_tokens
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

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

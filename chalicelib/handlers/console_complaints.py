"""Entering, by an officer, a complaint that came another way than by the web."""

from http import HTTPStatus

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import Report
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Task
from chalicelib.handlers.routing import Request, Response, Routes
from chalicelib.handlers.wording import cleaned, field_error, typed_day
from chalicelib.services import complaint_entry, complaints, form_tokens, recurrence
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop
from chalicelib.web.qr import qr_code

ROUTES = Routes(__name__)

_TEXTS = (
    "channel",
    "received_on",
    "category",
    "subject",
    "detail",
    "village",
    "location",
    "position",
    "about_unit",
    "name",
    "phone",
    "email",
)
_IN_COMMON = ("channel", "received_on", "village")
"""What the next complaint of the same kind is likely to have too."""

_BOXES = ("about_staff", "consent")

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_SENT_BEFORE = gettext_noop(
    "This form was sent before. To send what it says now as a further complaint, send it again."
)


@ROUTES.page("/{org}/console/complaints/new", access=Task.ENTER_COMPLAINTS)
def new(request: Request) -> Response:
    """The form, empty but for what a pile of letters or a forum has in common."""
    today = bangkok_day(request.world.clock.now())
    asked = {name: request.query.get(name, "") for name in _IN_COMMON}
    defaults = {**asked, "received_on": asked["received_on"] or typed_day(today, request.lang)}
    return _form(request, Form(defaults))


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
    channel, received_on = texts.pop("channel"), texts.pop("received_on")
    report = Report(**texts, about_staff=bool(typed["about_staff"]))
    consent = bool(typed["consent"])
    try:
        if errors:
            complaint_entry.must_be_complete(
                request.here.state, report, channel=channel, received_on=received_on, consent=consent
            )
            raise InvalidFieldError
        filed = complaint_entry.enter(
            request.world,
            request.here,
            report,
            channel=channel,
            received_on=received_on,
            consent=consent,
            token=token,
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
        qr=qr_code(f"{request.world.site_url}/{request.org}/complaints/track"),
        matches=recurrence.of(request.world, request.here, filed.id, filed.complaint, request.me.state),
        recurrence_days=request.here.state.recurrence_days,
        next={name: typed[name] for name in _IN_COMMON if typed[name]},
    )
    return Response(page)


def _form(
    request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK, token: str | None = None
) -> Response:
    page = request.render(
        "console/complaint_new.html",
        form=form,
        channels=[str(channel) for channel in complaint_entry.CHANNELS],
        token=token or form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status))

"""The form of a complaint, from the first look at it to the tracking code."""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import complaints, form_tokens
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_TEXTS = ("category", "subject", "detail", "location", "village", "about_unit", "name", "phone", "email")
_BOXES = ("about_staff", "consent")

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_SENT_BEFORE = gettext_noop(
    "This form was sent before. To send what it says now as a further complaint, send it again."
)


@ROUTES.page("/{org}/complaints/new", access=Everyone.PUBLIC)
def new(request: Request) -> Response:
    """The form, empty."""
    return _form(request, Form({"category": request.query.get("category", "")}))


@ROUTES.page("/{org}/complaints/new", access=Everyone.PUBLIC, method="POST")
def send(request: Request) -> Response:
    """File what was typed and show the code, or show the form again with all that was typed."""
    typed = {name: request.field(name) for name in (*_TEXTS, *_BOXES)}
    token = request.field("form_token")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        return _form(request, Form(typed, {"": Message(_OPEN_TOO_LONG)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    texts, errors = cleaned(typed, _TEXTS, multiline={"detail"})
    report = Report(
        **{name: texts.get(name, "") for name in _TEXTS},
        about_staff=bool(typed["about_staff"]),
        lang=request.lang,
    )
    try:
        if errors:
            check(request.here.state, report, consent=bool(typed["consent"]))
            raise InvalidFieldError
        filed = complaints.file(
            request.world,
            request.here,
            report,
            consent=bool(typed["consent"]),
            token=token,
            channel=Channel.WEB,
        )
    except InvalidFieldError as error:
        reasons = {name: field_error(name, reason) for name, reason in error.reasons.items()}
        form = Form(typed, _in_order(reasons | errors))
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, token)
    except complaints.OtherBodyError:
        return _form(request, Form(typed, {"": Message(_SENT_BEFORE)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    page = request.render("complaints/filed.html", code=filed.code.hyphenated(), complaint=filed.complaint)
    return Response(page)


def _form(
    request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK, token: str | None = None
) -> Response:
    page = request.render(
        "complaints/new.html",
        form=form,
        form_token=token or form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status))


def _in_order(errors: Mapping[str, Message]) -> dict[str, Message]:
    """Errors in the order of the form's fields."""
    order = [*_TEXTS, *_BOXES]
    return dict(sorted(errors.items(), key=lambda item: order.index(item[0])))

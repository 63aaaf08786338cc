"""The form of a complaint, from the first look at it to the tracking code.

A form that is right is sent at once, unless there is something to say before: that the sealed channel stands
open for what it is about, or that others reported the same. Then a page says so, with all that was typed
carried along, and sends it all the same (`step`).
"""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.complaint_report import answers_of, check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import MOST_QUESTIONS
from chalicelib.domain.text import showable
from chalicelib.handlers.routing import SECURITY_HEADERS, Everyone, Request, Response, Routes
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import complaint_intake, complaints, form_tokens
from chalicelib.services.complaint_intake import Likely
from chalicelib.services.complaints import Filed
from chalicelib.services.ports import StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_TEXTS = (
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
_ANSWERS = tuple(f"answer_{number}" for number in range(1, MOST_QUESTIONS + 1))
_BOXES = ("about_staff", "consent")
_TYPED = (*_TEXTS, *_ANSWERS, "asked", *_BOXES)
"""Fields that a page carries along; `asked` is the category whose questions were shown."""

_ANOTHER = "another"
"""The choice of who sees no likely duplicate of hers."""

_POLICY, _PERMISSIONS = "Content-Security-Policy", "Permissions-Policy"
_WITH_POSITION = {
    _POLICY: f"{SECURITY_HEADERS[_POLICY]}; script-src 'self'",
    _PERMISSIONS: SECURITY_HEADERS[_PERMISSIONS].replace("geolocation=()", "geolocation=(self)"),
}
"""The form's page alone runs a script of ours, which asks the device for its position (docs/adr says why)."""

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_SENT_BEFORE = gettext_noop(
    "This form was sent before. To send what it says now as a further complaint, send it again."
)
_GONE = gettext_noop(
    "The one that you chose was finished or is full meanwhile, and nothing was sent. Please choose anew."
)
_MANY_AT_ONCE = gettext_noop("Others joined it at the same moment, and nothing was sent. Please choose anew.")


@ROUTES.page("/{org}/complaints/new", access=Everyone.PUBLIC)
def new(request: Request) -> Response:
    """The form, empty, or for a category that was chosen before."""
    return _form(request, Form({"category": request.query.get("category", "")}))


@ROUTES.page("/{org}/complaints/new", access=Everyone.PUBLIC, method="POST")
def send(request: Request) -> Response:
    """File what was typed and show the code, say what is to be said before, or show the form again."""
    typed = {name: request.field(name) for name in _TYPED}
    token = request.field("form_token")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        return _form(request, Form(typed, {"": Message(_OPEN_TOO_LONG)}), HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.field("edit"):
        return _form(request, Form(typed), token=token)
    texts, errors = cleaned(typed, (*_TEXTS, *_ANSWERS), multiline={"detail"})
    try:
        report = _report(request, texts)
        check(request.here.state, report, consent=bool(typed["consent"]))
        if errors:
            raise InvalidFieldError
        return _sent(request, typed, report, token)
    except InvalidFieldError as error:
        reasons = {name: field_error(name, reason) for name, reason in error.reasons.items()}
        form = Form(typed, _in_order(reasons | errors))
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, token)
    except complaints.OtherBodyError:
        return _form(request, Form(typed, {"": Message(_SENT_BEFORE)}), HTTPStatus.UNPROCESSABLE_ENTITY)


def _report(request: Request, texts: Mapping[str, str]) -> Report:
    """What is reported. Raises InvalidFieldError for answers."""
    asked = request.here.state.category(request.field("asked"))
    given = [texts[name] for name in _ANSWERS]
    return Report(
        **{name: texts[name] for name in _TEXTS},
        answers=answers_of(asked, given, request.lang) if asked else "",
        about_staff=bool(request.field("about_staff")),
        lang=request.lang,
    )


def _sent(request: Request, typed: Mapping[str, str], report: Report, token: str) -> Response:
    """The tracking code, or what is to be said before it is sent. Raises as filing does."""
    world, here, consent = request.world, request.here, bool(typed["consent"])
    choice = request.field("same")
    try:
        if choice not in {"", _ANOTHER}:
            return _filed(
                request, complaint_intake.join(world, here, report, choice, consent=consent, token=token)
            )
        if not request.field("step"):
            likely = complaint_intake.likely(world, here, report, token)
            if likely or _is_for_tips(request, report):
                before = complaints.filed_before(world, here, report, token)
                return _filed(request, before) if before else _before(request, typed, report, token, likely)
        return _filed(
            request,
            complaints.file(world, here, report, consent=consent, token=token, channel=Channel.WEB),
        )
    except complaint_intake.GoneError:
        error, status = Message(_GONE), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleRecordError:
        error, status = Message(_MANY_AT_ONCE), HTTPStatus.CONFLICT
    likely = complaint_intake.likely(world, here, report, token)
    return _before(request, typed, report, token, likely, error, status)


def _is_for_tips(request: Request, report: Report) -> bool:
    """Whether the sealed channel is offered: it is about corruption perhaps, or about an officer."""
    category = request.here.state.category(report.category)
    return report.about_staff or (category is not None and category.tips_offered)


def _before(
    request: Request,
    typed: Mapping[str, str],
    report: Report,
    token: str,
    likely: tuple[Likely, ...],
    error: Message | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """What is to be said before a report is sent, with all that was typed."""
    page = request.render(
        "complaints/before_sending.html",
        form=Form({"same": _ANOTHER}, {"same": error} if error else {}),
        carried={name: showable(text) for name, text in typed.items() if text},
        likely=likely,
        another=_ANOTHER,
        offers_tips=_is_for_tips(request, report),
        form_token=token,
    )
    return Response(page, int(status))


def _filed(request: Request, filed: Filed) -> Response:
    page = request.render("complaints/filed.html", code=filed.code.hyphenated(), complaint=filed.complaint)
    return Response(page)


def _form(
    request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK, token: str | None = None
) -> Response:
    here = request.here.state
    # Answers stay with the questions that they were given to, whatever was chosen since.
    answered = any(form.value(name) for name in _ANSWERS)
    asked = here.category(form.value("asked")) if answered else None
    chosen = here.category(form.value("category"))
    page = request.render(
        "complaints/new.html",
        form=form,
        chosen=chosen,
        asked=asked or chosen,
        form_token=token or form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status), headers=_WITH_POSITION)


def _in_order(errors: Mapping[str, Message]) -> dict[str, Message]:
    """Errors in the order of the form's fields."""
    order = [*_TEXTS, *_ANSWERS, *_BOXES]
    return dict(sorted(errors.items(), key=lambda item: order.index(item[0])))

"""What a citizen sees of complaints: the guide, and her own complaint by its code."""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.codes import (
    CheckDigitError,
    MalformedCodeError,
    ReceiptCodeTypedError,
    TrackingCode,
)
from chalicelib.domain.complaint import SURVEY_QUESTIONS
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.text import UnusableTextError, clean, to_arabic_digits
from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.handlers.wording import field_error
from chalicelib.services import complaint_files, complaint_progress, complaints, form_tokens, surveys
from chalicelib.services.complaint_progress import Progress
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_SCORES = tuple(f"score_{number}" for number in range(1, SURVEY_QUESTIONS + 1))
_ANSWERS = ("message", *_SCORES, "opinion", "still_solved")

_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")
_WRITTEN_BEFORE = gettext_noop(
    "This form was sent before. To send what it says now as a further message, send it again."
)
_TOO_LATE = gettext_noop("This is no longer possible: the complaint has changed meanwhile. Nothing was sent.")
_RECEIPT_CODE = gettext_noop("This code belongs to a corruption report. Use it on the page of those reports.")
_SLIP = gettext_noop("A digit of the code is wrong. Compare it with the one you wrote down.")
_NO_CODE = gettext_noop("A tracking code has 20 digits, such as 12345-12345-12345-12345.")
_UNKNOWN = gettext_noop(
    "No complaint of this organisation has this code. Compare it with the one you wrote down."
)


@ROUTES.page("/{org}/complaints", access=Everyone.PUBLIC)
def guide(request: Request) -> Response:
    """How to complain: channels, steps, time."""
    return Response(request.render("complaints/guide.html"))


@ROUTES.page("/{org}/complaints/track", access=Everyone.PUBLIC)
def ask_code(request: Request) -> Response:
    """A form for the code."""
    return Response(request.render("complaints/track.html", form=Form()))


@ROUTES.page("/{org}/complaints/track", access=Everyone.CODE, method="POST")
def track(request: Request) -> Response:
    """The complaint of the code, after what its forms asked for was done."""
    typed = request.field("code")
    try:
        code = TrackingCode.parse(typed)
        if request.field("action"):
            return _act(request, code)
        progress = complaint_progress.find(request.world, request.org, code, request.field("part"))
    except ReceiptCodeTypedError:
        return _no_code(request, "", _RECEIPT_CODE)
    except CheckDigitError:
        return _no_code(request, typed, _SLIP)
    except MalformedCodeError:
        return _no_code(request, typed, _NO_CODE)
    except complaints.UnknownCodeError:
        return _no_code(request, typed, _UNKNOWN, HTTPStatus.NOT_FOUND)
    return _complaint(request, code, progress)


def _act(request: Request, code: TrackingCode) -> Response:
    typed = {name: request.field(name) for name in _ANSWERS}
    token = request.field("form_token")
    action = request.field("action")
    errors: Mapping[str, Message] = {}
    try:
        form_tokens.check(request.world, request.org, token)
        _do(request, code, action, typed, token)
    except form_tokens.StaleFormError:
        errors = {"": Message(_OPEN_TOO_LONG)}
    except UnusableTextError as error:
        name = "opinion" if action == "survey" else "message"
        errors = {name: field_error(name, error.fault)}
    except InvalidFieldError as error:
        errors = {name: field_error(name, reason) for name, reason in error.reasons.items()}
    except complaints.OtherBodyError:
        errors = {"": Message(_WRITTEN_BEFORE)}
    except IllegalMoveError:
        errors = {"": Message(_TOO_LATE)}
    progress = complaint_progress.find(request.world, request.org, code, request.field("part"))
    if errors:
        return _complaint(
            request, code, progress, Form(typed, errors), action, HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return _complaint(request, code, progress, done=action)


def _do(request: Request, code: TrackingCode, action: str, typed: Mapping[str, str], token: str) -> None:
    """Do what one of the page's forms asks for. Raises as the services do, and UnusableTextError."""
    world, org, part = request.world, request.org, request.field("part")
    match action:
        case "reopen":
            message = clean(typed["message"], multiline=True)
            complaints.reopen(world, request.here, code, message, token=token, part=part)
        case "message":
            message = clean(typed["message"], multiline=True)
            complaints.write(world, org, code, message, token=token, part=part)
        case "survey":
            scores = tuple(_score(typed[name]) for name in _SCORES)
            opinion = clean(typed["opinion"], multiline=True)
            surveys.answer(world, org, code, scores, opinion, token=token, part=part)
        case "still_solved":
            if typed["still_solved"] not in {"yes", "no"}:
                raise InvalidFieldError(still_solved="required")
            yes = typed["still_solved"] == "yes"
            surveys.say_if_solved(world, org, code, yes=yes, token=token, part=part)


def _score(typed: str) -> int:
    """Points as typed into a survey; 0 where it is no such number."""
    digits = to_arabic_digits(typed)
    return int(digits) if digits in {"1", "2", "3", "4", "5"} else 0


def _complaint(
    request: Request,
    code: TrackingCode,
    progress: Progress,
    form: Form | None = None,
    action: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    done: str = "",
) -> Response:
    complaint = progress.complaint
    today = bangkok_day(request.world.clock.now())
    page = request.render(
        "complaints/complaint.html",
        code=code.hyphenated(),
        complaint=complaint,
        events=tuple(reversed(progress.events)),
        progress=progress,
        ticket=complaint_files.ticket(request.world, request.org, progress.own),
        can_reopen=complaint.can_reopen(today),
        asks_if_solved=complaint.can_say_if_solved(today, progress.of),
        asks_survey=complaint.can_survey(progress.of),
        today=today,
        form=form or Form(),
        blank=Form(),
        action=action,
        done=done,
        form_token=form_tokens.issue(request.world, request.org),
    )
    return Response(page, int(status))


def _no_code(
    request: Request, typed: str, error: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    form = Form({"code": typed}, {"code": Message(error)})
    return Response(request.render("complaints/track.html", form=form), int(status))

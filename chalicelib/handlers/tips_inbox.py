"""The reporter's inbox: by the receipt code, then for 15 minutes by a cookie that holds it sealed."""

from http import HTTPStatus

from chalicelib.domain.codes import MalformedCodeError
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.receipt_code import ReceiptCode, TrackingCodeTypedError
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.handlers.tip_wording import tip_error
from chalicelib.services import form_tokens, tip_inbox, tip_sessions
from chalicelib.services.tip_inbox import UnknownReceiptError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__, limited=False)

INBOX_COOKIE = "__Secure-inbox"

_NO_CODE = gettext_noop("A receipt code has 25 digits, such as 12345-12345-12345-12345-12345.")
_TRACKING_CODE = gettext_noop("This code belongs to a complaint. Use it on the page of complaints.")
_UNKNOWN = gettext_noop(
    "No report to this organisation has this code. Compare it with the one you wrote down."
)
_OVER = gettext_noop("Your 15 minutes are over. Nothing was sent: give your code again.")
_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")


@ROUTES.page("/{org}/tips/inbox", access=Everyone.CODE)
def ask_code(request: Request) -> Response:
    """The inbox of whoever gave the code just now, else a form for it."""
    code = _code_of_session(request)
    if code is None:
        return Response(request.render("tips/inbox_code.html", form=Form()))
    try:
        return _inbox(request, code)
    except UnknownReceiptError:
        return _no_code(request, "", _UNKNOWN, HTTPStatus.NOT_FOUND)


@ROUTES.page("/{org}/tips/inbox", access=Everyone.CODE, method="POST")
def inbox(request: Request) -> Response:
    """The tip of the code, after what the inbox's forms asked for was done."""
    action, typed = request.field("action"), request.field("code")
    if action == "leave":
        return _left(request)
    try:
        code = ReceiptCode.parse(typed) if typed.strip() else _code_of_session(request)
        if code is None:
            return _no_code(request, "", _OVER if action else _NO_CODE)
        return _act(request, code, action) if action else _inbox(request, code)
    except TrackingCodeTypedError:
        return _no_code(request, "", _TRACKING_CODE)
    except MalformedCodeError:
        return _no_code(request, typed, _NO_CODE)
    except UnknownReceiptError:
        return _no_code(request, typed, _UNKNOWN, HTTPStatus.NOT_FOUND)


def _act(request: Request, code: ReceiptCode, action: str) -> Response:
    typed = request.field("message")
    token = request.field("form_token")
    errors: dict[str, Message] = {}
    try:
        form_tokens.check(request.world, request.org, token)
        match action:
            case "message":
                message = clean(typed, multiline=True)
                tip_inbox.write(request.world, request.org, code, message, token=token)
            case "erase":
                tip_inbox.erase(request.world, request.org, code, request.field("answer"))
    except form_tokens.StaleFormError:
        errors = {"": Message(_OPEN_TOO_LONG)}
    except UnusableTextError as error:
        errors = {"message": tip_error("message", error.fault)}
    except InvalidFieldError as error:
        # An answer has no field of its own to stand beside.
        errors = {n if n == "message" else "": tip_error(n, why) for n, why in error.reasons.items()}
    if errors:
        form = Form({"message": typed}, errors)
        return _inbox(request, code, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _inbox(request, code, done=action)


def _inbox(
    request: Request,
    code: ReceiptCode,
    form: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    done: str = "",
) -> Response:
    opened = tip_inbox.open_inbox(request.world, request.org, code)
    page = request.render(
        "tips/inbox.html",
        tip=opened.tip,
        content=opened.content,
        entries=tuple(reversed(opened.entries)),
        form=form or Form(),
        done=done,
        form_token=form_tokens.issue(request.world, request.org),
    )
    value = tip_sessions.begin(request.world, request.org, code)
    lives = int(tip_sessions.LIVES.total_seconds())
    return Response(page, int(status), cookies=(_cookie(request, value, lives),))


def _left(request: Request) -> Response:
    """Whatever the browser keeps of this site is gone, as far as it obeys."""
    return Response(
        request.render("tips/left.html"),
        headers={"Clear-Site-Data": '"cache", "cookies", "storage"'},
        cookies=(_cookie(request, "", 0),),
    )


def _no_code(
    request: Request, typed: str, error: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Response:
    form = Form({"code": typed}, {"code": Message(error)})
    return Response(request.render("tips/inbox_code.html", form=form), int(status))


def _code_of_session(request: Request) -> ReceiptCode | None:
    return tip_sessions.code_of(request.world, request.org, request.cookies.get(INBOX_COOKIE, ""))


def _cookie(request: Request, value: str, lives: int) -> str:
    path = f"{request.base_path}/{request.org}/tips/inbox"
    return f"{INBOX_COOKIE}={value}; Max-Age={lives}; Path={path}; Secure; HttpOnly; SameSite=Strict"

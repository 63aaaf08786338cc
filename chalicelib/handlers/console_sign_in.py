"""The console's door: signing in by both factors, signing out, and where an officer lands."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil

from chalicelib.domain.people import Person, Task
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.routing import SESSION_COOKIE, Everyone, Request, Response, Routes, see_other
from chalicelib.services import known_browsers, sign_in
from chalicelib.services.attempts import TooManyFailuresError
from chalicelib.services.ports import Step, WeakPasswordError, WrongCodeError, WrongPasswordError
from chalicelib.services.sign_in import SignedIn, SignInExpiredError, Waiting
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

STEP_COOKIE = "__Host-console-step"
"""Ties the forms of a sign-in to one browser, and holds the token of the sign-in that is half done."""

KNOWN_COOKIE = "__Host-console-known"
"""By it a browser is known in which somebody signed in before; see `known_browsers`."""

_ONLY_OURS = "Path=/; Secure; HttpOnly; SameSite=Lax"

_PLACES = (
    (Task.READ_COMPLAINTS, "complaints"),
    (Task.READ_PEOPLE, "people"),
    (Task.READ_ITEMS, "disclosure"),
)
"""Where an officer lands: the first of these that the roles allow. Who holds no role is told so instead."""

_PAGES = {
    "code": "console/code.html",
    "new_password": "console/new_password.html",
    "set_up_code": "console/set_up_code.html",
}
_SECRET = re.compile(r"[A-Z2-7]{16,128}")

_WRONG = Message(gettext_noop("The username or the password is not right"))
_WRONG_CODE = Message(
    gettext_noop("This code is not right, or it was used before. Enter the newest one that the app shows.")
)
_WEAK = Message(
    gettext_noop("Choose a longer password: at least %(fewest)s letters, digits or signs"),
    {"fewest": sign_in.SHORTEST_PASSWORD},
)
_NOT_THE_SAME = Message(gettext_noop("The two passwords are not the same"))
_EXPIRED = Message(gettext_noop("This took too long, or your browser keeps no cookies. Sign in again."))


@ROUTES.page("/{org}/console/sign-in", access=Everyone.SIGN_IN)
def ask(request: Request) -> Response:
    """A form for name and password."""
    return _ask(request, Form())


@ROUTES.page("/{org}/console/sign-in", access=Everyone.SIGN_IN, method="POST")
def take(request: Request) -> Response:
    """Take one step of a sign-in: name and password, a new password, or a one-time code."""
    token = request.cookies.get(STEP_COOKIE, "")
    if not sign_in.is_form_token(token, request.field("form_token")):
        return _ask(request, Form({}, {"": _EXPIRED}), HTTPStatus.FORBIDDEN)
    try:
        match request.field("step"):
            case "code":
                return _take_code(request, token, "code")
            case "set_up_code":
                return _take_code(request, token, "set_up_code")
            case "new_password":
                return _take_new_password(request, token)
            case _:
                return _take_password(request)
    except SignInExpiredError:
        return _ask(request, Form({}, {"": _EXPIRED}), HTTPStatus.UNPROCESSABLE_ENTITY)


@ROUTES.page("/{org}/console", access=Task.SIGN_OUT)
def home(request: Request) -> Response:
    """On to the officer's first page."""
    return see_other(request, _home(request, request.me.state))


@ROUTES.page("/{org}/console/sign-out", access=Task.SIGN_OUT, method="POST")
def sign_out(request: Request) -> Response:
    """End this session."""
    sign_in.sign_out(request.world, request.session)
    return _signed_out(request)


@ROUTES.page("/{org}/console/sign-out-everywhere", access=Task.SIGN_OUT, method="POST")
def sign_out_everywhere(request: Request) -> Response:
    """End all sessions of this officer, on whatever device."""
    sign_in.sign_out_everywhere(request.world, request.me, by=request.me.state.username)
    return _signed_out(request)


def _take_password(request: Request) -> Response:
    typed = {"username": request.field("username")}
    try:
        waiting = sign_in.begin(
            request.world,
            request.org,
            clean(typed["username"], multiline=False),
            clean(request.field("password"), multiline=False),
            request.address,
            request.cookies.get(KNOWN_COOKIE, ""),
        )
    except (WrongPasswordError, UnusableTextError):
        return _ask(request, Form(typed, {"": _WRONG}), HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyFailuresError as error:
        return _ask(request, Form(typed, {"": _slowed(error)}), *_too_many(error))
    return _next(request, waiting)


def _take_new_password(request: Request, token: str) -> Response:
    step = Step("new_password")
    try:
        password = clean(request.field("new_password"), multiline=False)
        if clean(request.field("new_password_again"), multiline=False) != password:
            error = Form({}, {"new_password_again": _NOT_THE_SAME})
            return _page(request, step, token, error, HTTPStatus.UNPROCESSABLE_ENTITY)
        waiting = sign_in.give_new_password(request.world, request.org, token, password)
    except (WeakPasswordError, UnusableTextError):
        return _page(request, step, token, Form({}, {"new_password": _WEAK}), HTTPStatus.UNPROCESSABLE_ENTITY)
    except WrongCodeError as error:
        raise SignInExpiredError from error
    return _next(request, waiting)


def _take_code(request: Request, token: str, name: str) -> Response:
    secret = request.field("secret")
    step = Step(name, secret=secret if _SECRET.fullmatch(secret) else "")
    give = sign_in.give_code if name == "code" else sign_in.give_first_code
    try:
        signed_in = give(
            request.world,
            request.org,
            token,
            request.field("code"),
            request.address,
            request.cookies.get(KNOWN_COOKIE, ""),
        )
    except WrongCodeError:
        return _page(request, step, token, Form({}, {"code": _WRONG_CODE}), HTTPStatus.UNPROCESSABLE_ENTITY)
    except TooManyFailuresError as error:
        return _page(request, step, token, Form({}, {"code": _slowed(error)}), *_too_many(error))
    return _signed_in(request, signed_in)


def _signed_in(request: Request, signed_in: SignedIn) -> Response:
    sign_in.sign_out(request.world, request.cookies.get(SESSION_COOKIE, ""))
    begins = f"{SESSION_COOKIE}={signed_in.token}; {_ONLY_OURS}"
    lives = int(known_browsers.LIVES.total_seconds())
    known = f"{KNOWN_COOKIE}={signed_in.known}; Max-Age={lives}; {_ONLY_OURS}"
    return see_other(request, _home(request, signed_in.officer.state), (begins, known, _gone(STEP_COOKIE)))


def _signed_out(request: Request) -> Response:
    return see_other(request, f"/{request.org}/console/sign-in", (_gone(SESSION_COOKIE),))


def _home(request: Request, officer: Person) -> str:
    place = next((f"/{place}" for task, place in _PLACES if officer.may(task)), "")
    return f"/{request.org}/console{place}"


def _ask(
    request: Request,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The form for name and password. Forms in several tabs share the token of the browser."""
    token = request.cookies.get(STEP_COOKIE, "")
    if not sign_in.is_token(token):
        token = sign_in.new_token(request.world)
    page = request.render("console/sign_in.html", form=form, form_token=sign_in.form_token(token))
    cookie = f"{STEP_COOKIE}={token}; {_ONLY_OURS}"
    return Response(page, int(status), headers=headers or {}, cookies=(cookie,))


def _next(request: Request, waiting: Waiting) -> Response:
    return _page(request, waiting.step, waiting.token, Form())


def _page(
    request: Request,
    step: Step,
    token: str,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The form of a later step."""
    page = request.render(
        _PAGES[step.name],
        form=form,
        form_token=sign_in.form_token(token),
        secret=step.secret,
        fewest=sign_in.SHORTEST_PASSWORD,
    )
    lives = int(sign_in.HALF_SIGN_IN_LIVES.total_seconds())
    cookie = f"{STEP_COOKIE}={token}; Max-Age={lives}; {_ONLY_OURS}"
    return Response(page, int(status), headers=headers or {}, cookies=(cookie,))


def _gone(cookie: str) -> str:
    return f"{cookie}=; Max-Age=0; {_ONLY_OURS}"


def _slowed(error: TooManyFailuresError) -> Message:
    if error.retry_after < 90:
        text = gettext_noop("Too many attempts failed. Wait %(seconds)s seconds, then try again.")
        return Message(text, {"seconds": error.retry_after})
    text = gettext_noop("Too many attempts failed. Wait %(minutes)s minutes, then try again.")
    return Message(text, {"minutes": ceil(error.retry_after / 60)})


def _too_many(error: TooManyFailuresError) -> tuple[HTTPStatus, Mapping[str, str]]:
    return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.retry_after)}

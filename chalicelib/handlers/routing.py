"""How a request comes in and an answer goes out, once for all three doors.

A view is a function of a `Request` and the path's parameters that returns a `Response`. It is declared by
`Routes.page` (HTML) or `Routes.api` (JSON), with the access that it grants: there is no default. What a view
raises becomes an error page or problem details here, and nowhere else.
"""

import re
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aws_lambda_powertools import Logger
from chalice.app import Blueprint
from chalice.app import Request as ChaliceRequest
from chalice.app import Response as ChaliceResponse
from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record
from chalicelib.domain.text import showable, to_arabic_digits
from chalicelib.handlers.accept import weight
from chalicelib.handlers.json_body import InvalidFields, NoObjectError, read_object
from chalicelib.services import guard, organisations, sign_in
from chalicelib.services.ports import InvalidCursorError, NoSuchRecordError, StaleRecordError
from chalicelib.services.world import World
from chalicelib.web.render import render
from chalicelib.wiring import world

LOG = Logger(service="sucharit")

_MOST_FAULTS = 20
"""Fields that one answer finds fault with; a body may hold thousands that nobody knows."""

MAX_BODY = 262_144
"""Bytes of a body at most: 20,000 Thai letters are 180,000 in a form."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

SESSION_COOKIE = "__Host-console"

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}")


class Everyone(StrEnum):
    """Access without an account, and why a route may grant it."""

    PUBLIC = "published to everybody"
    CODE = "whoever knows the code"
    SIGN_IN = "whoever wants to sign in"


Access = Everyone | Task
"""Who may enter: everyone, or an officer whose roles allow the task."""


class Refusal(Exception):
    """An answer other than what was asked for, as a status and its headers."""

    def __init__(
        self, status: HTTPStatus, headers: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.headers = headers or {}
        self.detail = detail


class Request(Struct, frozen=True, dict=True):
    """A request, decoded as far as every view needs it."""

    method: str
    route: str
    path: str
    base_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    lang: str
    world: World
    organisation: Record[Organisation] | None = None
    officer: Record[Person] | None = None
    session: str = ""

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.here.key.id

    @property
    def here(self) -> Record[Organisation]:
        """The organisation that the path names."""
        if self.organisation is None:
            raise Refusal(HTTPStatus.NOT_FOUND)
        return self.organisation

    @property
    def me(self) -> Record[Person]:
        """The officer who is signed in."""
        if self.officer is None:
            raise NotAllowedError
        return self.officer

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs}

    @cached_property
    def fields(self) -> Mapping[str, Sequence[str]]:
        """The fields of a posted form, each with its values in order.

        Refuses another content type (415), a body that is not UTF-8 or has over 100 fields (400).
        """
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/x-www-form-urlencoded":
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            pairs = parse_qsl(
                self.body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
            )
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST) from error
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return fields

    def field(self, name: str) -> str:
        """What a form's field holds; empty where it was not sent."""
        return self.fields.get(name, [""])[0]

    @property
    def version(self) -> int:
        """The version that a form was made for; 0, which nothing has, where it names none."""
        typed = self.field("version")
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else 0

    def json(self, type: type[Any]) -> Any:
        """The body as a struct. Refuses what is no UTF-8 JSON object with just the struct's fields.

        Raises Refusal for another content type (415) or broken JSON (400), InvalidFields (422).
        """
        media = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            return read_object(self.body, type)
        except NoObjectError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, detail="the body is not a JSON object") from error

    def accepts(self, media: str) -> bool:
        """Whether the `Accept` header takes this type of media; a header that says nothing takes all."""
        return weight(self.headers.get("accept", ""), media) > 0

    def wants_csv(self) -> bool:
        """Whether CSV is asked for by name, and no less than JSON."""
        accept = self.headers.get("accept", "")
        named = "text/csv" in accept.lower()
        return named and weight(accept, "text/csv") >= weight(accept, "application/json")

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number of the query, within its bounds. Raises InvalidFields."""
        if name not in self.query:
            return default
        typed = to_arabic_digits(self.query[name])
        if not re.fullmatch(r"[0-9]{1,6}", typed) or not lowest <= int(typed) <= highest:
            raise InvalidFields({name: "out_of_range"})
        return int(typed)

    def render(self, template: str, **context: Any) -> str:
        """A page of the organisation, or of the deployment, in the reader's language."""
        organisation = self.organisation.state if self.organisation else None
        slug = self.organisation.key.id if self.organisation else None
        query = {name: value for name, value in self.query.items() if name != "lang"}
        if self.officer:
            context |= {"person": self.officer.state, "form_token": sign_in.form_token(self.session)}
        return render(
            template,
            self.lang,
            slug=slug,
            organisation=organisation,
            path=self.path,
            query=query,
            base_path=self.base_path,
            **context,
        )


class Response(Struct, frozen=True):
    """What goes out."""

    body: str | bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = {}
    cookies: Sequence[str] = ()


View = Callable[..., Response]


class Doc(Struct, frozen=True):
    """What the OpenAPI document says of an API route, beside what its path and method tell.

    `answer` and `body` are msgspec structs; `query` and `headers` are parameters, each with a JSON schema.
    `refusals` are the statuses that it may refuse with. `csv`: it answers `Accept: text/csv` too.
    """

    summary: str
    answer: Any
    status: int = 200
    body: Any = None
    query: Mapping[str, Mapping[str, Any]] = {}
    headers: Mapping[str, Mapping[str, Any]] = {}
    refusals: tuple[int, ...] = ()
    csv: bool = False


class Route(Struct, frozen=True):
    """A declared route: the path's template, the method, who may enter; an API route also its description."""

    path: str
    method: str
    access: Access
    view: View
    doc: Doc | None = None

    @property
    def is_api(self) -> bool:
        return self.doc is not None

    def answers_programs(self, accept: str) -> bool:
        """Whether a refusal is told in problem details: of the API always; of an address that nothing serves
        (`{rest+}`) as the gateway would, but for a browser, which names HTML."""
        stray = self.path.endswith("/{rest+}") and "text/html" not in accept.lower()
        return stray or self.path.startswith("/api/")


class Routes:
    """The routes of one blueprint. `limited`: posts are counted by address, the log names the organisation;
    not at the tips' door, where a line would say that a report to it came at just this second."""

    def __init__(self, name: str, *, limited: bool = True) -> None:
        self.blueprint = Blueprint(name)
        self.routes: list[Route] = []
        self._limited = limited

    def page(self, path: str, *, access: Access, method: str = "GET") -> Callable[[View], View]:
        """Declare a view that answers with a page."""
        return self._declare(path, access, method, None)

    def api(self, path: str, *, access: Access, doc: Doc, method: str = "GET") -> Callable[[View], View]:
        """Declare a view that answers with JSON, described by `doc`."""
        return self._declare(path, access, method, doc)

    def _declare(self, path: str, access: Access, method: str, doc: Doc | None) -> Callable[[View], View]:
        def declare(view: View) -> View:
            route = Route(path, method, access, view, doc)
            self.routes.append(route)

            def enter(**params: str) -> ChaliceResponse:
                return _answer(route, self.blueprint.current_request, params, limited=self._limited)

            methods = ["GET", "HEAD"] if method == "GET" else [method]
            # No content types: what a body must be is checked when it is read, and answered in our own words.
            self.blueprint.route(path, methods=methods, content_types=[], name=f"{view.__name__}_{method}")(
                enter
            )
            return view

        return declare


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the API."""
    body = msgspec.json.encode(value).decode()
    return Response(body, status, "application/json; charset=utf-8", headers or {})


def see_other(request: Request, path: str, cookies: Sequence[str] = (), **query: str) -> Response:
    """Send the browser on to a path of the deployment after a post; the language goes along."""
    from chalicelib.web.links import Links  # noqa: PLC0415

    target = Links(request.lang, request.base_path)(path, **query)
    return Response("", 303, headers={"Location": target}, cookies=cookies)


def _answer(
    route: Route, incoming: ChaliceRequest, params: dict[str, str], *, limited: bool
) -> ChaliceResponse:
    began = time.perf_counter()
    request = _decode(route, incoming)
    failure: dict[str, Any] = {}
    try:
        if request.method == "POST":
            if len(request.body) > MAX_BODY:
                raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if limited:
                guard.admit_post(request.world, request.address)
        if "org" in params:
            request = _at_organisation(request, params.pop("org"))
        request = _admit(route, request)
        if route.doc and not (
            request.accepts("application/json") or (route.doc.csv and request.accepts("text/csv"))
        ):
            raise Refusal(HTTPStatus.NOT_ACCEPTABLE)
        response = route.view(request, **params)
    except Exception as error:
        response, failure = _failed(route, request, error)
    LOG.info(
        "request",
        route=route.path,
        method=request.method,
        status=response.status,
        org=request.organisation.key.id if request.organisation and limited else None,
        ms=round((time.perf_counter() - began) * 1000, 1),
        **failure,
    )
    body = "" if request.method == "HEAD" else response.body
    headers: dict[str, Any] = {**SECURITY_HEADERS, "Content-Type": response.content_type, **response.headers}
    if response.cookies:
        headers["Set-Cookie"] = list(response.cookies)
    return ChaliceResponse(body, headers, int(response.status))


def _decode(route: Route, incoming: ChaliceRequest) -> Request:
    query = dict(incoming.query_params or {})
    context: dict[str, Any] = incoming.context
    full = context.get("path") or incoming.path
    event_path = incoming.to_original_event().get("path") or full
    raw = incoming.raw_body or b""
    return Request(
        method=incoming.method,
        route=route.path,
        path=event_path.rstrip("/") or "/",
        base_path=_base_path(full, event_path),
        query=query,
        headers={name.lower(): value for name, value in incoming.headers.items()},
        body=raw if isinstance(raw, bytes) else raw.encode(),
        address=context.get("identity", {}).get("sourceIp", ""),
        lang="en" if query.get("lang") == "en" else "th",
        world=world(),
    )


def _base_path(full: str, path: str) -> str:
    """What stands before the site's own paths: a stage's name, nothing behind a domain of its own."""
    full, path = full.rstrip("/"), path.rstrip("/")
    return full.removesuffix(path) if full.endswith(path) else ""


def _at_organisation(request: Request, slug: str) -> Request:
    if not _SLUG.fullmatch(slug):
        raise Refusal(HTTPStatus.NOT_FOUND)
    try:
        return replace(request, organisation=organisations.find(request.world, slug))
    except NoSuchRecordError as error:
        raise Refusal(HTTPStatus.NOT_FOUND) from error


def _admit(route: Route, request: Request) -> Request:
    if isinstance(route.access, Everyone):
        return request
    token = request.cookies.get(SESSION_COOKIE, "")
    officer = sign_in.officer_of(request.world, request.org, token)
    if officer is None:
        where = f"/{request.org}/console/sign-in"
        raise Refusal(HTTPStatus.SEE_OTHER, see_other(request, where).headers)
    request = replace(request, officer=officer, session=token)
    if not officer.state.may(route.access):
        raise NotAllowedError
    if request.method == "POST" and not sign_in.is_form_token(token, request.field("form_token")):
        raise Refusal(HTTPStatus.FORBIDDEN)
    return request


def _failed(route: Route, request: Request, error: Exception) -> tuple[Response, dict[str, Any]]:
    """The answer to what a view raised, and what the log may say of it: classes and lines, no values."""
    failure: dict[str, Any] = {}
    status, headers, reasons, detail = HTTPStatus.INTERNAL_SERVER_ERROR, {}, {}, ""
    match error:
        case Refusal():
            status, headers, detail = error.status, dict(error.headers), error.detail
        case InvalidFields():
            status, reasons = HTTPStatus.UNPROCESSABLE_ENTITY, dict(error.reasons)
        case guard.TooManyPostsError():
            status, headers = HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.retry_after)}
        case NotAllowedError():
            status = HTTPStatus.FORBIDDEN
        case NoSuchRecordError():
            status = HTTPStatus.NOT_FOUND
        case StaleRecordError():
            status = HTTPStatus.CONFLICT
        case InvalidCursorError():
            status, reasons = HTTPStatus.UNPROCESSABLE_ENTITY, {"cursor": "invalid"}
        case _:
            frames = traceback.extract_tb(error.__traceback__)
            where = " > ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in frames)
            failure = {"error": type(error).__name__, "where": where}
            LOG.error("failed", route=route.path, **failure)
    if route.answers_programs(request.headers.get("accept", "")):
        return problem(status, headers, reasons, detail), failure
    if status == HTTPStatus.SEE_OTHER:
        return Response("", 303, headers=headers), failure
    shown = replace(request, officer=None)
    return Response(shown.render("error.html", status=int(status)), int(status), headers=headers), failure


class Fault(Struct):
    """What is wrong with one field; `field` is empty where it is none of them."""

    field: str
    reason: str


class Problem(Struct, omit_defaults=True):
    """Problem details (RFC 9457)."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    errors: list[Fault] = []


def problem(
    status: HTTPStatus,
    headers: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
    detail: str = "",
) -> Response:
    """An answer that says what is wrong; `reasons` names each field."""
    # A name may be one that the body made up: it is told back as far as it can be shown.
    faults = [Fault(showable(name), reason) for name, reason in islice((reasons or {}).items(), _MOST_FAULTS)]
    value = Problem(title=status.phrase, status=int(status), detail=detail, errors=faults)
    body = msgspec.json.encode(value).decode()
    return Response(body, int(status), "application/problem+json", headers or {})

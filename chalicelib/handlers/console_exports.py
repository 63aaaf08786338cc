"""Exports of the officers' list of complaints: ordered from the list, followed, fetched."""

import re
from contextlib import suppress
from http import HTTPStatus

from msgspec.structs import replace

from chalicelib.domain.document_order import EXPORT_KEPT
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.people import Task
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.console_lists import FILTERS, asked
from chalicelib.handlers.console_reports import LOOK_AGAIN_S
from chalicelib.handlers.routing import Refusal, Request, Response, Routes, see_other
from chalicelib.services import exports, form_tokens

ROUTES = Routes(__name__)

_ID = re.compile(r"[0-9a-f]{32}")


@ROUTES.page("/{org}/console/exports", access=Task.READ_COMPLAINTS)
def listed(request: Request) -> Response:
    """The exports that the officer ordered."""
    rows = exports.mine(request.world, request.org, request.me.state)
    return Response(request.render("console/exports.html", rows=rows, expires_after=EXPORT_KEPT.days))


@ROUTES.page("/{org}/console/exports", access=Task.READ_COMPLAINTS, method="POST")
def order(request: Request) -> Response:
    """Order an export of what a list shows; its form carries the list's filter, and a token of its own."""
    token = request.field("token")
    try:
        form_tokens.check(request.world, request.org, token)
        text = clean(request.field("q"), multiline=False)
    except (form_tokens.StaleFormError, UnusableTextError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST) from error
    filter = {name: request.field(name) for name in FILTERS}
    wanted = asked(replace(request, query=filter), text)
    if wanted.form.errors:
        raise Refusal(HTTPStatus.BAD_REQUEST)
    id = exports.order(request.world, request.here, wanted.query, token=token, officer=request.me.state)
    return see_other(request, f"/{request.org}/console/exports/{id}")


@ROUTES.page("/{org}/console/exports/{id}", access=Task.READ_COMPLAINTS)
def read(request: Request, id: str) -> Response:
    """How far an export is; its files once they are made."""
    record = exports.find(request.world, request.org, _checked(id), request.me.state)
    page = request.render(
        "console/export.html",
        id=id,
        order=record.state,
        has_contact=request.me.state.may(Task.READ_CONTACT),
    )
    return Response(page, headers={"Refresh": LOOK_AGAIN_S} if record.state.is_under_way else {})


@ROUTES.page("/{org}/console/exports/{id}", access=Task.READ_COMPLAINTS, method="POST")
def try_again(request: Request, id: str) -> Response:
    """Order a failed export anew; where it is under way by now, show that."""
    with suppress(IllegalMoveError):
        exports.try_again(request.world, request.org, _checked(id), request.me.state)
    return see_other(request, f"/{request.org}/console/exports/{id}")


@ROUTES.page("/{org}/console/exports/{id}/{part}", access=Task.READ_COMPLAINTS)
def fetch(request: Request, id: str, part: str) -> Response:
    """Send the browser of who ordered it on to a file."""
    try:
        link = exports.fetch(request.world, request.org, _checked(id), part, request.me.state)
    except IllegalMoveError as error:
        raise Refusal(HTTPStatus.NOT_FOUND) from error
    return Response("", 303, headers={"Location": link})


def _checked(id: str) -> str:
    if not _ID.fullmatch(id):
        raise Refusal(HTTPStatus.NOT_FOUND)
    return id

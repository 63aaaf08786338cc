"""The audit in public: the roots, how to check by them, and a complaint's own history to be checked."""

import re
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path

import msgspec
from msgspec import Struct

from chalicelib.domain.codes import (
    CheckDigitError,
    MalformedCodeError,
    ReceiptCodeTypedError,
    TrackingCode,
)
from chalicelib.domain.complaint import PUBLIC_WORDS
from chalicelib.domain.text import to_arabic_digits
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.listing import MOST, PAGING, USUAL
from chalicelib.handlers.routing import Doc, Everyone, Refusal, Request, Response, Routes, json_response
from chalicelib.services import audit, complaint_progress, complaints

ROUTES = Routes(__name__)

_SCRIPT = Path(__file__).parent.parent / "web" / "static" / "check_chain.py"
_DAYS_A_PAGE = 31


class PublishedRoot(Struct):
    """A day's Merkle root (hex) over so many events, and the root of the day before."""

    day: str
    root: str
    leaves: int
    previous: str
    published_at: str


class RootList(Struct):
    items: list[PublishedRoot]
    next_cursor: str | None


@ROUTES.page("/{org}/audit", access=Everyone.PUBLIC)
def show_audit(request: Request) -> Response:
    """What the roots are for, how to check by them, and the roots themselves, the newest first."""
    cursor = request.query.get("cursor") or None
    page = audit.roots(request.world, request.org, limit=_DAYS_A_PAGE, cursor=cursor)
    roots = [msgspec.convert(row.summary, PublishedRoot) for row in page.rows]
    return Response(request.render("audit.html", roots=roots, next_cursor=page.next_cursor))


@ROUTES.page("/{org}/audit/check_chain.py", access=Everyone.PUBLIC)
def script(request: Request) -> Response:
    """The program that checks a history, for download."""
    return _download(_read_script(), "check_chain.py", "text/x-python; charset=utf-8")


@ROUTES.api(
    "/api/v1/{org}/audit/roots",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="The published Merkle roots, the newest first",
        answer=RootList,
        query={
            "from": {"type": "string", "format": "date", "description": "the first day"},
            "to": {"type": "string", "format": "date", "description": "the last day"},
            **PAGING,
        },
        refusals=(422,),
    ),
)
def list_roots(request: Request) -> Response:
    """The roots of some days, or of all."""
    page = audit.roots(
        request.world,
        request.org,
        first=_day(request, "from"),
        last=_day(request, "to"),
        limit=request.number("limit", USUAL, 1, MOST),
        cursor=request.query.get("cursor") or None,
    )
    return json_response(
        RootList([msgspec.convert(row.summary, PublishedRoot) for row in page.rows], page.next_cursor)
    )


@ROUTES.page("/{org}/complaints/track/chain", access=Everyone.CODE, method="POST")
def chain(request: Request) -> Response:
    """The history of the code's complaint as a file: what its page shows, and hashes of what it does not.

    The code comes from a hidden field of that page, and so does what part of it is wanted; one that opens
    nothing gets the same answer whatever is wrong with it.
    """
    part = request.field("part")
    try:
        code = TrackingCode.parse(request.field("code"))
        history = complaints.follow(request.world, request.org, code)
        if part:
            history = complaint_progress.find_part(request.world, history, part)
    except (MalformedCodeError, CheckDigitError, ReceiptCodeTypedError, complaints.UnknownCodeError):
        raise Refusal(HTTPStatus.NOT_FOUND) from None
    export = audit.export(request.world, history, is_shown=complaint_progress.is_hers, words=PUBLIC_WORDS)
    return _download(
        msgspec.json.encode(export).decode(), "complaint.json", "application/json; charset=utf-8"
    )


def _download(text: str, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type=content_type, headers=headers)


@cache
def _read_script() -> str:
    return _SCRIPT.read_text("utf-8")


def _day(request: Request, name: str) -> date | None:
    """A day of the query in ISO 8601. Raises InvalidFields."""
    if name not in request.query:
        return None
    typed = to_arabic_digits(request.query[name])
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
            raise ValueError
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidFields({name: "invalid"}) from None

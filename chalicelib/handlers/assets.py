"""Stylesheets, fonts, the emblem and the one script: built files, in whose names is a hash of their words."""

import re
from functools import cache
from http import HTTPStatus
from pathlib import Path

from chalicelib.handlers.routing import Everyone, Refusal, Request, Response, Routes

ROUTES = Routes(__name__)

_FOLDER = Path(__file__).parent.parent / "web" / "assets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@ROUTES.page("/assets/{name}", access=Everyone.PUBLIC)
def asset(request: Request, name: str) -> Response:
    """A built file, kept by the browser for a year: a changed one has another name."""
    suffix = name[name.rfind(".") :]
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9]+)+", name) or suffix not in _TYPES:
        raise Refusal(HTTPStatus.NOT_FOUND)
    content = _read(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, content_type=_TYPES[suffix], headers=headers)


@cache
def _read(name: str) -> str | bytes:
    file = _FOLDER / name
    if not file.is_file():
        raise Refusal(HTTPStatus.NOT_FOUND)
    return file.read_bytes() if file.suffix == ".woff2" else file.read_text("utf-8")

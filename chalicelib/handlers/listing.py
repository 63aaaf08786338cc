"""Lists for programs: a page of one by cursor, or all of it as CSV."""

import base64
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from chalicelib.domain.text import spreadsheet_safe
from chalicelib.handlers.routing import Request, Response
from chalicelib.services.ports import InvalidCursorError

T = TypeVar("T")

MOST = 200
USUAL = 100

PAGING: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    "cursor": {"type": "string", "description": "next_cursor of the page before"},
}
"""The parameters of a list, for its description."""


def page_of(request: Request, items: Sequence[T], id_of: Callable[[T], str]) -> tuple[list[T], str | None]:
    """The page of a short list that the request asks for, and the cursor of the next one.

    Raises InvalidFields for the limit, InvalidCursorError.
    """
    limit = request.number("limit", USUAL, 1, MOST)
    start = 0
    if cursor := request.query.get("cursor"):
        after = next((at for at, item in enumerate(items) if _cursor(id_of(item)) == cursor), None)
        if after is None:
            raise InvalidCursorError
        start = after + 1
    shown = list(items[start : start + limit])
    more = start + limit < len(items)
    return shown, _cursor(id_of(shown[-1])) if more else None


def csv_response(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as CSV. The mark at its beginning tells spreadsheets that the Thai in it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")


def _cell(value: object) -> object:
    return spreadsheet_safe(value) if isinstance(value, str) else value


def _cursor(id: str) -> str:
    return base64.urlsafe_b64encode(id.encode()).decode().rstrip("=")

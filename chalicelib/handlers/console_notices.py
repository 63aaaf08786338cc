"""Notices as officers see them: what was sent to whom, what waits, and what failed and may be sent again."""

from http import HTTPStatus
from typing import Any

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.notices import NoticeStatus
from chalicelib.domain.people import Task
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.services import notices
from chalicelib.services.ports import StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_CHANGED = gettext_noop("This notice changed meanwhile, and nothing was done. Look at how it stands now.")
_YEARS = 5
"""How many fiscal years the page offers, this one and those before."""


@ROUTES.page("/{org}/console/notices", access=Task.READ_NOTICES)
def list_notices(request: Request) -> Response:
    """Those that failed first, then all of a fiscal year, the newest first."""
    return _page(request, Form(), done=request.query.get("done") == "again")


@ROUTES.page("/{org}/console/notices", access=Task.SEND_NOTICES_AGAIN, method="POST")
def send_again(request: Request) -> Response:
    """Let a failed notice be tried anew."""
    try:
        notices.send_again(request.world, request.org, request.field("id"), version=request.version)
    except (StaleRecordError, IllegalMoveError):
        return _page(request, Form(errors={"": Message(_CHANGED)}), HTTPStatus.CONFLICT)
    return see_other(request, f"/{request.org}/console/notices", done="again")


def _page(
    request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK, *, done: bool = False
) -> Response:
    world, org, query = request.world, request.org, request.query
    this_year = fiscal_year_of(bangkok_day(world.clock.now()))
    year = request.number("fiscal_year", this_year, 2500, 2700)
    wanted = query.get("status", "")
    asked = NoticeStatus(wanted) if wanted in set(NoticeStatus) else None
    cursor = query.get("cursor") or None
    filtered: dict[str, Any] = {"fiscal_year": year, "status": asked}
    failed = notices.failed(world, org, query.get("failed") or None)
    page = request.render(
        "console/notices.html",
        failed=failed,
        page=notices.of_year(world, org, year, asked, cursor),
        first=cursor is None,
        filtered=filtered,
        form=Form({"fiscal_year": str(year), "status": asked or ""}, form.errors),
        years=[str(y) for y in range(this_year, this_year - _YEARS, -1)],
        names={row.key.id: row.summary["name"] for row in notices.staff(world, org)},
        done=done,
    )
    return Response(page, int(status))

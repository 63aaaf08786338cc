"""The way in: the organisations of this deployment, and the home of each."""

from collections import Counter

from msgspec.structs import replace

from chalicelib.domain.periods import Status
from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.services import disclosure, organisations, plans

ROUTES = Routes(__name__)


@ROUTES.page("/", access=Everyone.PUBLIC)
def deployment(request: Request) -> Response:
    """The organisations to choose from; where there is one, its home."""
    cursor = request.query.get("cursor") or None
    page = organisations.some_of_them(request.world, cursor)
    if len(page.rows) == 1 and cursor is None and page.next_cursor is None:
        only = organisations.find(request.world, page.rows[0].key.id)
        return organisation(replace(request, organisation=only))
    return Response(request.render("home/organisations.html", rows=page.rows, next_cursor=page.next_cursor))


@ROUTES.page("/{org}", access=Everyone.PUBLIC)
def organisation(request: Request) -> Response:
    """How to complain, how to report corruption, the plan and what is published at a glance."""
    try:
        plan = plans.current(request.world, request.here)
    except plans.NoPlanError:
        return Response(request.render("home/organisation.html", plan=None))
    items = disclosure.list_items(request.world, request.here, plan)
    count = Counter(item.freshness.status for item in items)
    disclosed = [(status, count[status]) for status in Status]
    return Response(request.render("home/organisation.html", plan=plan, disclosed=disclosed))

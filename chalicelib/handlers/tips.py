"""How to report corruption. It is read at a door of its own, which may read neither complaints nor people."""

from chalicelib.handlers.routing import Everyone, Request, Response, Routes
from chalicelib.services import plans, tip_keys

ROUTES = Routes(__name__, limited=False)


@ROUTES.page("/{org}/tips", access=Everyone.PUBLIC)
def guideline(request: Request) -> Response:
    """The guideline in its parts, how to stay safe, the way in, and who else takes a report."""
    try:
        plan = plans.current(request.world, request.here)
    except plans.NoPlanError:
        plan = None
    officers = tip_keys.of(request.world, request.org).officers
    names = [holder.name for holder in officers.values()]
    return Response(request.render("tips/guideline.html", plan=plan, officers=names))

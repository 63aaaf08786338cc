"""The units' workload, for those who share it out."""

from chalicelib.domain.people import Task
from chalicelib.handlers.routing import Request, Response, Routes
from chalicelib.services import complaint_lists, complaint_workload

ROUTES = Routes(__name__)


@ROUTES.page("/{org}/console/complaints/workload", access=Task.READ_WORKLOAD)
def workload(request: Request) -> Response:
    """A table and two charts of the units' work."""
    officer = request.me.state
    reads = complaint_lists.reader(officer).reads
    readable = {u.id for u in request.here.state.queues() if reads is None or u.id in reads}
    page = request.render(
        "console/workload.html",
        workload=complaint_workload.of_units(request.world, request.here, officer),
        done_days=complaint_workload.DONE_DAYS,
        readable=readable,
        now=request.world.clock.now(),
    )
    return Response(page)

"""The reports on complaints that everybody may read, with their documents."""

import re
from http import HTTPStatus

from chalicelib.domain.period_report import PeriodReport, ReportStatus
from chalicelib.domain.record import Record
from chalicelib.handlers.report_pages import figures_context
from chalicelib.handlers.routing import Everyone, Refusal, Request, Response, Routes
from chalicelib.services import reports

ROUTES = Routes(__name__)

REPORT_ID = re.compile(r"[0-9FYH-]{6,10}\.[0-9]{1,4}")


@ROUTES.page("/{org}/reports", access=Everyone.PUBLIC)
def listed(request: Request) -> Response:
    """All that were approved, of the newest period first."""
    editions = reports.published(request.world, request.org)
    return Response(request.render("reports/list.html", editions=editions))


@ROUTES.page("/{org}/reports/{id}", access=Everyone.PUBLIC)
def read(request: Request, id: str) -> Response:
    """A report; of one that was withdrawn, that it was."""
    report = _published(request, id)
    editions = reports.published(request.world, request.org)
    page = request.render(
        "reports/report.html",
        id=id,
        report=report.state,
        superseded_by=next((e.superseded_by for e in editions if e.id == id), ""),
        **figures_context(request, report.state),
    )
    gone = report.state.status is ReportStatus.WITHDRAWN
    return Response(page, int(HTTPStatus.GONE if gone else HTTPStatus.OK))


@ROUTES.page("/{org}/reports/{id}/{part}", access=Everyone.PUBLIC)
def document(request: Request, id: str, part: str) -> Response:
    """Send the browser on to a document of a report that stands approved."""
    report = _published(request, id)
    if report.state.status is not ReportStatus.APPROVED:
        raise Refusal(HTTPStatus.GONE)
    return Response("", 303, headers={"Location": reports.link(request.world, report, part)})


def _published(request: Request, id: str) -> Record[PeriodReport]:
    """A report that is or was public; any other is not found."""
    if not REPORT_ID.fullmatch(id):
        raise Refusal(HTTPStatus.NOT_FOUND)
    report = reports.find(request.world, request.org, id)
    if report.state.status not in (ReportStatus.APPROVED, ReportStatus.WITHDRAWN):
        raise Refusal(HTTPStatus.NOT_FOUND)
    return report

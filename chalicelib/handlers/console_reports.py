"""Officers' reports on complaints: begun, written, made, approved, withdrawn."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.people import Task
from chalicelib.domain.period_report import MOST, PeriodReport, ReportStatus, ReportText
from chalicelib.domain.record import Record
from chalicelib.handlers.report_pages import figures_context
from chalicelib.handlers.routing import Refusal, Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import notices, reports
from chalicelib.services.ports import StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

LOOK_AGAIN_S = "5"
"""How often a page asks anew while documents are being made."""

_TASKS = {
    "write": Task.DRAFT_REPORTS,
    "order": Task.DRAFT_REPORTS,
    "approve": Task.APPROVE_REPORTS,
    "send_back": Task.APPROVE_REPORTS,
    "withdraw": Task.APPROVE_REPORTS,
}
_REASONS = {"send_back": "why", "withdraw": "reason"}
"""The field in which an action's reason is typed."""

_DONE = {
    "write": gettext_noop("Your words are saved."),
    "approve": gettext_noop("The report is public from now on."),
    "send_back": gettext_noop("The report was sent back to be changed."),
    "withdraw": gettext_noop("The report is public no longer."),
}
_CHANGED = gettext_noop(
    "Somebody else changed this report while you wrote, and nothing of yours was saved. "
    "Look at what is there now, and send it again if it still holds."
)
_NOT_NOW = gettext_noop("This is not possible as the report stands now.")


@ROUTES.page("/{org}/console/reports", access=Task.READ_REPORTS)
def listed(request: Request) -> Response:
    """All reports, and the form to begin one."""
    return _list(request, Form())


@ROUTES.page("/{org}/console/reports", access=Task.DRAFT_REPORTS, method="POST")
def begin(request: Request) -> Response:
    """Begin a report of a period, or go on with the one that is begun."""
    period = request.field("period").strip()
    try:
        id = reports.begin_edition(request.world, request.org, period, officer=request.me.state)
    except InvalidFieldError as error:
        reason = error.reasons["period"] if period else "required"
        form = Form({"period": period}, {"period": field_error("period", reason)})
        return _list(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return see_other(request, f"/{request.org}/console/reports/{id}")


@ROUTES.page("/{org}/console/reports/{id}", access=Task.READ_REPORTS)
def read(request: Request, id: str) -> Response:
    """An edition: its words, documents and figures, and what the officer may do with it."""
    return _page(request, id, done=_DONE.get(request.query.get("done", "")))


@ROUTES.page("/{org}/console/reports/{id}", access=Task.READ_REPORTS, method="POST")
def act(request: Request, id: str) -> Response:
    """Do what a form of the page asks for."""
    action = request.field("action")
    if action not in _TASKS:
        raise Refusal(HTTPStatus.BAD_REQUEST)
    if not request.me.state.may(_TASKS[action]):
        raise NotAllowedError
    fields = tuple(MOST) if action == "write" else (_REASONS[action],) if action in _REASONS else ()
    typed = {name: request.field(name) for name in fields}
    multiline = {"problems", "obstacles", "remedies", "why", "reason"}
    texts, errors = cleaned(typed, fields, multiline=multiline)
    if errors:
        return _page(request, id, Form(typed, errors), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _act(request, id, action, texts)
    except InvalidFieldError as error:
        names = {"reason": _REASONS.get(action, "reason")}
        worded = {
            names.get(name, name): field_error(names.get(name, name), reason)
            for name, reason in error.reasons.items()
        }
        return _page(request, id, Form(typed, worded), HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleRecordError:
        return _page(request, id, Form(typed, {"": Message(_CHANGED)}), HTTPStatus.CONFLICT)
    except IllegalMoveError:
        return _page(request, id, Form(typed, {"": Message(_NOT_NOW)}), HTTPStatus.CONFLICT)
    return see_other(request, f"/{request.org}/console/reports/{id}", done=action)


@ROUTES.page("/{org}/console/reports/{id}/{part}", access=Task.READ_REPORTS)
def document(request: Request, id: str, part: str) -> Response:
    """Send the officer's browser on to a document, approved or not."""
    report = reports.find(request.world, request.org, id)
    return Response("", 303, headers={"Location": reports.link(request.world, report, part)})


def _act(request: Request, id: str, action: str, texts: Mapping[str, str]) -> Record[PeriodReport]:
    world, org, version, officer = request.world, request.org, request.version, request.me.state
    if action == "write":
        return reports.write(world, org, id, ReportText(**texts), version=version, officer=officer)
    if action == "order":
        return reports.order(world, org, id, version=version, officer=officer)
    reason = texts.get(_REASONS.get(action, ""), "")
    return reports.decide(world, org, id, action, reason, version=version, officer=officer)


def _list(request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = request.render(
        "console/reports.html",
        editions=reports.listed(request.world, request.org),
        periods=reports.periods(request.world),
        form=form,
    )
    return Response(page, int(status))


def _page(
    request: Request,
    id: str,
    form: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    done: str | None = None,
) -> Response:
    history = reports.history(request.world, request.org, id)
    report = history.record.state
    saved = {name: getattr(report.text, name) for name in MOST}
    people = notices.staff(request.world, request.org)
    context: dict[str, Any] = {
        "id": id,
        "report": report,
        "version": history.record.version,
        "order": _order(request, history.record),
        "events": list(reversed(history.events)),
        "names": {row.summary["username"]: row.summary["name"] for row in people},
        "form": Form({**saved, **form.values}, form.errors) if form else Form(saved),
        "conflict": report.text
        if form and status is HTTPStatus.CONFLICT and "problems" in form.values
        else None,
        "done": done,
    }
    page = request.render("console/report.html", **context, **figures_context(request, report))
    waits = report.status is ReportStatus.ORDERED
    return Response(page, int(status), headers={"Refresh": LOOK_AGAIN_S} if waits else {})


def _order(request: Request, report: Record[PeriodReport]) -> Any:
    order = reports.order_of(request.world, report)
    return order.state if order else None

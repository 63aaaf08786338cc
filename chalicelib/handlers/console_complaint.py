"""One complaint in the console: its page, what officers do with it, and a new code for who lost it."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.complaint import PUBLIC_EVENTS, Complaint
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.domain.people import Role, Task
from chalicelib.domain.position import Position
from chalicelib.domain.position_sketch import sketch
from chalicelib.domain.record import History
from chalicelib.domain.text import showable
from chalicelib.handlers.routing import Refusal, Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error, typed_day
from chalicelib.services import complaint_lists, complaint_work, complaints, notices, recurrence
from chalicelib.services.complaint_work import ACTIONS
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop, translate
from chalicelib.web.qr import qr_code

ROUTES = Routes(__name__)

_ID = re.compile(r"[0-9a-f]{20}")
_MULTILINE = {"message", "cause", "prevention", "note", "detail"}
_SHOWN = 80
"""Letters of a reply by which it is chosen."""

_CHOOSE = gettext_noop("Choose one")


class _Sent(Struct, frozen=True):
    """A form that was sent and not taken: the action, what was typed, what is wrong or stood against it."""

    action: str = ""
    typed: Mapping[str, str] = {}
    errors: Mapping[str, Message] = {}
    conflict: str = ""


@ROUTES.page("/{org}/console/complaints/{id}", access=Task.READ_COMPLAINTS)
def read(request: Request, id: str) -> Response:
    """A complaint with all that happened to it and what the officer may do."""
    return _page(request, _find(request, id), done=request.query.get("done", ""))


@ROUTES.page("/{org}/console/complaints/{id}", access=Task.READ_COMPLAINTS, method="POST")
def act(request: Request, id: str) -> Response:
    """Do what a form of the page asks for; a role that may not do it is refused by the service."""
    history = _find(request, id)
    action = request.field("action")
    if action not in ACTIONS:
        raise Refusal(HTTPStatus.BAD_REQUEST)
    fields = ACTIONS[action].fields
    typed = {name: " ".join(request.fields.get(name, ())) for name in fields}
    if request.field("use"):
        return _page(
            request, history, _Sent(action, _with_reply(request, history.record.state, action, typed))
        )
    texts, errors = cleaned(typed, fields, multiline=_MULTILINE)
    try:
        record = complaint_work.do(
            request.world,
            request.here,
            id,
            action=action,
            typed=texts,
            version=request.version,
            officer=request.me.state,
        )
    except InvalidFieldError as error:
        reasons = {name: field_error(name, reason) for name, reason in error.reasons.items()} | errors
        ordered = {name: reasons[name] for name in fields if name in reasons}
        return _page(request, history, _Sent(action, typed, ordered), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleRecordError:
        return _page(
            request, _find(request, id), _Sent(action, typed, conflict="stale"), status=HTTPStatus.CONFLICT
        )
    except IllegalMoveError:
        return _page(
            request, _find(request, id), _Sent(action, typed, conflict="illegal"), status=HTTPStatus.CONFLICT
        )
    mine = complaints.may_read(request.me.state, record.state.unit, record.state.escalated)
    path = f"/{request.org}/console/complaints"
    return see_other(request, f"{path}/{id}" if mine else path, done=action)


@ROUTES.page("/{org}/console/complaints/{id}/code", access=Task.REISSUE_CODES, method="POST")
def reissue_code(request: Request, id: str) -> Response:
    """Make a new tracking code and show it, this once."""
    history = _find(request, id)
    try:
        code = complaints.reissue_code(
            request.world, request.org, id, version=request.version, officer=request.me.state
        )
    except StaleRecordError:
        return _page(request, _find(request, id), _Sent(conflict="stale"), status=HTTPStatus.CONFLICT)
    page = request.render(
        "console/complaint_code.html",
        code=code.hyphenated(),
        id=id,
        complaint=history.record.state,
        is_first=False,
        site=request.world.site_url,
        qr=qr_code(f"{request.world.site_url}/{request.org}/complaints/track"),
    )
    return Response(page)


def _find(request: Request, id: str) -> History[Complaint]:
    """The complaint, if it is one of this organisation that the officer may read."""
    if not _ID.fullmatch(id):
        raise NoSuchRecordError
    return complaints.find(request.world, request.org, id, request.me.state)


def _page(
    request: Request,
    history: History[Complaint],
    sent: _Sent | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    done: str = "",
) -> Response:
    sent = sent or _Sent()
    officer, complaint = request.me.state, history.record.state
    today = bangkok_day(request.world.clock.now())
    days_left = (complaint.due_on - today).days
    soon = complaint_lists.days_of_soon(complaint.rules)
    typed = complaint.report.position
    position = Position.parse(typed) if typed else None
    offered = complaint_work.offered(complaint, officer)
    names = {
        row.summary["username"]: row.summary["name"] for row in notices.staff(request.world, request.org)
    }
    page = request.render(
        "console/complaint.html",
        id=history.record.key.id,
        version=history.record.version,
        complaint=complaint,
        days_left=days_left,
        urgency=complaint_lists.urgency(days_left, soon) if complaint.is_open() else None,
        events=[(event, event.kind in PUBLIC_EVENTS) for event in reversed(history.events)],
        names=names,
        offered=offered,
        forms={action: _form(request, complaint, action, sent) for action in offered},
        open=sent.action if sent.action in offered else "",
        kept=[showable(text) for text in sent.typed.values() if text],
        conflict=sent.conflict,
        units=[("", translate(_CHOOSE, request.lang)), *_units(request)],
        cause_kinds=[("", translate(_CHOOSE, request.lang)), *_cause_kinds(request)],
        matches=recurrence.of(request.world, request.here, history.record.key.id, complaint, officer),
        recurrence_days=request.here.state.recurrence_days,
        replies={action: _replies(request, complaint, action) for action in offered},
        categories=[("", translate(_CHOOSE, request.lang)), *_categories(request)],
        may_see_contact=officer.may(Task.READ_CONTACT, complaint.unit),
        position=position,
        drawing=sketch(position, request.here.state.village_positions) if position else None,
        may_reissue=officer.may(Task.REISSUE_CODES, complaint.unit),
        chain=complaint_work.is_intact(history) if Role.AUDITOR in officer.roles() else None,
        done=done if done in ACTIONS else "",
    )
    return Response(page, int(status))


def _form(request: Request, complaint: Complaint, action: str, sent: _Sent) -> Form:
    """What an action's form is shown with: what was typed, or what suggests itself."""
    if action == sent.action:
        return Form(sent.typed, sent.errors)
    if action in {"split", "recategorise"}:
        return Form({"category": complaint.report.category})
    if action != "explain":
        return Form()
    day = complaint_work.suggested_day(request.world, request.here.state, complaint)
    return Form({"due_on": typed_day(day, request.lang)})


def _with_reply(
    request: Request, complaint: Complaint, action: str, typed: Mapping[str, str]
) -> Mapping[str, str]:
    """What was typed, and the chosen reply after it, in the complainant's language."""
    replies = request.here.state.replies_for(action, complaint.report.category)
    reply = replies.get(request.field("reply"))
    if reply is None or "message" not in typed:
        return typed
    words = reply.text.in_lang(complaint.report.lang)
    return {**typed, "message": f"{typed['message'].rstrip()}\n{words}".lstrip()}


def _replies(request: Request, complaint: Complaint, action: str) -> list[tuple[str, str]]:
    """The replies to choose from, in the complainant's language, in which they are sent."""
    replies = request.here.state.replies_for(action, complaint.report.category)
    return [(place, reply.text.in_lang(complaint.report.lang)[:_SHOWN]) for place, reply in replies.items()]


def _cause_kinds(request: Request) -> list[tuple[str, str]]:
    return [(kind.id, kind.name.in_lang(request.lang)) for kind in request.here.state.cause_kinds]


def _categories(request: Request) -> list[tuple[str, str]]:
    return [(c.id, c.name.in_lang(request.lang)) for c in request.here.state.categories]


def _units(request: Request) -> list[tuple[str, str]]:
    return [(unit.id, unit.name.in_lang(request.lang)) for unit in request.here.state.queues()]

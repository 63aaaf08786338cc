"""The people of the organisation: administrators manage them, auditors read."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.people import SEALED_ROLES, UNIT_ROLES, Grant, Person, Role, Task
from chalicelib.domain.record import History
from chalicelib.domain.saved_views import VIEW_EVENTS
from chalicelib.handlers.routing import Refusal, Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import notices, people
from chalicelib.services.people import NewPerson
from chalicelib.services.ports import StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_TEXTS = ("name", "username", "email")
_SHOWN_EVENTS = 50

_OF_THE_WHOLE = tuple(role for role in Role if role not in UNIT_ROLES)
_OF_A_UNIT = tuple(role for role in Role if role in UNIT_ROLES)

_ABSENCE = ("deputy", "first", "last")

_DONE = {
    "added": gettext_noop("The person was added, and gets a first password by email."),
    "grants": gettext_noop("The roles were changed. They hold from now on."),
    "deputy": gettext_noop("The deputy holds the roles on these days."),
    "end_deputy": gettext_noop("The deputy holds these roles no longer."),
    "deactivate": gettext_noop("The person was signed out, and can't sign in any more."),
    "reactivate": gettext_noop("The person can sign in again."),
    "renew_sign_in": gettext_noop(
        "A new first password was sent by email, and the person was signed out on all devices."
    ),
    "sign_out_everywhere": gettext_noop("The person was signed out on all devices."),
}


@ROUTES.page("/{org}/console/people", access=Task.READ_PEOPLE)
def people_list(request: Request) -> Response:
    """All people, by user name."""
    page = people.listed(request.world, request.org, request.query.get("cursor"))
    return Response(
        request.render("console/people.html", rows=page.rows, next_cursor=page.next_cursor),
    )


@ROUTES.page("/{org}/console/people/new", access=Task.MANAGE_PEOPLE)
def ask_new(request: Request) -> Response:
    """A form for somebody new."""
    return _new(request, Form())


@ROUTES.page("/{org}/console/people/new", access=Task.MANAGE_PEOPLE, method="POST")
def add(request: Request) -> Response:
    """Add somebody."""
    typed = {name: request.field(name) for name in _TEXTS}
    texts, errors = cleaned(typed, _TEXTS, multiline=set())
    try:
        new = NewPerson(texts["username"], texts["name"], texts["email"], _chosen(request))
        if errors:
            people.check(request.here.state, new)
            raise InvalidFieldError
        record = people.add(request.world, request.here, new, by=request.me.state.username)
    except (InvalidFieldError, NotAllowedError) as error:
        found = _worded(error) | errors
        order = [name for name in (*_TEXTS, "roles") if name in found]
        form = Form({**typed, **_boxes(request)}, {name: found[name] for name in order})
        return _new(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(request, record.key.id, "added")


@ROUTES.page("/{org}/console/people/{id}", access=Task.READ_PEOPLE)
def person(request: Request, id: str) -> Response:
    """A person: roles, and what happened."""
    history = people.read(request.world, request.org, id)
    done = _DONE.get(request.query.get("done", ""))
    return _person(request, history, Form(_held(history.record.state)), done=done)


@ROUTES.page("/{org}/console/people/{id}", access=Task.MANAGE_PEOPLE, method="POST")
def change(request: Request, id: str) -> Response:
    """Do one of the forms' actions with a person."""
    world, by, action = request.world, request.me.state.username, request.field("action")
    version = request.version
    try:
        match action:
            case "grants":
                people.change_grants(world, request.here, id, _chosen(request), version=version, by=by)
            case "deputy":
                people.deputise(
                    world,
                    request.here,
                    id,
                    request.field("deputy"),
                    first=request.field("first"),
                    last=request.field("last"),
                    version=version,
                    by=by,
                )
            case "end_deputy":
                people.end_deputy(world, request.org, id, request.field("of"), version=version, by=by)
            case "deactivate":
                people.deactivate(world, request.org, id, version=version, by=by)
            case "reactivate":
                people.reactivate(world, request.org, id, version=version, by=by)
            case "sign_out_everywhere":
                people.sign_out_everywhere(world, request.org, id, version=version, by=by)
            case "renew_sign_in":
                people.renew_sign_in(world, request.org, id, version=version, by=by)
            case _:
                raise Refusal(HTTPStatus.BAD_REQUEST)
    except (InvalidFieldError, NotAllowedError) as error:
        if action == "deputy" and isinstance(error, InvalidFieldError):
            history = people.read(world, request.org, id)
            order = [name for name in _ABSENCE if name in error.reasons]
            wrong = _absence(request, {name: field_error(name, error.reasons[name]) for name in order})
            held = Form(_held(history.record.state))
            return _person(request, history, held, HTTPStatus.UNPROCESSABLE_ENTITY, absence=wrong)
        if action != "grants":
            raise
        history = people.read(world, request.org, id)
        form = Form(_boxes(request), _worded(error))
        return _person(request, history, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleRecordError:
        history = people.read(world, request.org, id)
        chosen = _boxes(request) if action == "grants" else _held(history.record.state)
        absence = _absence(request, {}) if action == "deputy" else None
        return _person(request, history, Form(chosen), HTTPStatus.CONFLICT, absence=absence)
    return _done(request, id, action)


def _new(request: Request, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    offered = [role for role in _OF_THE_WHOLE if role not in SEALED_ROLES]
    page = request.render("console/person_new.html", form=form, offered=offered, unit_roles=_OF_A_UNIT)
    return Response(page, int(status))


def _person(
    request: Request,
    history: History[Person],
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    done: str | None = None,
    absence: Form | None = None,
) -> Response:
    subject = history.record.state
    offered = [role for role in _OF_THE_WHOLE if role not in SEALED_ROLES or role in subject.roles()]
    page = request.render(
        "console/person.html",
        subject=subject,
        record=history.record,
        events=[e for e in reversed(history.events) if e.kind not in VIEW_EVENTS][:_SHOWN_EVENTS],
        form=form,
        offered=offered,
        absence=absence or Form(),
        colleagues=[
            (str(row.key.id), str(row.summary["name"] or row.summary["username"]))
            for row in notices.staff(request.world, request.org)
            if row.summary["active"] and row.key.id != history.record.key.id
        ],
        unit_roles=_OF_A_UNIT,
        changed=status == HTTPStatus.CONFLICT,
        done=done,
    )
    return Response(page, int(status))


def _done(request: Request, id: str, action: str) -> Response:
    return see_other(request, f"/{request.org}/console/people/{id}", done=action)


def _absence(request: Request, errors: Mapping[str, Message]) -> Form:
    """Who was to stand in from when to when, as it was typed."""
    return Form({name: request.field(name) for name in _ABSENCE}, errors)


def _boxes(request: Request) -> dict[str, Any]:
    """What was ticked: roles of the whole organisation, and of each other role its units."""
    return {name: request.fields.get(name, ()) for name in ("roles", *_OF_A_UNIT)}


def _held(person: Person) -> dict[str, Any]:
    """The boxes that stand for a person's roles."""
    boxes: dict[str, Any] = {"roles": [grant.role for grant in person.grants if grant.unit is None]}
    for role in _OF_A_UNIT:
        boxes[role] = [grant.unit for grant in person.grants if grant.role == role]
    return boxes


def _chosen(request: Request) -> tuple[Grant, ...]:
    """The roles that the ticked boxes stand for. Raises InvalidFieldError for one that nobody offers."""
    boxes = _boxes(request)
    known = {str(role): role for role in _OF_THE_WHOLE}
    if not known.keys() >= set(boxes["roles"]):
        raise InvalidFieldError(grants="unknown")
    of_the_whole = [Grant(known[name]) for name in boxes["roles"]]
    return (*of_the_whole, *(Grant(role, unit) for role in _OF_A_UNIT for unit in boxes[role]))


def _worded(error: InvalidFieldError | NotAllowedError) -> dict[str, Message]:
    if isinstance(error, NotAllowedError):
        return {"roles": field_error("roles", "sealed")}
    names = {"grants": "roles"}
    return {
        names.get(field, field): field_error(names.get(field, field), reason)
        for field, reason in error.reasons.items()
    }

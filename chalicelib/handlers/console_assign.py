"""Giving what was chosen on a list to a unit, and what became of each."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import parse_qsl

from chalicelib.domain.complaint import LONGEST_TEXT
from chalicelib.domain.people import Task
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.console_lists import FILTERS
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.handlers.wording import field_error
from chalicelib.services import complaint_bulk, form_tokens
from chalicelib.services.complaint_bulk import Chosen, Ending, Result
from chalicelib.services.complaint_lists import A_PAGE
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_CHOSEN = re.compile(r"([0-9a-z]{1,64})\.([0-9]{1,9})(?:\.([a-z0-9_-]{1,64}))?")
"""An id and a version, and, to undo, the unit to give it back to."""

_NOTHING_CHOSEN = gettext_noop("Choose at least one complaint")
_OPEN_TOO_LONG = gettext_noop("This page was open for too long. Nothing was sent: please send it once more.")


@ROUTES.page("/{org}/console/complaints/assign", access=Task.ASSIGN_COMPLAINTS)
def choose(request: Request) -> Response:
    """Nothing was ticked yet (the address was opened anew, or in the other language): to the list."""
    return see_other(request, f"/{request.org}/console/complaints")


@ROUTES.page("/{org}/console/complaints/assign", access=Task.ASSIGN_COMPLAINTS, method="POST")
def assign(request: Request) -> Response:
    """Give what was chosen to the unit (or, to undo, each back to its own), and say what became of each."""
    token, unit, typed = request.field("token"), request.field("unit"), request.field("note")
    chosen = _chosen(request, unit)
    errors: dict[str, Message] = {}
    note = ""
    try:
        note = clean(typed, multiline=True)
        if len(note) > LONGEST_TEXT:
            errors["note"] = field_error("note", "too_long")
    except UnusableTextError as error:
        errors["note"] = field_error("note", error.fault)
    if not chosen:
        errors["chosen"] = Message(_NOTHING_CHOSEN)
    if not all(one.unit for one in chosen):
        errors["unit"] = field_error("unit", "required")
    elif any(request.here.state.unit(one.unit) is None for one in chosen):
        errors["unit"] = field_error("unit", "unknown")
    try:
        form_tokens.check(request.world, request.org, token)
    except form_tokens.StaleFormError:
        token, errors = "", {"": Message(_OPEN_TOO_LONG), **errors}
    form = Form({"unit": unit, "note": typed}, errors)
    if errors:
        again = [Result(id=one.id, ending=Ending.CHANGED, version=one.version) for one in chosen]
        return _page(request, form, (), again, HTTPStatus.UNPROCESSABLE_ENTITY)
    officer = request.me.state
    results = list(complaint_bulk.assign(request.world, request.org, officer, chosen, note=note, token=token))
    again = [r for r in results if r.ending in {Ending.CHANGED, Ending.ABOUT_UNIT} and r.version]
    failed = any(result.ending is not Ending.DONE for result in results)
    return _page(request, form, results, again, HTTPStatus.CONFLICT if failed else HTTPStatus.OK)


def _chosen(request: Request, unit: str) -> Sequence[Chosen]:
    """What was ticked. Raises InvalidFields for what no list of ours sends."""
    found: dict[str, Chosen] = {}
    for value in request.fields.get("chosen", ()):
        parts = _CHOSEN.fullmatch(value)
        if parts is None:
            raise InvalidFields({"chosen": "invalid"})
        found[parts[1]] = Chosen(parts[1], int(parts[2]), parts[3] or unit)
    if len(found) > A_PAGE:
        raise InvalidFields({"chosen": "too_many"})
    return list(found.values())


def _page(
    request: Request, form: Form, results: Sequence[Result], again: Sequence[Result], status: HTTPStatus
) -> Response:
    officer, organisation = request.me.state, request.here.state
    given = {one.id: one.unit for one in _chosen(request, form.value("unit"))}
    done = [result for result in results if result.ending is Ending.DONE]
    undone = [
        result
        for result in done
        if result.unit_before not in {"", given[result.id]}
        and officer.may(Task.ASSIGN_COMPLAINTS, given[result.id])
    ]
    page = request.render(
        "console/complaints_assigned.html",
        form=form,
        done=done,
        failed=[result for result in results if result.ending is not Ending.DONE],
        again=again,
        undone=undone,
        given=given,
        is_sent=bool(results),
        units=[(u.id, u.name.in_lang(request.lang)) for u in organisation.queues()],
        token=form_tokens.issue(request.world, request.org),
        back=_back(request),
    )
    return Response(page, int(status))


def _back(request: Request) -> Mapping[str, str]:
    """The query of the list that this came from."""
    try:
        typed = dict(parse_qsl(request.field("back"), max_num_fields=50))
    except ValueError:
        return {}
    return {name: value for name, value in typed.items() if name in {*FILTERS, "q"}}

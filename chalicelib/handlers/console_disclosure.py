"""Where editors publish: the items that wait for them, one item with its history, and the form."""

import re
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.disclosure import order
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Task
from chalicelib.domain.plan import Plan
from chalicelib.domain.text import to_arabic_digits
from chalicelib.handlers.routing import Refusal, Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import disclosure, notices, plans
from chalicelib.services.disclosure import Item
from chalicelib.services.ports import StaleRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_FIELDS = {"publish": ("period", "url", "note"), "withdraw": ("withdrawn", "reason")}
"""What is typed into the form of each action, beside the item."""

_DONE = {
    "publish": gettext_noop("The document is published. Everybody sees it from now on."),
    "withdraw": gettext_noop("The document was taken off."),
}
_CHANGED = gettext_noop(
    "Somebody else changed this item while you wrote, and nothing of yours was saved. "
    "Look at what is there now, and send it again if it still holds."
)
_SHOWN_EVENTS = 50


@ROUTES.page("/{org}/console/disclosure", access=Task.READ_ITEMS)
def items_to_publish(request: Request) -> Response:
    """The items, the officer's own first and of those what is due first; or the one that is asked for."""
    plan = plans.current(request.world, request.here)
    id = to_arabic_digits(request.query.get("item", ""))
    if not id:
        return _list(request, plan, Form())
    return _item(request, plan, id, done=_DONE.get(request.query.get("done", "")))


@ROUTES.page("/{org}/console/disclosure", access=Task.PUBLISH_ITEMS, method="POST")
def publish_or_withdraw(request: Request) -> Response:
    """Publish the document of a period, or take one off."""
    plan = plans.current(request.world, request.here)
    action = request.field("action") or "publish"
    if action not in _FIELDS:
        raise Refusal(HTTPStatus.BAD_REQUEST)
    id = to_arabic_digits(request.field("item"))
    typed = {"item": id, **{name: request.field(name) for name in _FIELDS[action]}}
    if all(id != item.id for item in plan.items):
        error = field_error("item", "unknown" if id else "required")
        return _list(request, plan, Form(typed, {"item": error}), HTTPStatus.UNPROCESSABLE_ENTITY)
    texts, errors = cleaned(typed, _FIELDS[action], multiline={"note", "reason"})
    if errors:
        return _item(request, plan, id, Form(typed, errors), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _act(request, action, id, texts)
    except InvalidFieldError as error:
        reasons = dict(error.reasons)
        if action == "withdraw" and "period" in reasons:
            reasons["withdrawn"] = reasons.pop("period")
        worded = {name: field_error(name, reasons[name]) for name in _FIELDS[action] if name in reasons}
        return _item(request, plan, id, Form(typed, worded), HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleRecordError:
        return _item(request, plan, id, Form(typed, {"": Message(_CHANGED)}), HTTPStatus.CONFLICT)
    return see_other(request, f"/{request.org}/console/disclosure", item=id, done=action)


def _act(request: Request, action: str, id: str, texts: Mapping[str, str]) -> None:
    world, here, officer = request.world, request.here, request.me.state
    version = _version(request.field("version"), id)
    if action == "publish":
        period, url, note = texts["period"], texts["url"], texts["note"]
        disclosure.publish(
            world, here, id, period=period, url=url, note=note, version=version, officer=officer
        )
    else:
        period, reason = texts["withdrawn"], texts["reason"]
        disclosure.withdraw(world, here, id, period=period, reason=reason, version=version, officer=officer)


def _version(versions: str, id: str) -> int:
    """Which version of an item the form was made from; 0, which none has, where it does not say."""
    found = re.search(rf"(?:^| ){re.escape(id)}=([0-9]{{1,9}})(?: |$)", versions)
    return int(found[1]) if found else 0


def _list(request: Request, plan: Plan, form: Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
    page = request.render("console/disclosure.html", form=form, **_items(request, plan))
    return Response(page, int(status))


def _item(
    request: Request,
    plan: Plan,
    id: str,
    form: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    done: str | None = None,
) -> Response:
    found = disclosure.find(request.world, request.here, plan, id)
    today = bangkok_day(request.world.clock.now())
    people = notices.staff(request.world, request.org)
    events = found.history.events if found.history else ()
    offered = {"item": id, "period": _offered_period(found.item, today)}
    page = request.render(
        "console/disclosure_item.html",
        found=found,
        events=list(reversed(events))[:_SHOWN_EVENTS],
        names={row.summary["username"]: row.summary["name"] for row in people},
        may_publish=request.me.state.may(Task.PUBLISH_ITEMS, found.item.definition.unit),
        form=Form({**offered, **form.values}, form.errors) if form else Form(offered),
        done=done,
        **_items(request, plan),
    )
    return Response(page, int(status))


def _offered_period(item: Item, today: date) -> str:
    """The period that is wanted next, where a document about it can be published yet."""
    wanted = item.freshness.wanted
    return str(wanted) if wanted <= item.definition.schedule.newest_publishable(today) else ""


def _items(request: Request, plan: Plan) -> dict[str, object]:
    """What both pages know of all items: whose they are, in which order, in which version."""
    units = request.me.state.units(Task.PUBLISH_ITEMS)
    items = disclosure.most_urgent_first(disclosure.list_items(request.world, request.here, plan), units)
    own = [item for item in items if units is None or item.definition.unit in units]
    return {
        "own": own,
        "others": [item for item in items if item not in own],
        "choices": sorted(
            ((item.id, f"{item.id} {item.planned.name.in_lang(request.lang)}") for item in own),
            key=lambda choice: order(choice[0]),
        ),
        "versions": " ".join(f"{item.id}={item.version}" for item in own),
        "today": bangkok_day(request.world.clock.now()),
    }

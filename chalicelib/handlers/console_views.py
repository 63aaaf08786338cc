"""An officer's own views of the list of complaints: keep one under a name, rename it, drop it, undo that."""

from collections.abc import Mapping
from http import HTTPStatus

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.people import Task
from chalicelib.domain.saved_views import SavedView
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.handlers.console_lists import FILTERS
from chalicelib.handlers.json_body import InvalidFields
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.handlers.wording import field_error
from chalicelib.services import saved_views
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_LONGEST_VALUE = 100
"""Letters of a filter's value: the id of a unit or a category, a village, a day."""

_PAGE = "/{org}/console/complaints/views"

_TAKEN = gettext_noop("You have a view of this name already: choose another one")
_TOO_MANY = gettext_noop("You keep 20 views already: drop one first")
_NAME = gettext_noop("Enter a name for the view")
_SHORTER = gettext_noop("Shorten the name to 60 letters or fewer")
_GONE = gettext_noop("This view is not there any more")

_FAULTS = {"taken": _TAKEN, "too_many": _TOO_MANY, "required": _NAME, "too_long": _SHORTER}


@ROUTES.page(_PAGE, access=Task.READ_COMPLAINTS)
def views(request: Request) -> Response:
    """The officer's own views; with a filter in the query also a form to keep it."""
    return _page(request, _filter(request.query))


@ROUTES.page(_PAGE, access=Task.READ_COMPLAINTS, method="POST")
def change(request: Request) -> Response:
    """Keep, rename or drop a view."""
    action, id = request.field("action"), request.field("id")
    fields = {name: request.field(name) for name in FILTERS}
    try:
        match action:
            case "save":
                saved = saved_views.save(request.world, request.me, _name(request), _filter(fields))
                return see_other(request, f"/{request.org}/console/complaints", **saved.filter)
            case "rename":
                saved_views.rename(request.world, request.me, id, _name(request))
                return see_other(request, _PAGE.format(org=request.org))
            case "drop":
                return _page(request, {}, dropped=saved_views.drop(request.world, request.me, id))
            case _:
                raise InvalidFields({"action": "unknown"})
    except InvalidFieldError as error:
        fault = Message(_FAULTS[error.reasons["view"]])
    except UnusableTextError as error:
        fault = field_error("view", error.fault)
    except NoSuchRecordError:
        fault = Message(_GONE)
    kept = _filter(fields) if action == "save" else {}
    return _page(request, kept, fault=fault, of=id if action == "rename" else "")


def _name(request: Request) -> str:
    return clean(request.field("view"), multiline=False)


def _filter(typed: Mapping[str, str]) -> dict[str, str]:
    """What of a query a view keeps. Raises InvalidFields for what no list of ours is narrowed to."""
    found = {name: typed[name] for name in FILTERS if typed.get(name)}
    for name, value in found.items():
        try:
            if clean(value, multiline=False) != value or len(value) > _LONGEST_VALUE:
                raise InvalidFields({name: "invalid"})
        except UnusableTextError as error:
            raise InvalidFields({name: error.fault}) from None
    return found


def _page(
    request: Request,
    filter: Mapping[str, str],
    *,
    fault: Message | None = None,
    of: str = "",
    dropped: SavedView | None = None,
) -> Response:
    """The views; `of` is the view that a fault is about, none for a new one."""
    typed = request.field("view") if fault else ""
    own = [view for view in request.me.state.views if dropped is None or view.id != dropped.id]
    known = {view.id for view in own}
    names = {f"view-{view.id}": view.name for view in own} | {f"view-{of}" if of in known else "view": typed}
    errors = {f"view-{of}" if of in known else "view": fault} if fault else {}
    page = request.render(
        "console/views.html",
        views=own,
        filter=filter,
        form=Form(names, errors),
        dropped=dropped,
    )
    return Response(page, int(HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK))

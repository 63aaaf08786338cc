"""The settings of the organisation: administrators change them, auditors read."""

from http import HTTPStatus

from msgspec.structs import asdict

from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.palette import PALETTES
from chalicelib.domain.people import Task
from chalicelib.domain.record import Record
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.handlers.wording import cleaned, field_error
from chalicelib.services import setting_lines, settings
from chalicelib.services.ports import StaleRecordError
from chalicelib.services.setting_categories import LONGEST_NOTICE
from chalicelib.services.setting_lines import UnreadableLineError
from chalicelib.services.settings import TypedSettings
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop

ROUTES = Routes(__name__)

_FIELDS = TypedSettings.__struct_fields__
_LISTS = {
    *("units", "villages", "village_positions", "channels", "routes", "replies", "survey", "cause_kinds"),
    *("category_notices", "category_questions", "category_common", "days_off", "days_on"),
}
_LONGER = {
    "replies": settings.LONGEST_REPLY,
    **dict.fromkeys(("category_notices", "category_questions", "village_positions"), LONGEST_NOTICE),
}
"""Letters of a line, where they are not those of most lists."""

_LINES = {
    "malformed": gettext_noop("Line %(line)s: check how it is written"),
    "malformed_date": gettext_noop("Line %(line)s: begin with the day, such as 24/11/2569"),
    "no_such_day": gettext_noop("Line %(line)s: the calendar has no such day"),
    "year_out_of_range": gettext_noop("Line %(line)s: check the year"),
    "unknown": gettext_noop("Line %(line)s: names a category, a village or a unit that is not there"),
    "unknown_reply": gettext_noop(
        "Line %(line)s: begin with explain, resolve, reject, refer or message, and a category that is there"
    ),
    "unit_twice": gettext_noop("Line %(line)s: these letters stand for another unit already"),
    "kind_twice": gettext_noop("Line %(line)s: these letters stand for another kind already"),
    "category_twice": gettext_noop("Line %(line)s: this category stands twice"),
    "too_many_questions": gettext_noop("Line %(line)s: a category may have five questions at the most"),
    "no_position": gettext_noop("Line %(line)s: write the place as two numbers, such as 14.1234, 100.5678"),
    "twice": gettext_noop("Line %(line)s: this day stands twice"),
    "too_long": gettext_noop("Line %(line)s: shorten it to %(longest)s letters or fewer"),
    "too_many": gettext_noop("Line %(line)s: there may be %(most)s lines at the most"),
}


@ROUTES.page("/{org}/console/settings", access=Task.READ_SETTINGS)
def show(request: Request) -> Response:
    """The settings as they stand."""
    record = settings.read(request.world, request.org)
    saved = bool(request.query.get("saved"))
    return _page(request, record, Form(asdict(TypedSettings.of(record.state))), saved=saved)


@ROUTES.page("/{org}/console/settings", access=Task.MANAGE_SETTINGS, method="POST")
def save(request: Request) -> Response:
    """Save what was changed."""
    typed = {name: request.field(name) for name in _FIELDS}
    texts, errors = cleaned(typed, _FIELDS, multiline=_LISTS)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if errors:
            raise InvalidFieldError
        settings.change(
            request.world,
            request.org,
            TypedSettings(**texts),
            version=request.version,
            by=request.me.state.username,
        )
    except InvalidFieldError as error:
        errors |= {name: field_error(name, reason) for name, reason in error.reasons.items()}
    except UnreadableLineError as error:
        longest = _LONGER.get(error.field, setting_lines.LONGEST_LINE)
        values = {"line": error.line, "longest": longest, "most": setting_lines.MOST_LINES}
        errors[error.field] = Message(_LINES[error.reason], values)
    except StaleRecordError:
        status = HTTPStatus.CONFLICT
    else:
        return see_other(request, f"/{request.org}/console/settings", saved="1")
    form = Form(typed, {name: errors[name] for name in _FIELDS if name in errors})
    return _page(request, settings.read(request.world, request.org), form, status)


def _page(
    request: Request,
    record: Record[Organisation],
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    saved: bool = False,
) -> Response:
    page = request.render(
        "console/settings.html",
        record=record,
        standing=Form(asdict(TypedSettings.of(record.state))),
        form=form,
        palettes=PALETTES,
        changed=status == HTTPStatus.CONFLICT,
        saved=saved,
    )
    return Response(page, int(status))

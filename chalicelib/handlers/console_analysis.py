"""Causes of complaints by category, and what became of what was to prevent them: page and table."""

from collections.abc import Sequence

from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.people import Role, Task
from chalicelib.domain.recurrence import Verdict
from chalicelib.handlers.listing import csv_response
from chalicelib.handlers.routing import Request, Response, Routes
from chalicelib.services import preventions
from chalicelib.services.preventions import MOST_IN_A_TABLE, Prevention
from chalicelib.web.forms import Form
from chalicelib.web.i18n import gettext_noop, translate

ROUTES = Routes(__name__)

_YEARS_BACK = 5
"""How many earlier fiscal years can be asked for: as many as lists of complaints offer."""

_MOST_PAGES = 1_000

_ALL = gettext_noop("All categories")

COLUMNS = (
    "complaint",
    "subject",
    "category",
    "village",
    "unit",
    "resolved_on",
    "days",
    "cause_kind",
    "cause",
    "prevention",
    "verdict",
    "came_again_as",
)


@ROUTES.page("/{org}/console/causes", access=Task.READ_ANALYSIS)
def page(request: Request) -> Response:
    """How often which causes, and the register of preventions, newest first."""
    year, category = _year(request), _category(request)
    number = request.number("page", 1, 1, _MOST_PAGES)
    analysis = preventions.of_year(
        request.world,
        request.here,
        request.me.state,
        year,
        category=category,
        first=(number - 1) * preventions.A_PAGE,
        most=preventions.A_PAGE,
    )
    settings, lang = request.here.state, request.lang
    shown = request.render(
        "console/causes.html",
        analysis=analysis,
        year=year,
        filter=Form({"fiscal_year": str(year), "category": category}),
        years=[(str(one), str(one)) for one in _years(request)],
        category=category,
        categories=[
            ("", translate(_ALL, lang)),
            *((c.id, c.name.in_lang(lang)) for c in settings.categories),
        ],
        page=number,
        has_more=number * preventions.A_PAGE < analysis.number,
        days=settings.recurrence_days,
        most=MOST_IN_A_TABLE,
        escalated_only=request.me.state.roles() == {Role.EXECUTIVE},
    )
    return Response(shown)


@ROUTES.page("/{org}/console/causes.csv", access=Task.READ_ANALYSIS)
def table(request: Request) -> Response:
    """The register of preventions as a table."""
    analysis = preventions.of_year(
        request.world,
        request.here,
        request.me.state,
        _year(request),
        category=_category(request),
        most=MOST_IN_A_TABLE,
    )
    return csv_response(COLUMNS, [_cells(request, one) for one in analysis.preventions])


def _cells(request: Request, one: Prevention) -> Sequence[object]:
    settings, lang = request.here.state, request.lang
    category, unit = settings.category(one.category), settings.unit(one.unit)
    kind = settings.cause_kind(one.done.cause_kind)
    return (
        one.id,
        one.subject,
        category.name.in_lang(lang) if category else one.category,
        one.village,
        unit.name.in_lang(lang) if unit else one.unit,
        one.done.on,
        one.done.days,
        kind.name.in_lang(lang) if kind else one.done.cause_kind,
        one.done.cause,
        one.done.prevention,
        translate(_VERDICTS[one.verdict], lang),
        " ".join(one.again),
    )


_VERDICTS = {
    Verdict.HELD: gettext_noop("Held"),
    Verdict.CAME_AGAIN: gettext_noop("Came again"),
    Verdict.TOO_EARLY: gettext_noop("Too early to tell"),
}


def _years(request: Request) -> Sequence[int]:
    this = fiscal_year_of(bangkok_day(request.world.clock.now()))
    return range(this, this - _YEARS_BACK - 1, -1)


def _year(request: Request) -> int:
    """The fiscal year asked for, else the present one. Raises InvalidFields."""
    years = _years(request)
    return request.number("fiscal_year", years[0], years[-1], years[0])


def _category(request: Request) -> str:
    """The category asked for; "" for all, and for one that the organisation has not."""
    asked = request.query.get("category", "")
    return asked if request.here.state.category(asked) else ""

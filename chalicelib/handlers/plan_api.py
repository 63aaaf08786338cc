"""The plan and its figures for programs."""

from http import HTTPStatus
from typing import Any

from chalicelib.handlers.fiscal_years import known_year
from chalicelib.handlers.listing import PAGING, csv_response, page_of
from chalicelib.handlers.plan import asked_project, asked_year
from chalicelib.handlers.routing import Doc, Everyone, Refusal, Request, Response, Routes, json_response
from chalicelib.handlers.schemas_plan import (
    GoalList,
    IndicatorList,
    PublishedGoal,
    PublishedIndicator,
    PublishedPlan,
    PublishedProject,
)
from chalicelib.services import indicators, plans

ROUTES = Routes(__name__)

_YEAR: dict[str, Any] = {
    "type": "integer",
    "description": "a fiscal year (B.E.) of the plan; else the present one, or the nearest of the plan",
}


@ROUTES.api(
    "/api/v1/{org}/plan",
    access=Everyone.PUBLIC,
    doc=Doc(summary="The action plan against corruption", answer=PublishedPlan),
)
def plan(request: Request) -> Response:
    """The plan's outline."""
    return json_response(PublishedPlan.of(plans.current(request.world, request.here)))


@ROUTES.api(
    "/api/v1/{org}/projects/{number}",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="A project with its indicators",
        answer=PublishedProject,
        query={"fiscal_year": _YEAR},
        refusals=(422,),
    ),
)
def project(request: Request, number: str) -> Response:
    """A project of the plan."""
    current = plans.current(request.world, request.here)
    found = asked_project(current, number)
    if found is None:
        raise Refusal(HTTPStatus.NOT_FOUND)
    year = known_year(request, asked_year(request, current))
    results = indicators.of_year(request.world, request.here, current, year, found.indicators)
    return json_response(PublishedProject.of(current, found, year, results))


@ROUTES.api(
    "/api/v1/{org}/indicators",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="All indicators in a fiscal year",
        answer=IndicatorList,
        query={"fiscal_year": _YEAR, **PAGING},
        refusals=(422,),
        csv=True,
    ),
)
def all_indicators(request: Request) -> Response:
    """The plan's indicators; CSV holds them all."""
    current = plans.current(request.world, request.here)
    year = known_year(request, asked_year(request, current))
    results = indicators.of_year(request.world, request.here, current, year, current.indicators)
    published = [PublishedIndicator.of(result) for result in results]
    if request.wants_csv():
        return csv_response(
            (
                *("fiscal_year", "id", "project", "kind", "name_th", "name_en", "operator", "target", "unit"),
                *("value", "status", "source", "as_of"),
            ),
            [
                (
                    *(year, p.id, p.project, p.kind, p.name.th, p.name.en, p.operator, p.target, p.unit),
                    *(p.value, p.status, p.source, p.as_of),
                )
                for p in published
            ],
        )
    return json_response(IndicatorList(*page_of(request, published, lambda indicator: indicator.id)))


@ROUTES.api(
    "/api/v1/{org}/goals",
    access=Everyone.PUBLIC,
    doc=Doc(
        summary="The yearly goals in a fiscal year",
        answer=GoalList,
        query={"fiscal_year": _YEAR, **PAGING},
        refusals=(422,),
        csv=True,
    ),
)
def goals(request: Request) -> Response:
    """The plan's goals; CSV holds them all."""
    current = plans.current(request.world, request.here)
    year = known_year(request, asked_year(request, current))
    results = indicators.goals_of_year(request.world, current, year)
    published = [PublishedGoal.of(result) for result in results]
    if request.wants_csv():
        return csv_response(
            (
                *("fiscal_year", "id", "name_th", "name_en", "operator", "target", "unit"),
                *("value", "status", "as_of"),
            ),
            [
                (
                    *(p.fiscal_year, p.id, p.name.th, p.name.en, p.operator, p.target, p.unit),
                    *(p.value, p.status, p.as_of),
                )
                for p in published
            ],
        )
    return json_response(GoalList(*page_of(request, published, lambda goal: goal.id)))

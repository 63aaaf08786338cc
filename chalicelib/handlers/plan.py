"""The plan as everybody sees it: the whole, a project, the indicators of a year."""

import re
from http import HTTPStatus

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.plan import Plan, Project
from chalicelib.domain.text import to_arabic_digits
from chalicelib.handlers.fiscal_years import chosen_year
from chalicelib.handlers.routing import Everyone, Refusal, Request, Response, Routes
from chalicelib.services import indicators, plans

ROUTES = Routes(__name__)


@ROUTES.page("/{org}/plan", access=Everyone.PUBLIC)
def whole(request: Request) -> Response:
    """What the organisation set out to do: goals, dimensions, missions, projects."""
    plan = plans.current(request.world, request.here)
    projects = {project.number: project for project in plan.projects}
    return Response(request.render("plan/plan.html", plan=plan, projects=projects))


@ROUTES.page("/{org}/plan/projects/{number}", access=Everyone.PUBLIC)
def project(request: Request, number: str) -> Response:
    """A project, with its indicators in a fiscal year."""
    plan = plans.current(request.world, request.here)
    found = asked_project(plan, number)
    year = asked_year(request, plan)
    if found is None or year is None:
        raise Refusal(HTTPStatus.NOT_FOUND)
    dimension, mission = plan.place_of(found.number)
    page = request.render(
        "plan/project.html",
        plan=plan,
        project=found,
        dimension=dimension,
        mission=mission,
        year=year,
        results=indicators.of_year(request.world, request.here, plan, year, found.indicators),
    )
    return Response(page)


@ROUTES.page("/{org}/plan/indicators", access=Everyone.PUBLIC)
def all_indicators(request: Request) -> Response:
    """All indicators and goals of a fiscal year against their targets."""
    plan = plans.current(request.world, request.here)
    year = asked_year(request, plan)
    if year is None:
        raise Refusal(HTTPStatus.NOT_FOUND)
    results = indicators.of_year(request.world, request.here, plan, year, plan.indicators)
    page = request.render(
        "plan/indicators.html",
        plan=plan,
        year=year,
        goals=indicators.goals_of_year(request.world, plan, year),
        results={
            project.number: [result for result in results if result.indicator.project == project.number]
            for project in plan.projects
        },
        projects={project.number: project for project in plan.projects},
    )
    return Response(page)


def asked_project(plan: Plan, number: str) -> Project | None:
    """The project that a path names, in Thai digits or Arabic; None where the plan has no such."""
    typed = to_arabic_digits(number)
    return plan.project(int(typed)) if re.fullmatch(r"[1-9][0-9]{0,2}", typed) else None


def asked_year(request: Request, plan: Plan) -> int | None:
    """The fiscal year that was asked for, else the present one; None where the plan has no such."""
    usual = plan.year_shown(bangkok_day(request.world.clock.now()))
    return chosen_year(request, plan.fiscal_years, usual)

"""Which views each door serves. A function imports those of its own door and no others."""

import os
from importlib import import_module

from chalicelib.handlers.application import Application
from chalicelib.handlers.routing import Route

DOORS: dict[str, tuple[str, ...]] = {
    "public": (
        "assets",
        "home",
        "plan",
        "plan_api",
        "disclosure",
        "complaint_intake",
        "complaints",
        "complaint_files",
        "manual",
        "complaints_api",
        "statistics",
        "reports",
        "audit",
        "openapi",
        "stray",
    ),
    "console": (
        "console_sign_in",
        "console_lists",
        "console_assign",
        "console_views",
        "console_workload",
        "console_complaints",
        "console_complaint",
        "console_complaint_files",
        "console_analysis",
        "console_reports",
        "console_exports",
        "console_disclosure",
        "console_people",
        "console_notices",
        "console_settings",
    ),
    "tips": ("tips", "tips_new", "tips_inbox", "tips_api"),
    "job": (),
}
"""Modules of `chalicelib.handlers` by door, each with a `ROUTES`."""


def mount(app: Application) -> tuple[Route, ...]:
    """Mount the views of this function's door, and outside Lambda those of all doors.

    The packager asks for the routes too, with the environment of the public door: the variable counts
    inside Lambda only, else the other doors' routes would vanish from the API.
    """
    inside = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
    doors = (os.environ["DOOR"],) if inside else tuple(DOORS)
    declared: list[Route] = []
    for name in (module for door in doors for module in DOORS[door]):
        routes = import_module(f"chalicelib.handlers.{name}").ROUTES
        app.register_blueprint(routes.blueprint)
        declared += routes.routes
    return tuple(declared)

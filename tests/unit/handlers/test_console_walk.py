"""Every route of the console, walked: who may enter is declared, and nobody else gets in."""

import re

import pytest

from app import ROUTES
from chalicelib.domain.people import MAY, UNIT_ROLES, Grant, Role, Task
from chalicelib.handlers.routing import Everyone, Route
from chalicelib.services.sign_in import form_token
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

CONSOLE = [route for route in ROUTES if route.path.startswith("/{org}/console")]
GUARDED = [route for route in CONSOLE if not route.path.endswith("/sign-in")]
POSTS = [route for route in GUARDED if route.method == "POST"]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def holding(role: Role) -> Grant:
    return Grant(role, "works" if role in UNIT_ROLES else None)


def asks(browser: Browser, route: Route, org: str = "test", **fields: str) -> Reply:
    path = re.sub(r"{[a-z_]+}", "suda", route.path.replace("{org}", org))
    if route.method == "POST":
        return browser.post(path, fields, follow=False)
    return browser.get(path, follow=False)


def test_the_console_is_there() -> None:
    assert len(CONSOLE) >= 12


@pytest.mark.parametrize("route", CONSOLE, ids=named)
def test_each_route_declares_the_task_that_it_serves(route: Route) -> None:
    if route.path == "/{org}/console/sign-in":
        assert route.access is Everyone.SIGN_IN
    else:
        assert isinstance(route.access, Task)


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_strangers_are_sent_to_the_door(world: World, route: Route) -> None:
    for browser in (Browser(), Browser({"__Host-console": "A" * 43}), Browser({"__Host-console": "x"})):
        reply = asks(browser, route, form_token="0" * 64)
        assert (reply.status, reply.headers["Location"]) == (303, "/test/console/sign-in")


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_a_session_opens_no_other_organisation(world: World, route: Route) -> None:
    for org in ("test", "other"):
        employ(world, org, "suda", *map(holding, Role))
    reply = asks(signed_in(world, "other", "suda"), route)
    assert (reply.status, reply.headers["Location"]) == (303, "/test/console/sign-in")


@pytest.mark.parametrize("route", POSTS, ids=named)
def test_a_post_without_the_sessions_token_is_refused(world: World, route: Route) -> None:
    role = next(role for role in Role if route.access in MAY[role])
    employ(world, "test", "suda", holding(role))
    browser = signed_in(world, "test", "suda")
    another = signed_in(world, "test", "suda")
    assert asks(browser, route).status == 403
    assert asks(browser, route, form_token="").status == 403
    stolen = form_token(another.cookies["__Host-console"])
    assert asks(browser, route, form_token=stolen).status == 403


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_roles_that_do_not_allow_the_task_are_refused(world: World, route: Route) -> None:
    for role in Role:
        if route.access in MAY[role]:
            continue
        employ(world, "test", role, holding(role))
        browser = signed_in(world, "test", role)
        assert asks(browser, route).status == 403

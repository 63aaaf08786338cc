"""Addresses that nothing serves."""

import json

import pytest
from chalice.test import Client

from app import app
from chalicelib.handlers.routing import SECURITY_HEADERS
from chalicelib.services.world import World
from tests.inspect_page import inspect_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def ask(path: str, accept: str):
    return Client(app).http.request("GET", path, {"Accept": accept}, b"")


@pytest.mark.parametrize("path", ["/test/nothing", "/test/wp-login.php", "/nowhere/nothing"])
def test_a_browser_gets_a_page_that_leads_home(world: World, path: str) -> None:
    answer = ask(path, BROWSER)
    assert answer.status_code == 404
    assert SECURITY_HEADERS.items() <= answer.headers.items()
    page = inspect_page(answer.body.decode(), "th")
    assert page.heading == "ไม่พบหน้านี้"
    assert {a.get("href") for a in page.root.iter("a")} & {"/test", "/"}


def test_the_page_comes_in_english_too(world: World) -> None:
    assert inspect_page(ask("/test/nothing?lang=en", BROWSER).body.decode(), "en").heading == "Page not found"


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/test/nothing", "*/*"), ("/nowhere/nothing", "application/json"), ("/api/v2", BROWSER)],
)
def test_a_program_and_whoever_asks_the_api_get_problem_details(world: World, path: str, accept: str) -> None:
    answer = ask(path, accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(answer.body) == {"title": "Not Found", "status": 404}

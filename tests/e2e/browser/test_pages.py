"""Every page, in both languages: axe finds nothing, at 320 pixels nothing scrolls sideways, the document is
valid, nothing comes from elsewhere; for each role, every page of the console that it may open."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from app import ROUTES
from chalicelib.domain.calendar import bangkok_day, fiscal_year_of
from chalicelib.domain.people import MAY, Role
from chalicelib.handlers.routing import Everyone, Route
from tests.e2e.browser.conftest import NewContext, OfficerOf
from tests.e2e.browser.look import DESK, PHONE, faults
from tests.e2e.browser.watch import weighs
from tests.inspect_page import inspect_page

LAST_YEAR = fiscal_year_of(bangkok_day(datetime.now(UTC))) - 1
"""The fiscal year on which the demonstration has a report."""

PUBLIC = {
    "/": ["/"],
    "/{org}": ["/demo", "/bangkhae"],
    "/{org}/plan": ["/bangkhae/plan"],
    "/{org}/plan/projects/{number}": ["/bangkhae/plan/projects/11", "/demo/plan/projects/7"],
    "/{org}/plan/indicators": ["/bangkhae/plan/indicators", "/demo/plan/indicators?fiscal_year=2567"],
    "/{org}/disclosure": ["/demo/disclosure", "/bangkhae/disclosure"],
    "/{org}/disclosure/{item}": ["/demo/disclosure/1.1", "/bangkhae/disclosure/1.1"],
    "/{org}/complaints": ["/demo/complaints"],
    "/{org}/complaints/new": ["/demo/complaints/new"],
    "/{org}/complaints/track": ["/demo/complaints/track"],
    "/{org}/complaints/manual": ["/demo/complaints/manual", "/bangkhae/complaints/manual"],
    "/{org}/complaints/statistics": ["/demo/complaints/statistics", "/bangkhae/complaints/statistics"],
    "/{org}/reports": ["/demo/reports", "/bangkhae/reports"],
    "/{org}/reports/{id}": [f"/demo/reports/FY{LAST_YEAR}.1"],
    "/{org}/audit": ["/demo/audit", "/bangkhae/audit"],
    "/{org}/tips": ["/demo/tips", "/bangkhae/tips"],
    "/{org}/tips/new": ["/demo/tips/new", "/bangkhae/tips/new"],
    "/{org}/tips/inbox": ["/demo/tips/inbox"],
    "/{org}/console/sign-in": ["/demo/console/sign-in"],
}
"""The pages that everybody may open, by their route."""

FILES = {
    "/assets/{name}",
    "/{org}/audit/check_chain.py",
    "/{org}/complaints/statistics.csv",
    "/{org}/reports/{id}/{part}",
    "/{org}/complaints/feed",
    "/api/v1/openapi.json",
    "/{org}/{rest+}",
    "/api/{rest+}",
    "/{org}/complaints/files/{file}",
    "/{org}/complaints/files/{file}/preview",
}
"""Routes that answer with no page."""

BEHIND_A_TICKET = {"/{org}/complaints/files"}
"""Looked at by test_files.py, which has a ticket."""

CONSOLE_FILES = {"/{org}/console/causes.csv"}
"""Those of them in the console."""

HEAVIEST = 150_000
"""Bytes of a first visit."""

STATUSES = ("received", "assigned", "explained", "reopened", "resolved", "rejected", "referred", "closed")
SCREENS = {"th": (DESK, PHONE), "en": (PHONE,)}
"""The languages, and on which screens axe looks at each."""


def routes(console: bool) -> list[Route]:
    return [
        route
        for route in ROUTES
        if route.method == "GET" and not route.is_api and isinstance(route.access, Everyone) != console
    ]


def in_language(path: str, lang: str) -> str:
    return path if lang == "th" else f"{path}{'&' if '?' in path else '?'}lang={lang}"


def look_at(page: Page, path: str, lang: str) -> list[str]:
    """What is wrong with a page."""
    answer = page.goto(in_language(path, lang))
    assert answer is not None
    if answer.status != 200:
        return [f"{path} answers {answer.status}"]
    inspect_page(answer.text(), lang)
    return [f"{path}: {fault}" for fault in faults(page, SCREENS[lang])]


def test_no_public_page_is_left_out() -> None:
    assert {route.path for route in routes(console=False)} == PUBLIC.keys() | FILES | BEHIND_A_TICKET


@pytest.mark.parametrize("lang", SCREENS)
@pytest.mark.parametrize("path", [path for paths in PUBLIC.values() for path in paths])
def test_a_public_page_is_accessible_and_fits(new_context: NewContext, path: str, lang: str) -> None:
    page = new_context(java_script_enabled=True).new_page()
    assert not look_at(page, path, lang)


@pytest.mark.parametrize("path", [path for paths in PUBLIC.values() for path in paths])
def test_a_first_visit_is_light(new_context: NewContext, path: str) -> None:
    assert weighs(new_context().new_page(), path) <= HEAVIEST


@pytest.mark.parametrize("lang", SCREENS)
@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_open_is_accessible_and_fits(officer_of: OfficerOf, role: Role, lang: str) -> None:
    page = officer_of(role, java_script_enabled=True).page
    found = []
    for route in routes(console=True):
        if route.access not in MAY[role] or route.path in CONSOLE_FILES:
            continue
        for path in paths_of(page, route.path, STATUSES if role is Role.COMPLAINT_OFFICER else ("",)):
            found += look_at(page, path, lang)
    assert not found, "\n".join(found)


def paths_of(page: Page, template: str, statuses: Sequence[str]) -> list[str]:
    """Pages of a console's route: where an id stands in it, that of what the list before it shows first, of
    complaints in each of some statuses."""
    path = template.replace("{org}", "demo")
    if "{" not in path:
        # A list may have more in it; an item's page hangs on its list's address.
        return [path, f"{path}?item=1.1"] if path.endswith("/disclosure") else [path]
    listed = path.partition("/{")[0]
    if not listed.endswith("/complaints"):
        return first_links(page, listed, listed)
    by_status = [f"{listed}?status={status}" for status in statuses]
    return [link for filtered in by_status for link in first_links(page, filtered, listed)]


def first_links(page: Page, path: str, under: str) -> list[str]:
    """The first link of a page that leads to one of a list's own pages."""
    page.goto(path)
    hrefs = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    return [href for href in hrefs if re.fullmatch(rf"{under}/(?!new\b)[^/?]+", href)][:1]

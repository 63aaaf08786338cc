"""The site's address as programs and browsers meet it: paths, methods, languages, errors of the gateway."""

import pytest

from chalicelib.handlers.routing import SECURITY_HEADERS
from tests.builders.visitor import Visitor, as_json
from tools.running import Stack

PATHS = ["/", "/demo", "/demo/complaints", "/demo/complaints/new", "/demo/plan", "/demo/tips", "/demo/audit"]


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    return Visitor(site=stack.site)


@pytest.mark.parametrize(
    "path",
    ["/a/b/c/d/e/f", "/api/v2", "/api/v1/demo/nothing", "/demo/nothing", "/demo/console/nothing/at/all"],
)
def test_what_no_door_serves_is_told_in_problem_details(visitor: Visitor, path: str) -> None:
    reply = visitor.ask("GET", path)
    assert reply.status == 404
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert {"title": "Not Found", "status": 404}.items() <= as_json(reply).items()


@pytest.mark.parametrize(
    "path", ["/demo/nothing", "/demo/complaints/nothing", "/demo/console/nothing/at/all"]
)
def test_who_mistypes_an_address_in_a_browser_gets_a_page(visitor: Visitor, path: str) -> None:
    reply = visitor.ask("GET", path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert reply.status == 404
    assert reply.page.heading == "ไม่พบหน้านี้"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/demo/complaints/new", "/api/v1/demo/complaints", "/demo/console/people"])
def test_a_method_that_nothing_has_is_told_in_problem_details(
    visitor: Visitor, method: str, path: str
) -> None:
    reply = visitor.ask(method, path)
    assert reply.status in {404, 405}
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert as_json(reply)["status"] == reply.status
    for name, value in SECURITY_HEADERS.items():
        if name not in {"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"}:
            assert reply.headers[name] == value
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/demo/complaints/new", "/api/v1/demo/complaints"])
def test_a_body_over_our_own_bound_is_refused_by_the_door(visitor: Visitor, path: str) -> None:
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    reply = visitor.ask("POST", path, b"detail=" + b"x" * 1_000_000, {"Content-Type": kind})
    assert reply.status == 413
    if path.startswith("/api"):
        assert as_json(reply)["status"] == 413
    else:
        assert reply.page.title


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_the_same_with_a_slash_at_its_end_and_has_a_head(visitor: Visitor, path: str) -> None:
    plain, head = visitor.ask("GET", path), visitor.ask("HEAD", path)
    assert (plain.status, head.status, head.text) == (200, 200, "")
    if path != "/":
        slashed = visitor.ask("GET", f"{path}/")
        assert slashed.status == 200
        assert slashed.page.title == plain.page.title


@pytest.mark.parametrize(
    "path", ["/บางแค", "/demo/disclosure/บางแค", "/%E0%B8%9A", "/demo/%FF", "/demo/..%2f", "//"]
)
def test_a_path_of_other_letters_is_not_found_or_served_but_never_fails(visitor: Visitor, path: str) -> None:
    assert visitor.ask("GET", path).status in {200, 400, 404}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_in_english_stays_in_english(visitor: Visitor, path: str) -> None:
    assert visitor.get(f"{path}?lang=en").page.title
    assert visitor.get(path).page.title


@pytest.mark.parametrize("path", ["/demo/console", "/demo/console/complaints", "/demo/console/people"])
def test_a_stranger_is_sent_to_sign_in_in_the_language_of_the_page(visitor: Visitor, path: str) -> None:
    assert visitor.get(path, follow=False).headers["Location"] == "/demo/console/sign-in"
    assert visitor.get(f"{path}?lang=en", follow=False).headers["Location"] == "/demo/console/sign-in?lang=en"


def test_a_page_is_compressed_for_whoever_takes_it(stack: Stack) -> None:
    reply = Visitor(site=stack.site).ask("GET", "/demo/plan", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.page.title

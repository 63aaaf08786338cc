"""What nobody's form sends: each route answers it with a refusal in our words, and keeps nothing of it."""

import json
import re
from itertools import product
from urllib.parse import quote

import pytest
from chalice.test import Client

from app import ROUTES, app
from chalicelib.domain.people import UNIT_ROLES, Grant, Role
from chalicelib.handlers.routing import MAX_BODY, SESSION_COOKIE
from chalicelib.services import sign_in
from chalicelib.services.world import World
from tests.builders.officers import signed_in
from tests.builders.organisations import employ
from tests.inspect_page import inspect_page

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
GOOD = {"category": "road", "subject": "ไฟทางดับ", "detail": "ไฟส่องสว่างดับสามดวง"}
POSTS = [route for route in ROUTES if route.method == "POST"]
GETS = [route for route in ROUTES if route.method == "GET"]
OF_ORGANISATIONS = [route for route in ROUTES if "{org}" in route.path]
EVERYTHING = [
    role for role in Role if role not in {Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.DISCLOSURE_EDITOR}
]

BODIES = {
    "nothing": b"",
    "NUL": b"subject=a%00b&detail=" + b"x" * 20 + b"&category=road",
    "not UTF-8": b"subject=%ff%fe&detail=\xff\xfe&code=%ff",
    "lone surrogates": b"subject=%ed%a0%80abc&detail=%ed%a0%80&message=%ed%a0%80",
    "bidi override": b"subject=%E2%80%AEabc&detail=%E2%80%AEabcdefghijkl&message=%E2%80%AE",
    "a thousand fields": b"&".join(b"f%d=x" % n for n in range(1000)),
    "a field a thousand times": b"&".join([b"code=1"] * 1000),
    "one megabyte": b"detail=" + b"x" * 1_000_000,
    "broken escapes": b"subject=%zz%1&detail=%",
    "JSON in a form": json.dumps(GOOD).encode(),
    "a version of five thousand digits": b"action=start&version=" + b"9" * 5000,
    "a version in Thai digits": b"action=start&version=%E0%B9%91",
}

DOCUMENTS = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "NaN": b'{"category": NaN, "subject": "abc", "detail": "abcdefghijkl"}',
    "wrong types": b'{"category": 1, "subject": [], "detail": {}}',
    "a number for a text": json.dumps({**GOOD, "subject": 12345}).encode(),
    "a text for a truth": json.dumps({**GOOD, "consent": "yes"}).encode(),
    "an unknown field": json.dumps({**GOOD, "status": "closed"}).encode(),
    "thousands of unknown fields": json.dumps(dict.fromkeys(map(str, range(20_000)), 1)).encode(),
    "a lone surrogate for a name": b'{"\\ud800": 1}',
    "a field twice": b'{"category": "road", "category": "light", "subject": "abc", "detail": "abcdefghijkl"}',
    "NUL": json.dumps({**GOOD, "subject": "a\x00bc"}).encode(),
    "bidi override": json.dumps({**GOOD, "detail": "\u202e" + "x" * 20}).encode(),
    "lone surrogate": b'{"category": "road", "subject": "a\\ud800bc", "detail": "abcdefghijkl"}',
    "not UTF-8": b'{"category": "road", "subject": "\xff\xfe", "detail": "abcdefghijkl"}',
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "one megabyte": json.dumps({**GOOD, "detail": "x" * 1_000_000}).encode(),
    "deep nesting": b'{"detail":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "too long": json.dumps({**GOOD, "detail": "x" * 10_001}).encode(),
    "a line break in a line": json.dumps({**GOOD, "subject": "a\nb: c"}).encode(),
    "a huge number": b'{"category": ' + b"9" * 5000 + b"}",
}


def path_of(route, org="test"):
    """The route's path with something in each of its places."""
    return re.sub(r"\{(\w+)\}", lambda m: org if m[1] == "org" else "1", route.path)


def send(path, body, content_type, cookie="", **headers):
    all_headers = {"Content-Type": content_type, "Cookie": cookie, **headers}
    return Client(app).http.request("POST", path, all_headers, body)


def snapshot(world):
    return dict(world.records.records), dict(world.records.claims)


def is_in_our_words(answer, is_api):
    kind = answer.headers["Content-Type"]
    if is_api:
        assert kind == "application/problem+json"
        assert json.loads(answer.body)["status"] == answer.status_code
    elif answer.status_code != 303:
        assert kind.startswith("text/html")
        inspect_page(answer.body.decode())
    return True


@pytest.fixture
def officer(world: World) -> str:
    """The cookie of somebody who holds every role."""
    units = [Grant(r, "palad") for r in sorted(UNIT_ROLES)]
    employ(world, "test", "everybody", *EVERYTHING, *units)
    token = signed_in(world, "test", "everybody").cookies[SESSION_COOKIE]
    return f"{SESSION_COOKIE}={token}"


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("route", [r for r in POSTS if not r.is_api], ids=lambda r: r.path)
def test_no_form_takes_a_hostile_body(world, officer, route, name):
    token = officer.removeprefix(f"{SESSION_COOKIE}=")
    body = BODIES[name] + b"&form_token=" + sign_in.form_token(token).encode()
    before = snapshot(world)
    answer = send(path_of(route), body, FORM, officer)
    assert 300 <= answer.status_code < 500
    assert is_in_our_words(answer, is_api=False)
    if answer.status_code != 303:
        assert snapshot(world) == before


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("route", [r for r in POSTS if r.is_api], ids=lambda r: r.path)
def test_no_api_takes_a_hostile_document(world, route, name):
    before = snapshot(world)
    answer = send(path_of(route), DOCUMENTS[name], JSON)
    assert 400 <= answer.status_code < 500
    assert is_in_our_words(answer, is_api=True)
    assert len(answer.body) < 10_000
    assert snapshot(world) == before


@pytest.mark.parametrize("route", POSTS, ids=lambda r: r.path)
@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data", "", "x"])
def test_an_unknown_type_of_content_is_refused(world, officer, route, content_type):
    answer = send(path_of(route), b"subject=abc&detail=abcdefghijkl", content_type, officer)
    assert answer.status_code in {303, 403, 404, 415}
    assert is_in_our_words(answer, route.is_api)


@pytest.mark.parametrize("accept", ["image/png", ";;;", "text/html;q=banana", "a" * 5000, "\x7f/\x7f"])
@pytest.mark.parametrize("route", [r for r in ROUTES if r.is_api and r.method == "GET"], ids=lambda r: r.path)
def test_an_odd_accept_is_refused_by_the_api(world, route, accept):
    answer = Client(app).http.request("GET", path_of(route), {"Accept": accept}, b"")
    assert answer.status_code in {404, 406}
    assert is_in_our_words(answer, is_api=True)


@pytest.mark.parametrize("accept", ["image/png", ";;;", "application/json", ""])
@pytest.mark.parametrize("path", ["/test/complaints", "/test/complaints/new", "/test/console/sign-in"])
def test_a_page_comes_whatever_is_accepted(world, path, accept):
    assert Client(app).http.request("GET", path, {"Accept": accept}, b"").status_code == 200


@pytest.mark.parametrize("org", ["nowhere", "Test", "te st", "..", "%2e%2e", "a" * 300, "test#x", "ทดสอบ"])
@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "{org}" in r.path], ids=lambda r: f"{r.method} {r.path}"
)
def test_an_organisation_that_is_not_here_is_not_found(world, route, org):
    path = path_of(route, quote(org, safe=""))
    answer = (
        Client(app).http.get(path)
        if route.method == "GET"
        else send(path, json.dumps(GOOD).encode(), JSON if route.is_api else FORM)
    )
    assert answer.status_code == 404
    assert is_in_our_words(answer, route.answers_programs(accept=""))


QUERIES = [
    "cursor=x",
    "cursor=%00",
    "limit=0",
    "limit=99999999999",
    "limit=x",
    "fiscal_year=x",
    "fiscal_year=1",
]
QUERIES += ["lang=xx", "q=%00", "q=%F0%9F%98%80", "status=x", "unit=x", "from=x", "to=9999-99-99"]


@pytest.mark.parametrize(("route", "query"), list(product(GETS, QUERIES)), ids=str)
def test_no_query_breaks_a_page(world, officer, route, query):
    answer = Client(app).http.request("GET", f"{path_of(route)}?{query}", {"Cookie": officer}, b"")
    assert answer.status_code < 500
    assert answer.status_code < 400 or is_in_our_words(answer, route.answers_programs(accept=""))


def test_a_body_over_the_bound_is_refused_as_too_large(world):
    answer = send("/test/complaints/new", b"x" * (MAX_BODY + 1), FORM)
    assert answer.status_code == 413

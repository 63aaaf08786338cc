"""No route of one organisation shows or changes anything of another's."""

import json
import re

import pytest
from chalice.test import Client

from app import ROUTES, app
from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.people import UNIT_ROLES, Grant, Role
from chalicelib.domain.period_report import ReportText
from chalicelib.handlers.routing import SESSION_COOKIE, Everyone
from chalicelib.services import complaints, exports, organisations, reports, sign_in
from chalicelib.services.complaint_lists import Query
from chalicelib.services.world import World
from tests.builders.complaints import SUPERVISOR
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

MARK = "ความลับของอีกหน่วยงาน"
REPORT = Report(
    category="road", subject=f"{MARK} เรื่อง", detail=f"{MARK} รายละเอียด", name=MARK, email="mark@other.example"
)
WITH_PLACES = [r for r in ROUTES if "{org}" in r.path and r.path.count("{") > 1]
LISTS = [r for r in ROUTES if re.findall(r"\{(\w+)\}", r.path) == ["org"] and r.method == "GET"]


@pytest.fixture
def theirs(world: World) -> dict[str, str]:
    """What `other` has, by the name of the place in a path that it fits."""
    employ(world, "other", "khon", Role.COMPLAINT_OFFICER)
    filed = complaints.file(
        world, organisations.find(world, "other"), REPORT, consent=True, token="t", channel=Channel.WEB
    )
    report = reports.begin_edition(world, "other", "FY2569", officer=SUPERVISOR)
    words = ReportText(problems=MARK)
    reports.write(world, "other", report, words, version=1, officer=SUPERVISOR)
    notice = next(k.id for k in world.records.records if k.kind == "notice")
    query = Query(text=MARK)
    export = exports.order(world, organisations.find(world, "other"), query, token="t", officer=SUPERVISOR)
    return {
        "id": filed.id,
        "tracking_code": filed.code.reveal(),
        "person": "khon",
        "notice": notice,
        "report": report,
        "export": export,
    }


@pytest.fixture
def me(world: World) -> str:
    """Somebody of `test` who holds every role there."""
    grants = [Grant(role, "palad") if role in UNIT_ROLES else Grant(role) for role in Role]
    employ(world, "test", "everybody", *grants)
    return signed_in(world, "test", "everybody").cookies[SESSION_COOKIE]


def paths(route, theirs):
    """The route's path at `test`, with each of the other's ids in its places."""
    for one in sorted(theirs.values()):
        yield re.sub(r"\{\w+\}", one, route.path.replace("{org}", "test"))


@pytest.mark.parametrize("route", WITH_PLACES, ids=lambda r: f"{r.method} {r.path}")
def test_the_others_ids_and_codes_open_nothing_here(world, theirs, me, route):
    before = dict(world.records.records)
    for path in paths(route, theirs):
        body = f"version=1&action=start&code={theirs['tracking_code']}&form_token={sign_in.form_token(me)}"
        headers = {"Cookie": f"{SESSION_COOKIE}={me}"}
        if route.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = Client(app).http.request(route.method, path, headers, body.encode())
        assert answer.status_code in {400, 404, 415, 422}, path
        assert MARK not in answer.body.decode()
        assert "khon" not in answer.body.decode().replace(path, "")
    assert world.records.records == before


@pytest.mark.parametrize("route", LISTS, ids=lambda r: r.path)
def test_no_list_shows_what_is_the_others(world, theirs, me, route):
    path = route.path.replace("{org}", "test")
    answer = Client(app).http.request(
        "GET", f"{path}?q={theirs['tracking_code']}", {"Cookie": f"{SESSION_COOKIE}={me}"}, b""
    )
    assert answer.status_code < 500
    assert MARK not in answer.body.decode()
    assert theirs["id"] not in answer.body.decode()


def test_the_others_code_is_unknown_to_the_form_and_the_api(world, theirs):
    answer = Client(app).http.get(f"/api/v1/test/complaints/{theirs['tracking_code']}")
    assert answer.status_code == 404
    body = f"code={theirs['tracking_code']}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert Client(app).http.request("POST", "/test/complaints/track", headers, body).status_code == 404
    theirs_answer = Client(app).http.get(f"/api/v1/other/complaints/{theirs['tracking_code']}")
    assert json.loads(theirs_answer.body)["status"] == "received"


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")
def test_each_route_says_who_may_enter(route):
    assert route.access is not None
    if "/console" not in route.path:
        assert isinstance(route.access, Everyone)
    elif not route.path.endswith("/sign-in"):
        assert not isinstance(route.access, Everyone)

"""Posts are counted by the address that the gateway saw: the deployed stack with a limit of five a minute."""

import time
from collections.abc import Iterator

import boto3
import pytest

from tests.builders.visitor import REPORT, Visitor, as_json
from tests.e2e.limits import set_limit
from tools.running import Stack, aws_environment

LIMIT = 5
WINDOW_S = 60
# How much of a minute the posts of a test may take.
ROOM_S = 15


@pytest.fixture(scope="module")
def limited(stack: Stack) -> Iterator[Stack]:
    """The stack with a limit, as `make run RATE_LIMIT_PER_MINUTE=5` deploys it; without one afterwards."""
    set_limit(stack, LIMIT)
    yield stack
    set_limit(stack, 0)


@pytest.fixture(autouse=True)
def _minute_with_room() -> None:
    """Counts begin anew with each minute: start where the test ends before the next."""
    left = WINDOW_S - time.time() % WINDOW_S
    if left < ROOM_S:
        time.sleep(left + 1)


def test_the_sixth_post_of_a_minute_is_told_to_wait_whatever_address_it_claims(limited: Stack) -> None:
    """API and pages share a count, which the API's own address does not escape either."""
    visitor = Visitor(site=limited.site)
    form = visitor.get("/demo/complaints/track")
    for number in range(LIMIT):
        claimed = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        sent = {"Content-Type": "application/json", **claimed}
        assert visitor.ask("POST", "/api/v1/demo/complaints", b"{}", sent).status == 422
    sixth = visitor.api("POST", "/api/v1/demo/complaints", REPORT, X_Forwarded_For="203.0.113.9")
    assert sixth.status == as_json(sixth)["status"] == 429
    assert sixth.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(str(sixth.headers["Retry-After"])) <= WINDOW_S
    page = visitor.submit(form, code="1")
    assert (page.status, page.page.title != "") == (429, True)
    assert 1 <= int(str(page.headers["Retry-After"])) <= WINDOW_S
    signing_in = visitor.ask("POST", "/demo/console/sign-in", b"", {"Content-Type": "x"})
    assert signing_in.status == 429
    assert visitor.get("/demo/complaints/new").status == 200
    stage = f"{limited.endpoint}/_aws/execute-api/{limited.outputs['RestAPIId']}/api"
    assert Visitor(site=stage).api("POST", "/api/v1/demo/complaints", REPORT).status == 429


def test_no_address_is_kept(limited: Stack) -> None:
    Visitor(site=limited.site).api("POST", "/api/v1/demo/complaints", {})
    with aws_environment(limited.aws()):
        pages = (
            boto3.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=limited.outputs["IdempotencyTable"])
        )
        rows = [str(item) for page in pages for item in page["Items"]]
    assert rows
    assert not [row for row in rows if "127.0.0.1" in row or "203.0.113" in row]

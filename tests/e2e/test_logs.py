"""Nothing that people typed is in what the functions log: marked words are sent through pages, API and
errors, and then looked for in every line of every log of the stack, and in what the run printed.

The local cloud writes no access log; that it names paths by their template, without codes, addresses or
browsers, is tested on the template (tests/infrastructure/).
"""

import json
import time
from collections.abc import Iterator
from urllib.parse import quote

import boto3
import pytest

from tests.builders.visitor import REPORT, Visitor, who
from tools.running import Stack, aws_environment

MARKS = {
    "category": "kanari-category",
    "subject": "คานารีเรื่อง",
    "detail": "คานารีรายละเอียดที่ยาวพอ",
    "location": "คานารีสถานที่",
    "village": "คานารีหมู่บ้าน",
    "name": "คานารีชื่อ",
    "phone": "0876501234",
    "email": "kanari@mail.example",
    "message": "คานารีข้อความ",
    "note": "คานารีบันทึก",
    "part": "คานารีเรื่องที่แยก",
    "written": "คานารีเขียนถึงส่วนที่แยก",
    "cause": "คานารีสาเหตุ",
    "prevention": "คานารีป้องกัน",
    "q": "คานารีค้นหา",
    "username": "demo-kanari",
    "password": "Kanari-Password-1",
    "cookie": "kanari-cookie",
    "key": "kanari-key",
    "accept": "kanari/accept",
    "agent": "kanari-agent",
    "broken": "kanari-broken-record",
}
BROKEN = "0" * 19 + "b"


@pytest.fixture(scope="module")
def canaries(stack: Stack) -> Iterator[set[str]]:
    """The marks and codes that went through the stack."""
    code = citizen_types_marks(stack)
    officer_types_marks(stack, code)
    citizen_writes_about_the_part(stack, code)
    program_sends_marks(stack)
    a_record_is_broken(stack)
    bare = code.replace("-", "")
    # A line could hold a mark as JSON writes it, or as an address does.
    escaped = {json.dumps(mark).strip('"') for mark in MARKS.values()} | {quote(m) for m in MARKS.values()}
    yield {*MARKS.values(), *escaped, code, bare}


def visitor_of(stack: Stack) -> Visitor:
    return Visitor(site=stack.site, headers={"User-Agent": MARKS["agent"]})


def citizen_types_marks(stack: Stack) -> str:
    """A complaint that is taken, one that is not, and what else the public pages take; answers a code."""
    citizen = visitor_of(stack)
    typed = {name: MARKS[name] for name in ("subject", "detail", "location", "name", "phone", "email")}
    code = citizen.files(**typed, consent="1")
    form = citizen.get("/demo/complaints/new")
    assert citizen.submit(form, **typed, category=MARKS["category"]).status == 422
    assert citizen.submit(form, **{**REPORT, "detail": MARKS["detail"] + "\u202e"}).status == 422
    complaint = citizen.submit(citizen.get("/demo/complaints/track"), code=code)
    written = citizen.submit(complaint, action="message", message=MARKS["message"])
    assert MARKS["message"] in written.page.text
    assert citizen.get(f"/api/v1/demo/complaints/{code}").status == 200
    assert citizen.get(f"/api/v1/demo/complaints/{code[:-1]}x").status == 404
    citizen.get(f"/demo?lang={quote(MARKS['q'])}&code={code}")
    return code


def citizen_writes_about_the_part(stack: Stack, code: str) -> None:
    citizen = visitor_of(stack)
    whole = citizen.submit(citizen.get("/demo/complaints/track"), code=code)
    part = next(form.fields["part"] for form in whole.page.forms if form.fields.get("part"))
    shown = citizen.submit(whole, part=part)
    assert MARKS["part"] in shown.page.text
    assert citizen.submit(shown, action="message", message=MARKS["written"]).status == 200
    assert citizen.post("/demo/complaints/track", {"code": code, "part": MARKS["written"]}).status == 404


def officer_types_marks(stack: Stack, code: str) -> None:
    """Sign-ins that fail, a search, work on the complaint, a session that nobody has."""
    stranger = visitor_of(stack)
    form = stranger.get("/demo/console/sign-in")
    stranger.submit(form, username=MARKS["username"], password=MARKS["password"])
    stranger.cookies["__Host-console"] = MARKS["cookie"]
    assert stranger.get("/demo/console/complaints", follow=False).status == 303
    officer = visitor_of(stack)
    officer.signs_in(who(stack, "complaint_officer"))
    officer.get(f"/demo/console/complaints?q={quote(MARKS['q'])}")
    page = officer.get(f"/demo/console/complaints?q={code}")
    assert MARKS["subject"] in page.page.text
    for action, fields in {
        "note": {"note": MARKS["note"]},
        "split": {"category": "light", "subject": MARKS["part"], "detail": MARKS["detail"]},
        "resolve": {name: MARKS[name] for name in ("message", "cause", "prevention")},
    }.items():
        page = officer.submit(page, action=action, **fields)
        assert page.status == 200
    assert officer.get(f"/demo/console/complaints/{BROKEN}").status == 404
    put_broken_record(stack)
    assert officer.get(f"/demo/console/complaints/{BROKEN}").status == 500


def program_sends_marks(stack: Stack) -> None:
    program = visitor_of(stack)
    body = {name: MARKS[name] for name in ("subject", "detail", "location", "name", "phone", "email")}
    path = "/api/v1/demo/complaints"
    assert program.api("POST", path, {**body, "category": "road"}, Idempotency_Key=MARKS["key"]).status == 422
    sent = {**body, "category": "road", "consent": True}
    assert program.api("POST", path, sent, Idempotency_Key=MARKS["key"]).status == 201
    assert program.api("POST", path, {**sent, MARKS["q"]: 1}).status == 422
    assert program.api("GET", "/api/v1/demo/plan", Accept=MARKS["accept"]).status == 406


def put_broken_record(stack: Stack) -> None:
    """A record that can't be read, so that what fails unforeseen is logged too."""
    with aws_environment(stack.aws()):
        boto3.client("dynamodb").put_item(
            TableName=stack.outputs["RecordsTable"],
            Item={
                "pk": {"S": f"ORG#demo#complaint#{BROKEN}"},
                "sk": {"S": "STATE"},
                "state": {"S": MARKS["broken"]},
                "version": {"N": "1"},
            },
        )


def a_record_is_broken(stack: Stack) -> None:
    with aws_environment(stack.aws()):
        boto3.client("dynamodb").delete_item(
            TableName=stack.outputs["RecordsTable"],
            Key={"pk": {"S": f"ORG#demo#complaint#{BROKEN}"}, "sk": {"S": "STATE"}},
        )


def lines_of(stack: Stack) -> Iterator[str]:
    """What all functions logged, and what the run printed."""
    yield from stack.lines
    with aws_environment(stack.aws()):
        logs = boto3.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])


def test_no_line_holds_what_was_typed(stack: Stack, canaries: set[str]) -> None:
    time.sleep(1)  # the last lines are on their way
    lines = list(lines_of(stack))
    requests = [json.loads(line) for line in lines if '"message":"request"' in line.replace(": ", ":")]
    assert {200, 303, 404, 406, 422, 500} <= {request["status"] for request in requests}
    assert not [line for line in lines for canary in canaries if canary in line]


def test_a_failure_is_logged_by_its_class_and_lines(stack: Stack, canaries: set[str]) -> None:
    failed = [line for line in lines_of(stack) if '"failed"' in line]
    assert any("records.py:" in line for line in failed)

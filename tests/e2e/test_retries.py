"""A complaint that is sent many times at once is one complaint."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import boto3

from tests.builders.visitor import CODE, REPORT, Visitor, as_json
from tools.running import Stack, aws_environment

AT_ONCE = 16


def complaints_with(stack: Stack, subject: str) -> list[str]:
    """The ids of the complaints that were filed with this subject."""
    with aws_environment(stack.aws()):
        pages = (
            boto3.client("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName=stack.outputs["RecordsTable"],
                FilterExpression="begins_with(pk, :kind) AND sk = :state AND contains(summary, :subject)",
                ExpressionAttributeValues={
                    ":kind": {"S": "ORG#demo#complaint#"},
                    ":state": {"S": "STATE"},
                    ":subject": {"S": subject},
                },
            )
        )
        return [item["pk"]["S"] for page in pages for item in page["Items"]]


def test_retries_of_a_program_at_once_make_one_complaint_and_give_one_code(stack: Stack) -> None:
    key = str(uuid4())
    body = {**REPORT, "subject": f"โปรแกรมลองสิบหกครั้ง {key}"}

    def send(_: int) -> tuple[int, str]:
        program = Visitor(site=stack.site)
        reply = program.api("POST", "/api/v1/demo/complaints", body, Idempotency_Key=key)
        return reply.status, as_json(reply)["tracking_code"]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(send, range(AT_ONCE)))
    ((status, code),) = answers
    assert status == 201
    assert CODE.fullmatch(code)
    assert len(complaints_with(stack, body["subject"])) == 1


def test_a_form_that_is_sent_many_times_makes_one_complaint_and_gives_one_code(stack: Stack) -> None:
    visitor = Visitor(site=stack.site)
    form = visitor.get("/demo/complaints/new")
    typed = {**REPORT, "subject": f"กดส่งรัวสิบหกครั้ง {uuid4()}"}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pages = list(pool.map(lambda _: visitor.submit(form, **typed).page.text, range(AT_ONCE)))
    assert len({code for page in pages for code in CODE.findall(page)}) == 1
    assert len(complaints_with(stack, typed["subject"])) == 1


def test_another_body_under_the_same_key_is_refused(stack: Stack) -> None:
    program = Visitor(site=stack.site)
    path, key = "/api/v1/demo/complaints", str(uuid4())
    assert program.api("POST", path, REPORT, Idempotency_Key=key).status == 201
    other = program.api("POST", path, {**REPORT, "subject": "เรื่องอื่น"}, Idempotency_Key=key)
    assert other.status == 422
    assert as_json(other)["errors"] == [{"field": "Idempotency-Key", "reason": "used_for_another_body"}]

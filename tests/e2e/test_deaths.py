"""Functions and the whole cloud die in the middle of their work; whatever is there afterwards is whole."""

import json
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import urllib3

from tests.builders.visitor import REPORT, Visitor, as_json
from tools.running import Stack, aws_environment, start

PATH = "/api/v1/demo/complaints"
DEATHS = 6
CITIZENS = 3
LAST = 30
NOTHING_BEFORE = "0" * 64


@dataclass
class Filing:
    """Citizens who file complaints until they are told to stop; each key with the code it was answered."""

    stack: Stack
    end: threading.Event = field(default_factory=threading.Event)
    codes: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)

    def one_after_another(self) -> None:
        while not self.end.is_set():
            key = str(uuid4())
            try:
                reply = file(self.stack, key)
            except urllib3.exceptions.HTTPError:
                self.unanswered.append(key)
                continue
            if reply.status == 201:
                self.codes[key] = as_json(reply)["tracking_code"]
            else:
                assert reply.status in {429, 500, 502, 503, 504}, reply.text
                self.unanswered.append(key)


def file(stack: Stack, key: str) -> Any:
    """A complaint with an email address, so that it comes with a notice."""
    body = {**REPORT, "subject": f"ตายกลางทาง {key}", "email": "som@mail.example", "consent": True}
    return Visitor(site=stack.site).api("POST", PATH, body, Idempotency_Key=key)


def workers(stack: Stack, function: str) -> list[int]:
    """The processes that serve a function of this stack."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            variables = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        wanted = {
            f"AWS_LAMBDA_FUNCTION_NAME=sucharit-{function}".encode(),
            f"AWS_ENDPOINT_URL={stack.endpoint}".encode(),
        }
        if wanted <= set(variables):
            found.append(int(process.name))
    return found


def rows(stack: Stack) -> Iterator[dict[str, Any]]:
    with aws_environment(stack.aws()):
        table = boto3.resource("dynamodb").Table(stack.outputs["RecordsTable"])
        start: dict[str, Any] = {}
        while True:
            page = table.scan(**start)
            # A plan's parts are no record: a pointer to all of them is.
            yield from (row for row in page["Items"] if not row["sk"].startswith("PART#"))
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def assert_whole(stack: Stack) -> dict[str, str]:
    """Every record has one state and just the events that it names, each chained to the one before; every
    complaint with an address has its notice. Answers the ids of complaints by their subject."""
    records: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows(stack):
        records[row["pk"]][row["sk"]] = row
    notices = [json.loads(r["STATE"]["state"]) for pk, r in records.items() if "#notice#" in pk]
    told = {notice["about_id"] for notice in notices}
    by_subject = {}
    for pk, record in records.items():
        state = record["STATE"]
        events = [record[sk] for sk in sorted(record) if sk.startswith("EVENT#")]
        assert len(events) == state["events"], pk
        head = NOTHING_BEFORE
        for event in events:
            assert event["prev"] == head, event["sk"]
            head = event["hash"]
        assert state["head"] == head, pk
        if pk.startswith("ORG#demo#complaint#"):
            complaint = json.loads(state["state"])
            id = pk.rpartition("#")[2]
            by_subject[complaint["report"]["subject"]] = id
            if complaint["report"]["email"]:
                assert id in told, pk
    return by_subject


def test_a_function_that_dies_leaves_all_or_nothing_and_a_retry_ends_it(stack: Stack) -> None:
    filing = Filing(stack)
    file(stack, str(uuid4()))
    with ThreadPoolExecutor(CITIZENS) as pool:
        citizens = [pool.submit(filing.one_after_another) for _ in range(CITIZENS)]
        for _ in range(DEATHS):
            time.sleep(0.7)
            for process in workers(stack, "public"):
                os.kill(process, signal.SIGKILL)
        filing.end.set()
    for citizen in citizens:
        citizen.result()
    assert filing.codes
    assert filing.unanswered, "nobody died at work"
    assert_whole(stack)
    for key, code in filing.codes.items():
        assert Visitor(site=stack.site).get(f"{PATH}/{code}").status == 200
        assert as_json(file(stack, key))["tracking_code"] == code
    for key in filing.unanswered:
        assert file(stack, key).status == 201
    by_subject = assert_whole(stack)
    assert {f"ตายกลางทาง {key}" for key in (*filing.codes, *filing.unanswered)} <= by_subject.keys()


def test_a_cloud_that_dies_comes_back_whole(loaded: Path) -> None:
    first = start(loaded)
    filing = Filing(first)
    with ThreadPoolExecutor(CITIZENS) as pool:
        citizens = [pool.submit(filing.one_after_another) for _ in range(CITIZENS)]
        time.sleep(8)
        kept = dict(filing.codes)
        time.sleep(10)
        first.stop(signal.SIGKILL)
        filing.end.set()
    for citizen in citizens:
        citizen.result()
    second = start(loaded, port=first.port)
    try:
        by_subject = assert_whole(second)
        assert kept
        assert {f"ตายกลางทาง {key}" for key in kept} <= by_subject.keys()
        for key, code in list(filing.codes.items())[-LAST:]:
            # What was lost with the last seconds is filed anew by the retry, under the same code.
            assert as_json(file(second, key))["tracking_code"] == code
    finally:
        second.stop()

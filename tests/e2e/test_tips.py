"""The sealed channel on the deployed stack: a frightened clerk reports, without scripts, and comes back.

A marked phrase is put into everything that she can type, and then looked for in every table, bucket and log.
"""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pyrage
import pytest

from chalicelib.domain.receipt_code import ReceiptCode
from tests.builders.visitor import RECEIPT_CODE, Visitor, as_json
from tests.e2e.test_logs import lines_of
from tools.running import Stack, aws_environment

MARK = "คานารีปิดผนึก"
FIELDS = ("detail", "when", "where", "evidence", "known_how", "identity", "involved_others")
REPORT = {name: f"{MARK} {name} ยาวพอสมควร" for name in FIELDS}


def reports(visitor: Visitor, **other: Any) -> str:
    form = visitor.get("/demo/tips/new")
    filed = visitor.submit(form, **{"category": "procurement", **REPORT, **other})
    assert filed.status == 200, filed.page.text
    return str(RECEIPT_CODE.findall(filed.text)[0])


@pytest.fixture(scope="module")
def reporter(stack: Stack) -> tuple[Visitor, str]:
    """Somebody who reported and wrote to the officers, and her code."""
    visitor = Visitor(site=stack.site, headers={"User-Agent": f"agent {quote(MARK)}"})
    code = reports(visitor)
    assert not visitor.cookies
    inbox = visitor.submit(visitor.get("/demo/tips/inbox"), code=code)
    assert inbox.status == 200
    visitor.submit(inbox, action="message", message=f"{MARK} ข้อความ")
    assert f"{MARK} ข้อความ" in visitor.get("/demo/tips/inbox").page.text
    refused = visitor.submit(visitor.get("/demo/tips/new"), category="x", detail=f"{MARK}\u202e")
    assert refused.status == 422
    stranger = Visitor(site=stack.site)
    assert stranger.submit(stranger.get("/demo/tips/inbox"), code=code[:-1] + "x").status == 422
    assert stranger.submit(stranger.get("/bangkhae/tips/inbox"), code=code).status == 404
    return visitor, code


def everything_kept(stack: Stack) -> Iterator[str]:
    """All items of all tables, all objects of all buckets, all lines of all logs."""
    with aws_environment(stack.aws()):
        dynamodb = boto3.client("dynamodb")
        for table in dynamodb.list_tables()["TableNames"]:
            for page in dynamodb.get_paginator("scan").paginate(TableName=table):
                yield from (json.dumps(item, ensure_ascii=False, default=str) for item in page["Items"])
        s3 = boto3.client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            if "code" in bucket["Name"]:
                continue  # the package itself, and no data
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
                for thing in page.get("Contents", ()):
                    yield thing["Key"]
                    body = s3.get_object(Bucket=bucket["Name"], Key=thing["Key"])["Body"].read()
                    yield body.decode("utf-8", "replace")
    yield from lines_of(stack)


def test_nothing_of_a_report_is_in_any_table_bucket_or_log(
    stack: Stack, reporter: tuple[Visitor, str]
) -> None:
    _, code = reporter
    time.sleep(1)  # the last lines are on their way
    utf8 = MARK.encode()
    spellings = {
        MARK,
        quote(MARK),
        json.dumps(MARK).strip('"'),
        *(base64.b64encode(bytes(shift) + utf8)[4:-4].decode() for shift in range(3)),
        code,
        code.replace("-", ""),
    }
    kept = list(everything_kept(stack))
    assert any("#tip#" in text for text in kept)
    assert not [text[:300] for text in kept for word in spellings if word in text]


def rows_of_tips(stack: Stack) -> list[dict[str, Any]]:
    with aws_environment(stack.aws()):
        found = boto3.client("dynamodb").scan(TableName=stack.outputs["TipsTable"])["Items"]
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in found]


def test_an_officers_key_opens_it_with_the_printed_passphrase_and_ages_own_program(
    stack: Stack, reporter: tuple[Visitor, str], tmp_path: Path
) -> None:
    printed = dict(line.split()[1:] for line in stack.lines if line.startswith("TIPKEY "))
    assert list(printed)[:2] == ["demo-orathai", "demo-kitti"]
    rows = rows_of_tips(stack)
    keyring = json.loads(next(r["state"] for r in rows if "#keyring#" in r["pk"] and r["sk"] == "STATE"))
    wrapped = base64.b64decode(keyring["holders"]["kitti"]["wrapped"])
    key = pyrage.passphrase.decrypt(wrapped, printed["demo-kitti"]).decode()
    events = [json.loads(r["private"]) for r in rows if "#tip#" in r["pk"] and r["sk"] == "EVENT#000001"]
    officer = pyrage.x25519.Identity.from_str(key.strip())
    texts = []
    for event in events:
        sealed = {name: base64.b64decode(event[name]["value"]) for name in ("secret", "content")}
        secret = pyrage.decrypt(sealed["secret"], [officer]).decode()
        texts.append(pyrage.decrypt(sealed["content"], [pyrage.x25519.Identity.from_str(secret)]).decode())
    assert any(REPORT["detail"] in text for text in texts)
    if shutil.which("age"):
        tip = by_age(tmp_path, key.encode(), sealed["secret"])
        assert by_age(tmp_path, tip, sealed["content"]).decode() == texts[-1]


def by_age(folder: Path, key: bytes, sealed: bytes) -> bytes:
    """What the ordinary age program opens with a key."""
    file = folder / "key"
    file.write_bytes(key)
    return subprocess.run(
        ["age", "-d", "-i", str(file)], input=sealed, capture_output=True, check=True
    ).stdout


def test_a_reporters_code_opens_hers_without_the_server(stack: Stack, reporter: tuple[Visitor, str]) -> None:
    _, code = reporter
    mine = pyrage.x25519.Identity.from_str(ReceiptCode.parse(code).secret("demo").reveal())
    opened = []
    for row in rows_of_tips(stack):
        if row["sk"] == "EVENT#000001" and "#tip#" in row["pk"]:
            try:
                opened.append(
                    pyrage.decrypt(base64.b64decode(json.loads(row["private"])["secret"]["value"]), [mine])
                )
            except pyrage.DecryptError:
                continue
    assert len(opened) == 1


def test_64_at_once_all_get_codes_of_their_own(stack: Stack) -> None:
    body = {"category": "other", "detail": "พร้อมกันหกสิบสี่เรื่อง"}

    def sends(_: int) -> tuple[int, str]:
        reply = Visitor(site=stack.site).api("POST", "/api/v1/demo/tips", body)
        return reply.status, as_json(reply).get("receipt_code", "")

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(sends, range(64)))
    assert {status for status, _ in answers} == {201}
    assert len({code for _, code in answers}) == 64


def test_where_nobody_has_a_key_the_channel_is_not_open(stack: Stack) -> None:
    visitor = Visitor(site=stack.site)
    page = visitor.get("/bangkhae/tips/new")
    assert "1205" in page.page.text
    assert not page.page.forms
    sent = visitor.api("POST", "/api/v1/bangkhae/tips", {"category": "other", "detail": "ยาวพอสมควรแล้ว"})
    assert sent.status == 409

"""What a page of the officers' list and a search take, by how many complaints there are, and their index.

The pages go through the application, warm; beside them stand the bare calls that a page can't do without:
those that find session and person, the one that asks whether the index is the same, and the one that asks
what came since. CPU is in milliseconds; a time by the clock is in seconds.
"""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import botocore.session
from botocore.exceptions import ClientError
from msgspec.structs import replace

from bench import child
from bench.warm import calls, cpu
from chalicelib import wiring
from chalicelib.adapters.tables import IdempotencyRow, RecordRow, SessionRow
from chalicelib.domain.complaint import Complaint, Report
from chalicelib.domain.people import Role
from chalicelib.domain.record import Key, new
from chalicelib.services import complaint_index, complaint_indexing
from chalicelib.services.world import World
from tests.builders.complaints import file, standing
from tests.builders.officers import signed_in
from tests.builders.organisations import employ, establish

STORED = (100, 10_000)
OPEN_OF_TEN = 1
"""Of ten complaints so many are not finished."""
PAGES = 30
LIST = "/test/console/complaints"
PAGES_ASKED = {
    "open work": LIST,
    "all of them": f"{LIST}?status=all",
    "a rare filter": f"{LIST}?status=all&village={quote('หมู่ 3')}&channel=post",
    "a search": f"{LIST}?status=all&q={quote('น้ำท่วมขัง')}",
    "a search by telephone number": f"{LIST}?status=all&q=081-234-5678",
}
WORDS = (
    "ถนน",
    "ชำรุด",
    "เป็นหลุมลึก",
    "น้ำท่วมขัง",
    "ไฟฟ้าดับ",
    "หน้าวัด",
    "โรงเรียน",
    "ขยะ",
    "กลิ่นเหม็น",
    "เสียงดัง",
    "สุนัขจรจัด",
    "ประปาไม่ไหล",
    "ขอให้ตรวจสอบ",
    "แก้ไขโดยด่วน",
    "ตลาด",
    "คลอง",
    "สะพานพัง",
    "ต้นไม้ล้ม",
    "รถจักรยานยนต์",
    "เด็กนักเรียน",
    "ทุกวัน",
    "กลางคืน",
    "ซอย",
    "ข้างบ้าน",
)
A_TRANSACTION = 100
BUCKET = "search-index"


def measure() -> list[dict[str, Any]]:
    for table in (RecordRow, IdempotencyRow, SessionRow):
        table.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
    session = botocore.session.get_session()
    session.create_client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
    )
    secret = session.create_client("secretsmanager").create_secret(Name="key", SecretString="s" * 64)
    key = session.create_client("kms").create_key()["KeyMetadata"]["Arn"]
    os.environ.update(INDEX_BUCKET=BUCKET, GENERAL_KEY=key, SERVER_KEY_SECRET=secret["ARN"])
    world = wiring.world()
    establish(world)
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    found, stored = [], 0
    example = standing(world, file(world, name="สมหญิง ใจดี", phone="081-234-5678").id)
    for size in STORED:
        _store(world, example.state, stored, size)
        stored = size
        found.append({"stored": size, **_index(world), **_pages(world), "bare": _bare(session)})
    return found


def _store(world: World, example: Complaint, first: int, end: int) -> None:
    """Complaints of twenty to ninety words, each another one."""
    for start in range(first, end, A_TRANSACTION):
        states = ((n, _life(example, n)) for n in range(start, min(start + A_TRANSACTION, end)))
        world.records.save(*(new(Key("test", Complaint.kind, f"{n:020}"), state) for n, state in states))


def _life(example: Complaint, number: int) -> Complaint:
    picked = [WORDS[(number * 7 + n * n) % len(WORDS)] for n in range(20 + number % 70)]
    report: Report = replace(
        example.report,
        subject="".join(picked[:5]),
        detail="".join(picked),
        village=f"หมู่ {number % 3 + 1}",
        phone=f"08{number:08}",
        email=f"somebody{number}@example.com",
    )
    status = example.status if number % 10 < OPEN_OF_TEN else "closed"
    return replace(example, report=report, status=type(example.status)(status))


def _index(world: World) -> dict[str, float]:
    """The job's run over all of them, then after one more, and the file."""
    for name in world.index_files.names():
        botocore.session.get_session().create_client("s3").delete_object(Bucket=BUCKET, Key=name)
    anew = _seconds(lambda: complaint_indexing.run(world, lambda: 600))
    file(world)
    one_more = _seconds(lambda: complaint_indexing.run(world, lambda: 600))
    kept = world.index_files.get("test/contact")
    assert kept
    assert kept.body
    return {
        "anew": anew,
        "one more": one_more,
        "megabytes": len(kept.body) / 1e6,
        "read": cpu(lambda: complaint_index.from_file(kept)),
    }


def _pages(world: World) -> dict[str, Mapping[str, Any]]:
    officer = signed_in(world, "test", "somsri")
    measured = {}
    for name, path in PAGES_ASKED.items():
        officer.get(path)
        with calls() as made:
            officer.get(path)
        measured[name] = {
            "cpu": statistics.median(cpu(lambda path=path: officer.get(path)) for _ in range(PAGES)),
            "calls": [call for call, _ in made],
        }
    return {"pages": measured}


def _bare(session: Any) -> float:
    """CPU of the bare calls of a page."""
    files, table = session.create_client("s3"), session.create_client("dynamodb")
    tag = files.head_object(Bucket=BUCKET, Key="test/contact")["ETag"]

    def ask() -> None:
        for pk in ("one", "two"):
            table.get_item(TableName="sessions", Key={"pk": {"S": pk}})
        with suppress(ClientError):
            files.get_object(Bucket=BUCKET, Key="test/contact", IfNoneMatch=tag)
        table.query(
            TableName="records",
            IndexName="by_day",
            KeyConditionExpression="day_pk = :day AND day_sk >= :since",
            ExpressionAttributeValues={":day": {"S": "ORG#none#DAY#none"}, ":since": {"S": "2026"}},
        )

    ask()
    return statistics.median(cpu(ask) for _ in range(PAGES))


def _seconds(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


if __name__ == "__main__":
    child.answer(measure)

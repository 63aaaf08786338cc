"""What the nightly job reads of the `due` index, by how many complaints are stored.

Stored are the states of complaints that wait for their day; a few are due each time. What a query reads is
what DynamoDB says that it looked at (`ScannedCount`), which is what it bills.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from bench import child
from chalicelib.adapters.records import DynamoRecords
from chalicelib.adapters.tables import IdempotencyRow, RecordRow, connection
from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.record import Key, begin, new
from chalicelib.services import complaints, organisations
from chalicelib.services.world import World
from tests.builders.organisations import establish
from tests.builders.world import memory_world

STORED = (1_000, 10_000, 100_000)
DUE = 10
NIGHT = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
REPORT = Report(category="road", subject="ถนนชำรุดเป็นหลุม", detail="ถนนเป็นหลุมลึก น้ำท่วมขังทุกครั้งที่ฝนตก")
A_TRANSACTION = 100
"""How many items one may write."""


def measure() -> list[dict[str, int]]:
    for table in (RecordRow, IdempotencyRow):
        table.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
    world = memory_world(NIGHT, records=DynamoRecords())
    establish(world, "bench")
    waiting, due = _received(world, days_ago=2), _received(world, days_ago=11)
    nights = []
    stored = 0
    for size in STORED:
        _store(world, waiting, stored, size - DUE)
        _store(world, due, size - DUE, size)
        stored = size
        nights.append({"stored": size, **_night(world)})
    return nights


def _received(world: World, days_ago: int) -> Complaint:
    """A complaint as it stands after it was received; its first reminder falls ten days later."""
    at = NIGHT - timedelta(days=days_ago)
    settings = organisations.find(world, "bench").state
    fact = Complaint.file(
        REPORT,
        unit=settings.main_unit,
        channel=Channel.WEB,
        rules=settings.complaint_rules,
        calendar=organisations.calendar(world, settings),
        by="citizen",
        at=at,
    )
    return begin(Complaint, Key("bench", Complaint.kind, "any"), [fact], world.salt).record.state


def _store(world: World, state: Complaint, first: int, end: int) -> None:
    for start in range(first, end, A_TRANSACTION):
        numbers = range(start, min(start + A_TRANSACTION, end))
        world.records.save(*(new(Key("bench", Complaint.kind, f"{n:020}"), state) for n in numbers))


def _night(world: World) -> dict[str, int]:
    read = queries = 0

    def note(parsed: dict[str, Any], **_: Any) -> None:
        nonlocal read, queries
        read += parsed["ScannedCount"]
        queries += 1

    def only_due(params: dict[str, Any], **_: Any) -> None:
        asked.append(params.get("IndexName"))

    asked: list[str | None] = []
    hooks = connection().client.meta.events
    hooks.register("provide-client-params.dynamodb.Query", only_due)
    hooks.register(
        "after-call.dynamodb.Query", lambda parsed, **_: note(parsed) if asked[-1] == "due" else None
    )
    summary = complaints.night(world, lambda: 600)
    return {"due": summary.due, "acted": summary.acted, "read": read, "queries": queries}


if __name__ == "__main__":
    child.answer(measure)

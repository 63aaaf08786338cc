"""What a complaint costs on AWS, from its form to its end.

One is filed on the web with all that the form asks, and followed three times; an officer opens the queue,
assigns it, starts it and resolves it from its page; the notices to the complainant are sent; after thirty
days the night closes it. The requests go through the application, its calls to DynamoDB through the local
cloud, and their request units are computed from the items.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from msgspec.structs import replace

from bench import child, events, units
from chalicelib import wiring
from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.records import DynamoRecords
from chalicelib.adapters.tables import RecordRow, connection
from chalicelib.domain.codes import TrackingCode
from chalicelib.domain.record import Key, State
from chalicelib.services import complaints, notices
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.officers import signed_in
from tests.builders.visitor import CODE
from tests.builders.world import MemoryMail
from tools.package import template_path

OFFICER = "somsri"
FOLLOWED = 3
MESSAGE = "ได้ซ่อมถนนหน้าวัดเรียบร้อยแล้ว ขอบคุณที่แจ้งให้ทราบ หากพบว่ายังชำรุดอยู่ โปรดแจ้งกลับมาอีกครั้ง"


@dataclass
class Cost:
    """Requests to the site, write units and read units."""

    requests: int = 0
    writes: float = 0
    reads: float = 0


class Meter:
    """Counts the request units of the calls that the application makes."""

    def __init__(self) -> None:
        template = json.loads(template_path("dev").read_text("utf-8"))["Resources"]
        self._indexes = units.indexes(template["RecordsTable"]["Properties"])
        self._standing: dict[tuple[str, str], units.Item] = {}
        self._params: dict[str, Any] = {}
        self.cost = Cost()

    @contextmanager
    def running(self) -> Iterator[None]:
        hooks = connection().client.meta.events
        hooks.register("provide-client-params.dynamodb", self._asked)
        hooks.register("after-call.dynamodb", self._answered)
        try:
            yield
        finally:
            hooks.unregister("provide-client-params.dynamodb", self._asked)
            hooks.unregister("after-call.dynamodb", self._answered)

    def _asked(self, params: dict[str, Any], **_: Any) -> None:
        self._params = params

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        match model.name:
            case "TransactWriteItems":
                for action in self._params["TransactItems"]:
                    self._put(action["Put"]["Item"], transactional=True)
            case "PutItem":
                self._put(self._params["Item"], transactional=False)
            case "UpdateItem" | "DeleteItem":
                # Counters, sessions: below a KB and in no index.
                self.cost.writes += 1
            case "GetItem":
                items = [parsed["Item"]] if "Item" in parsed else []
                self._read(items)
            case "BatchGetItem":
                # Each item by itself.
                for item in parsed["Responses"].get(RecordRow.Meta.table_name, ()):
                    self._read([item])
            case "Query":
                self._read(parsed["Items"])
            case other:
                raise ValueError(f"the units of {other} are not known")

    def _put(self, item: units.Item, *, transactional: bool) -> None:
        key = item["pk"]["S"], item.get("sk", {}).get("S", "")
        standing = self._standing.get(key)
        self.cost.writes += units.written(item, standing, self._indexes, transactional=transactional)
        self._standing[key] = item

    def _read(self, items: list[units.Item]) -> None:
        self.cost.reads += units.read(items, consistent=bool(self._params.get("ConsistentRead")))


class Counted(Browser):
    """A browser that counts its requests."""

    requests = 0

    def _request(self, *arguments: Any) -> Any:
        Counted.requests += 1
        return super()._request(*arguments)


class Alone(DynamoRecords):
    """The records, of which one complaint is due."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def due(self, cls: type[State], until: datetime) -> Iterator[Key]:
        if cls.kind == self._key.kind:
            yield self._key


def measure() -> dict[str, dict[str, Any]]:
    world = replace(wiring.world(), mail=MemoryMail())
    # What waits of the demonstration's own notices is not this complaint's.
    notices.deliver(world, lambda: 600)
    citizen, officer = Counted(), Counted(signed_in(world, events.ORG, OFFICER).cookies)
    meter = Meter()
    with meter.running():
        filed = citizen.submit(
            citizen.get(f"/{events.ORG}/complaints/new"), **{**events.COMPLAINT, "consent": "yes"}
        )
        submission = Cost(Counted.requests, meter.cost.writes, meter.cost.reads)
    code = _code(filed)
    key = complaints.follow(world, events.ORG, TrackingCode.parse(code)).record.key
    with meter.running():
        for _ in range(FOLLOWED):
            citizen.submit(citizen.get(f"/{events.ORG}/complaints/track"), code=code)
        _work(officer, key)
        notices.deliver(world, lambda: 600)
        _close(world, key)
    meter.cost.requests = Counted.requests
    return {"submission": asdict(submission), "life": asdict(meter.cost)}


def _code(filed: Reply) -> str:
    found = CODE.findall(filed.page.text)
    if not found:
        raise RuntimeError(f"the complaint could not be filed: {filed.status} {filed.page.text[:300]}")
    return str(found[0])


def _work(officer: Browser, key: Key) -> None:
    queue, page = f"/{key.org}/console/complaints", f"/{key.org}/console/complaints/{key.id}"
    officer.get(queue)
    officer.submit(officer.get(page), action="assign", unit="works")
    officer.submit(officer.get(page), action="start")
    said = {"message": MESSAGE, "cause": MESSAGE, "prevention": MESSAGE}
    done = officer.submit(officer.get(page), action="resolve", **said)
    if done.status != HTTPStatus.OK:
        raise RuntimeError(f"the complaint could not be resolved: {done.status} {done.page.heading}")


def _close(world: World, key: Key) -> None:
    later = SystemClock(world.clock.now() + timedelta(days=40))
    night = complaints.night(replace(world, records=Alone(key), clock=later), lambda: 600)
    if night.acted != 1:
        raise RuntimeError("the night did not close the complaint")


if __name__ == "__main__":
    child.answer(measure)

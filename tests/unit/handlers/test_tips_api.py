"""Reports from programs."""

import json
import re

import pytest
from chalice.test import Client

from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.services import tip_inbox
from chalicelib.services.world import World
from tests.builders.tips import open_channel

BODY = {"category": "bribery", "detail": "เรียกเงินแลกกับใบอนุญาตก่อสร้าง"}


def posts(value: object, org: str = "test"):
    from app import app

    body = json.dumps(value).encode()
    headers = {"Content-Type": "application/json"}
    return Client(app).http.request("POST", f"/api/v1/{org}/tips", headers, body)


@pytest.fixture(autouse=True)
def channel(world: World) -> None:
    open_channel(world)


def test_a_report_is_answered_with_the_code_alone(world: World) -> None:
    reply = posts({**BODY, "involved": ["person:kitti", " "], "where": "กองช่าง"})
    assert reply.status_code == 201
    answer = json.loads(reply.body)
    assert list(answer) == ["receipt_code"]
    assert re.fullmatch(r"\d{5}(-\d{5}){4}", answer["receipt_code"])
    inbox = tip_inbox.open_inbox(world, "test", ReceiptCode.parse(answer["receipt_code"]))
    assert inbox.content.involved == ("person:kitti",)


def test_each_report_is_a_tip_of_its_own() -> None:
    assert posts(BODY).body != posts(BODY).body


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"detail": "สั้น"}, "detail"),
        ({"detail": "สั้น\u200b       "}, "detail"),
        ({"detail": "กลับ\u202eทิศทั้งหมดนี้"}, "detail"),
        ({"involved": ["person:nobody"]}, "involved"),
        ({"involved": "kitti"}, "involved"),
        ({"involved": ["ก\u202eข"]}, "involved"),
        ({"identity": "x" * 501}, "identity"),
        ({"name": "x"}, "name"),
    ],
)
def test_what_can_not_be_taken_is_told_by_field(world: World, changed: dict, field: str) -> None:
    reply = posts({**BODY, **changed})
    assert reply.status_code == 422
    assert field in {fault["field"] for fault in json.loads(reply.body)["errors"]}
    assert not [key for key in world.tips.records if key.kind == "tip"]


@pytest.mark.parametrize(("org", "involved"), [("other", []), ("test", ["person:kitti", "person:orathai"])])
def test_where_nobody_could_read_it_it_names_who_else_takes_it(org: str, involved: list[str]) -> None:
    reply = posts({**BODY, "involved": involved}, org)
    assert reply.status_code == 409
    assert "1205" in json.loads(reply.body)["detail"]

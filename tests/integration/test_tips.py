"""Tips in their own table: what is written, that two do not meet, that a death leaves all or nothing."""

from typing import Any

import pytest

from chalicelib.adapters.records import DynamoRecords
from chalicelib.adapters.tables import RecordRow, TipRow
from chalicelib.domain.record import broken_at
from chalicelib.domain.tip import Tip
from chalicelib.services import organisations, tip_inbox, tips
from chalicelib.services.world import World
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import establish
from tests.builders.tips import REPORT, answer, file, open_channel, stored, token


@pytest.fixture
def open_world(world: World) -> World:
    establish(world)
    open_channel(world)
    return world


def rows() -> list[dict[str, Any]]:
    return [row.to_simple_dict() for row in TipRow.scan() if "#tip#" in row.pk]


def test_a_tip_is_in_its_own_table_in_no_day_and_in_clear_nowhere(open_world: World) -> None:
    before = {(row.pk, row.sk) for row in RecordRow.scan()}
    filed = file(open_world)
    assert {(row.pk, row.sk) for row in RecordRow.scan()} == before
    kept = str(rows())
    assert len(rows()) == 2
    assert "day_pk" not in kept
    for word in (REPORT.detail, REPORT.where, filed.code.reveal(), filed.code.reveal().replace("-", "")):
        assert word not in kept


def test_a_wrong_code_costs_the_read_of_a_right_one(open_world: World) -> None:
    code = file(open_world).code
    with counted() as right:
        tip_inbox.open_inbox(open_world, "test", code)
    with counted() as wrong, pytest.raises(tip_inbox.UnknownReceiptError):
        tip_inbox.open_inbox(open_world, "test", tips.code_of(open_world, "test", token(99)))
    assert right == wrong == ["Query"]


def test_answers_are_read_erased_and_listed(open_world: World) -> None:
    code = file(open_world).code
    answer(open_world, code, "ขอบคุณ")
    assert tip_inbox.open_inbox(open_world, "test", code).entries[-1].text == "ขอบคุณ"
    tip_inbox.erase(open_world, "test", code, "message_001")
    assert tip_inbox.open_inbox(open_world, "test", code).entries[-1].text is None
    assert broken_at(stored(open_world, code).events) is None
    listed = DynamoRecords.of_tips().list(Tip, "test", "2570", limit=10)
    assert [row.summary["category"] for row in listed.rows] == ["procurement"]
    due = stored(open_world, code).record.state.place(stored(open_world, code).record.key).due_at
    assert due is not None
    assert [key.kind for key in DynamoRecords.of_tips().due(Tip, due)] == ["tip"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_call_the_same_form_makes_one_tip(open_world: World, after: bool) -> None:
    for call in (1, 2):
        with killed_at(call, after=after):
            file(open_world)
    filed = file(open_world)
    assert len(rows()) == 2
    assert tip_inbox.open_inbox(open_world, "test", filed.code).content.detail == REPORT.detail


def test_tips_do_not_wait_for_each_other(open_world: World) -> None:
    """What one writes, no other touches: no number, no counter, no list."""
    organisations.find(open_world, "test")
    with counted() as calls:
        file(open_world, form=1)
    assert calls == ["GetItem", "TransactWriteItems"]
    keys = [{(row["pk"], row["sk"]) for row in rows()}]
    file(open_world, form=2)
    assert len(rows()) == 4
    assert len({pk for pk, _ in {(row["pk"], row["sk"]) for row in rows()} - keys[0]}) == 1

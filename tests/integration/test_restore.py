"""A table brought back to an instant: nothing of what came later stays, and every chain holds."""

from typing import Any

import boto3
import pytest

from chalicelib.adapters.tables import RecordRow
from chalicelib.domain.complaint import Complaint
from chalicelib.services.complaint_work import is_intact
from chalicelib.services.world import World
from tests.builders.complaints import act, file
from tests.builders.organisations import establish
from tools.restore import Difference, difference, items, restore


@pytest.fixture
def live(world: World) -> Any:
    establish(world)
    return boto3.resource("dynamodb").Table(RecordRow.Meta.table_name)


def recovered(live: Any) -> Any:
    """What recovery makes: another table with the items of this instant."""
    table = boto3.resource("dynamodb").create_table(
        TableName="recovered",
        KeySchema=live.key_schema,
        AttributeDefinitions=[d for d in live.attribute_definitions if d["AttributeName"] in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in items(live):
        table.put_item(Item=item)
    return table


def test_what_was_changed_dropped_or_filed_later_is_as_it_was(world: World, live: Any) -> None:
    changed, dropped = file(world), file(world)
    before = recovered(live)
    act(world, changed.id, "start")
    later = file(world)
    for item in items(live):
        if dropped.id in item["pk"]:
            live.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})

    restore(live, before, difference(live, before))

    assert difference(live, before) == (set(), set())
    assert world.records.history(Complaint, "test", later.id) is None
    for id in (changed.id, dropped.id):
        history = world.records.history(Complaint, "test", id)
        assert history is not None
        assert is_intact(history)
        assert [event.kind for event in history.events] == ["filed"]


def test_a_run_that_died_is_made_good_by_another(world: World, live: Any) -> None:
    file(world)
    before = recovered(live)
    for _ in range(3):
        file(world)
    put, delete = difference(live, before)
    restore(live, before, Difference(put, set(sorted(delete)[:2])))

    restore(live, before, difference(live, before))

    assert difference(live, before) == (set(), set())


def test_more_items_than_a_page_are_compared_whole(world: World, live: Any) -> None:
    before = recovered(live)
    for number in range(30):
        live.put_item(Item={"pk": f"ORG#test#note#{number}", "sk": "STATE", "state": "x" * 100_000})
    assert len(difference(live, before).delete) == 30

"""Request units as AWS bills them."""

import pytest

from bench import units
from bench.units import Index, Item, dollars, indexes, read, size, written
from tools.merge import Template

QUEUE = Index("queue_pk", "queue_sk", frozenset({"pk", "sk", "queue_pk", "queue_sk", "summary"}))


def item(bytes: int = 0, **attributes: str) -> Item:
    """An item with these attributes, filled up by another one."""
    values = {name: {"S": value} for name, value in attributes.items()}
    missing = bytes - size(values) - len("filler")
    return {**values, "filler": {"S": "x" * missing}} if missing > 0 else values


def queued(place: str = "1", summary: str = "") -> Item:
    return item(pk="a", sk="STATE", queue_pk="works", queue_sk=place, summary=summary)


def test_a_size_counts_names_and_values_in_utf8_and_half_a_byte_a_digit() -> None:
    assert size({"pk": {"S": "ก"}}) == 2 + 3
    assert size({"n": {"N": "12345"}}) == 1 + 3 + 1
    assert size({"n": {"N": "-12.5"}}) == 1 + 2 + 1


def test_a_type_that_no_item_of_ours_has_is_refused() -> None:
    with pytest.raises(ValueError, match="BOOL"):
        size({"x": {"BOOL": True}})


@pytest.mark.parametrize(("bytes", "writes"), [(10, 1), (1024, 1), (1025, 2), (3000, 3)])
def test_a_write_takes_a_unit_for_each_kilobyte_begun_and_two_in_a_transaction(
    bytes: int, writes: int
) -> None:
    assert written(item(bytes), None, (), transactional=False) == writes
    assert written(item(bytes), None, (), transactional=True) == 2 * writes


def test_a_write_over_a_larger_item_takes_the_units_of_the_larger() -> None:
    assert written(item(10), item(3000), (), transactional=False) == 3


@pytest.mark.parametrize(
    ("new", "old", "writes"),
    [
        (queued(), None, 1),
        (queued(), queued(), 0),
        (queued(summary="other"), queued(), 1),
        (queued("2"), queued("1"), 2),
        (item(pk="a", sk="STATE"), queued(), 1),
        (item(pk="a", sk="STATE"), None, 0),
    ],
    ids=["comes", "stays", "changes", "moves", "goes", "is in none"],
)
def test_an_index_takes_units_where_its_entry(new: Item, old: Item | None, writes: int) -> None:
    assert written(new, old, [QUEUE], transactional=False) == 1 + writes


def test_an_index_keeps_the_keys_and_what_its_projection_names() -> None:
    table: Template = {
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "KeySchema": [
                    {"AttributeName": "queue_pk", "KeyType": "HASH"},
                    {"AttributeName": "queue_sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["summary"]},
            }
        ],
    }
    assert indexes(table) == [QUEUE]
    assert indexes({"KeySchema": table["KeySchema"]}) == []


def test_a_read_takes_a_unit_for_four_kilobytes_begun_of_all_items_and_half_where_it_may_be_stale() -> None:
    assert read([item(3000), item(3000)], consistent=True) == 2
    assert read([item(3000), item(3000)], consistent=False) == 1
    assert read([], consistent=True) == 1


def test_dollars_are_those_of_the_units() -> None:
    assert dollars(1_000_000, 0) == units.USD_A_MILLION_WRITES
    assert dollars(0, 1_000_000) == units.USD_A_MILLION_READS

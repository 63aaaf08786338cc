"""Request units of DynamoDB's on-demand mode, computed from items as AWS bills them, and their price.

A write takes a unit for each KB of the item begun, two in a transaction; each index that the write changes
takes units of its own, for what it keeps of the item: one write where the entry comes, goes or changes, two
where it moves. A strongly consistent read takes a unit for each 4 KB begun, an eventual one half of that.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""An item as the API writes it: each attribute a mapping of its type to its value."""

# Singapore's were 1.4231 and 0.2846 until AWS halved what on-demand requests cost everywhere, on 1 November
# 2024 (its database blog, "New - Amazon DynamoDB lowers pricing for on-demand throughput and global tables");
# these are the halves, as Sydney's list has them. The list of Singapore itself could not be asked from where
# this was written: see https://aws.amazon.com/dynamodb/pricing/on-demand/
USD_A_MILLION_WRITES = 0.71
USD_A_MILLION_READS = 0.1425
PRICES = "on-demand prices of Singapore (ap-southeast-1) since November 2024"

_KB = 1024


@dataclass(frozen=True)
class Index:
    """A global index: its key, and the further attributes that it keeps beside the table's key."""

    hash: str
    range: str
    keeps: frozenset[str]

    def entry(self, item: Item | None) -> dict[str, Mapping[str, Any]] | None:
        """What the index keeps of an item; None where that has not both keys."""
        if item is None or self.hash not in item or self.range not in item:
            return None
        return {name: item[name] for name in item if name in self.keeps}

    def same_key(self, one: Item, other: Item) -> bool:
        return one[self.hash] == other[self.hash] and one[self.range] == other[self.range]


def indexes(table: Mapping[str, Any]) -> list[Index]:
    """The indexes of a table, by its properties in a CloudFormation template."""
    own = {key["AttributeName"] for key in table["KeySchema"]}
    found = []
    for index in table.get("GlobalSecondaryIndexes", []):
        key = {part["KeyType"]: part["AttributeName"] for part in index["KeySchema"]}
        more = index["Projection"].get("NonKeyAttributes", [])
        found.append(Index(key["HASH"], key["RANGE"], frozenset({*own, *key.values(), *more})))
    return found


def size(item: Item) -> int:
    """Bytes of an item: names and values in UTF-8, a number half a byte a digit and one more."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def written(item: Item, standing: Item | None, indexes: Collection[Index], *, transactional: bool) -> int:
    """Write units of putting an item in the place of the one that stands there, if any."""
    larger = max(size(item), size(standing) if standing else 0)
    units = (2 if transactional else 1) * _begun(larger, _KB)
    return units + sum(_entry_written(index, item, standing) for index in indexes)


def read(items: Iterable[Item], *, consistent: bool) -> float:
    """Read units of a get or a query that looked at these items."""
    units = _begun(sum(size(item) for item in items), 4 * _KB)
    return units if consistent else units / 2


def dollars(writes: float, reads: float) -> float:
    """What so many request units cost."""
    return (writes * USD_A_MILLION_WRITES + reads * USD_A_MILLION_READS) / 1_000_000


def _entry_written(index: Index, item: Item, standing: Item | None) -> int:
    new, old = index.entry(item), index.entry(standing)
    if new is None or old is None:
        return sum(_begun(size(entry), _KB) for entry in (new, old) if entry)
    if not index.same_key(new, old):
        return _begun(size(new), _KB) + _begun(size(old), _KB)
    return 0 if new == old else _begun(max(size(new), size(old)), _KB)


def _begun(bytes: int, each: int) -> int:
    return max(1, math.ceil(bytes / each))


def _value(value: Mapping[str, Any]) -> int:
    kind, inner = next(iter(value.items()))
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        return math.ceil(len(inner.strip("-").replace(".", "")) / 2) + 1
    raise ValueError(f"no attribute of ours has the type {kind}")

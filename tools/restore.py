"""Let a table hold again what it held at an instant, by a table that point-in-time recovery made of it.

    make restore STAGE=prod TABLE=RecordsTable FROM=records-restored

Recovery always makes a new table, and the functions know theirs by name: so the items of the new one are
written over those of the stack's, and what came later is taken out. It says how much that is and asks. Shut
the doors before (docs/operations.md): what is written meanwhile may be half undone. A run that dies is made
good by another. Credentials and region are those of the usual AWS_ variables or profile.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools import stack

Item = dict[str, Any]
Key = tuple[str, str]


class Difference(NamedTuple):
    """What the stack's table lacks or holds otherwise, and what it holds beyond the other."""

    put: set[Key]
    delete: set[Key]


def key_of(item: Item) -> Key:
    return item["pk"], item["sk"]


def items(table: Any) -> Iterator[Item]:
    """All items of a table, as they stand."""
    position: dict[str, Any] = {}
    while True:
        page = table.scan(ConsistentRead=True, **position)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        position = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def difference(live: Any, restored: Any) -> Difference:
    """How the stack's table differs from the one that was restored."""
    standing = {key_of(item): item for item in items(live)}
    wanted: set[Key] = set()
    put: set[Key] = set()
    for item in items(restored):
        wanted.add(key_of(item))
        if standing.get(key_of(item)) != item:
            put.add(key_of(item))
    return Difference(put, standing.keys() - wanted)


def restore(live: Any, restored: Any, found: Difference) -> None:
    """Write what is lacking or other, then take out what came later."""
    with live.batch_writer() as batch:
        for item in items(restored):
            if key_of(item) in found.put:
                batch.put_item(Item=item)
        for pk, sk in found.delete:
            batch.delete_item(Key={"pk": pk, "sk": sk})


def main() -> None:
    """Do what the command's variables say."""
    stage, table, source = (os.environ.get(name, "") for name in ("STAGE", "TABLE", "FROM"))
    if not stage or table not in ("RecordsTable", "TipsTable") or not source:
        sys.exit(
            "STAGE= names the stage, TABLE= RecordsTable or TipsTable, FROM= the table that was restored"
        )
    try:
        resource = boto3.resource("dynamodb")
        live = resource.Table(stack.outputs(f"{stack.NAME}-{stage}")[table])
        restored = resource.Table(source)
        found = difference(live, restored)
        print(f"{len(found.put)} items to write, {len(found.delete)} to take out of {live.name}")
        if found == (set(), set()):
            return
        if os.environ.get("YES") != "1" and input("Do it? [y/N] ").strip().lower() != "y":
            print("Nothing was changed")
            return
        restore(live, restored, found)
        print(
            "Done" if difference(live, restored) == (set(), set()) else "Others wrote meanwhile: run it again"
        )
    except (stack.StackError, ClientError, BotoCoreError) as error:
        sys.exit(f"Not restored: {error}")


if __name__ == "__main__":
    main()

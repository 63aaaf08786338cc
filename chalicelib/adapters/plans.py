"""The plans' contents in DynamoDB, in parts below the size of an item."""

from collections.abc import Sequence

from chalicelib.adapters.records import partition
from chalicelib.adapters.tables import RecordRow
from chalicelib.domain.record import Key


class DynamoPlans:
    """Implements the port `Plans`."""

    def put(self, org: str, version: str, parts: Sequence[str]) -> None:
        for number, part in enumerate(parts, start=1):
            RecordRow(_partition(org, version), f"PART#{number:04d}", part=part).save()

    def get(self, org: str, version: str) -> Sequence[str]:
        rows = RecordRow.query(
            _partition(org, version), RecordRow.sk.startswith("PART#"), consistent_read=True
        )
        return [row.part or "" for row in rows]


def _partition(org: str, version: str) -> str:
    return partition(Key(org, "plan", version))

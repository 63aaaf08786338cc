"""Counters and daily salts in the table `idempotency`, gone by its TTL."""

from datetime import date, datetime, timedelta

from pynamodb.exceptions import PutError

from chalicelib.adapters.tables import IdempotencyRow
from chalicelib.domain.calendar import start_of_day


class DynamoMemory:
    """Implements the port `ShortMemory`."""

    def count(self, key: str, *, lives: timedelta, now: datetime) -> int:
        row = IdempotencyRow(f"COUNT#{key}")
        row.update(
            actions=[
                IdempotencyRow.times.add(1),
                IdempotencyRow.expires.set(int((now + lives).timestamp())),
            ]
        )
        return int(row.times or 0)

    def claimed(self, key: str) -> str | None:
        try:
            return IdempotencyRow.get(key, consistent_read=True).fingerprint
        except IdempotencyRow.DoesNotExist:
            return None

    def salt_of(self, day: date, new: bytes) -> bytes:
        key = f"SALT#{day.isoformat()}"
        row = IdempotencyRow(key, salt=new.hex(), expires=int(start_of_day(day, 2).timestamp()))
        try:
            row.save(IdempotencyRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            row = IdempotencyRow.get(key, consistent_read=True)
        return bytes.fromhex(row.salt or "")

"""The records in DynamoDB: one transaction a save, one query a history, no scan."""

import base64
import json
import random
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Self, TypeVar

import msgspec
from pynamodb.exceptions import TransactWriteError
from pynamodb.pagination import ResultIterator
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.tables import IdempotencyRow, RecordRow, TipRow, connection
from chalicelib.domain.record import Change, Event, History, Key, Record, State, Words, instant
from chalicelib.services.ports import (
    Claim,
    ClaimTakenError,
    InvalidCursorError,
    Leaf,
    Page,
    RecordExistsError,
    Row,
    StaleRecordError,
)

S = TypeVar("S", bound=State)

SHARDS = 4
"""Over how many partitions of the `due` index each kind is spread."""

_LONGEST_ID = 100
_LONGEST_CURSOR = 1000

_CONFLICT_ATTEMPTS = 5
_BANGKOK = timezone(timedelta(hours=7))


class TransactionConflictError(Exception):
    """Other transactions held the same items through all attempts."""


class DynamoRecords:
    """Implements the port `Records`, on the table `records` or, for the sealed channel, on `tips`."""

    _rows: Any = RecordRow

    @classmethod
    def of_tips(cls) -> Self:
        """The records of the table `tips`: without topics, queues and days, for which it has no index."""
        records = cls()
        records._rows = TipRow
        return records

    def get(self, cls: type[S], org: str, id: str) -> Record[S] | None:
        if not _may_be(id):
            return None
        try:
            row = self._rows.get(partition(Key(org, cls.kind, id)), "STATE", consistent_read=True)
        except self._rows.DoesNotExist:
            return None
        return _record(cls, row)

    def history(self, cls: type[S], org: str, id: str) -> History[S] | None:
        if not _may_be(id):
            return None
        key = Key(org, cls.kind, id)
        rows = list(self._rows.query(partition(key), consistent_read=True))
        if not rows or rows[-1].sk != "STATE":
            return None
        return History(_record(cls, rows[-1]), tuple(_event(key, row) for row in rows[:-1]))

    def save(self, *changes: Change[State], claim: Claim | None = None) -> None:
        for attempt in range(_CONFLICT_ATTEMPTS):
            try:
                self._write(changes, claim)
                return
            except TransactWriteError as error:
                if not any(reason for reason in error.cancellation_reasons):
                    raise
                if not self._refused(error, changes, claim):
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        raise TransactionConflictError

    def _write(self, changes: Sequence[Change[State]], claim: Claim | None) -> None:
        with TransactWrite(connection=connection()) as transaction:
            if claim:
                row = IdempotencyRow(
                    claim.key, fingerprint=claim.fingerprint, expires=int(claim.expires.timestamp())
                )
                transaction.save(row, IdempotencyRow.pk.does_not_exist(), return_values="ALL_OLD")
            for change in changes:
                expected = change.expected_version
                stands = self._rows.version == expected if expected else self._rows.pk.does_not_exist()
                transaction.save(self._state_row(change.record), stands, return_values="ALL_OLD")
                for event in change.events:
                    transaction.save(self._event_row(event), self._rows.pk.does_not_exist())
                for event in change.rewritten:
                    transaction.save(self._event_row(event), self._rows.hash == event.hash())

    def list(
        self,
        cls: type[State],
        org: str,
        year: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        hash_key = _kind_partition(cls, org, year)
        found = self._rows.by_kind.query(
            hash_key,
            scan_index_forward=not newest_first,
            limit=limit,
            page_size=limit,
            last_evaluated_key=_start(cursor, "kind", hash_key),
        )
        return _page(found, "kind")

    def topic(
        self, cls: type[State], org: str, topic: str, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[Row]:
        found = self._rows.by_topic.query(
            _topic_partition(Key(org, cls.kind, ""), topic),
            # "~" sorts after every id, so that the bound takes in what stands at the very instant.
            self._rows.topic_sk.between(instant(since), instant(until) + "~"),
            scan_index_forward=False,
            limit=limit,
            page_size=limit,
        )
        return _rows(found)

    def pick(
        self, cls: type[S], org: str, wanted: Mapping[str, int]
    ) -> Sequence[tuple[Record[S], Event | None]]:
        keys = [
            (partition(Key(org, cls.kind, id)), sort)
            for id, seq in wanted.items()
            for sort in ("STATE", *([_event_sort(seq)] if seq else []))
        ]
        rows = {(row.pk, row.sk): row for row in self._rows.batch_get(keys)}

        def read(id: str, seq: int) -> Iterator[tuple[Record[S], Event | None]]:
            key = Key(org, cls.kind, id)
            if state := rows.get((partition(key), "STATE")):
                event = rows.get((partition(key), _event_sort(seq)))
                yield _record(cls, state), _event(key, event) if event else None

        return [one for id, seq in wanted.items() for one in read(id, seq)]

    def queue(
        self,
        cls: type[State],
        org: str,
        unit: str,
        *,
        limit: int,
        cursor: str | None = None,
        after: tuple[str, str] | None = None,
    ) -> Page:
        hash_key = _queue_partition(Key(org, cls.kind, ""), unit)
        found = self._rows.queue.query(
            hash_key,
            self._rows.queue_sk > _queue_position(*after) if after else None,
            limit=limit,
            page_size=limit,
            last_evaluated_key=_start(cursor, "queue", hash_key),
        )
        return _page(found, "queue")

    def due(self, cls: type[State], until: datetime) -> Iterator[Key]:
        # "~" sorts after every id, so that the bound takes in what is due at the very instant.
        bound = instant(until) + "~"
        for shard in range(SHARDS):
            for row in self._rows.due.query(f"DUE#{cls.kind}#{shard}", self._rows.due_sk < bound):
                yield _key(row.pk)

    def day(self, org: str, day: date, *, since: datetime | None = None) -> Sequence[Leaf]:
        later = self._rows.day_sk >= instant(since) if since else None
        rows = self._rows.by_day.query(_day_partition(org, day), later)
        return [Leaf(_key(row.pk), int(row.sk.removeprefix("EVENT#")), row.hash or "") for row in rows]

    def _state_row(self, record: Record[State]) -> Any:
        key, place = record.key, record.state.place(record.key)
        row = self._rows(
            partition(key),
            "STATE",
            state=msgspec.json.encode(record.state).decode(),
            version=record.version,
            head=record.head,
            events=record.events,
            summary=msgspec.json.encode(place.summary).decode() if place.summary else None,
        )
        if place.order is not None:
            row.kind_pk = _kind_partition(type(record.state), key.org, place.year)
            row.kind_sk = f"{place.order}#{key.id}"
            if place.topic is not None:
                row.topic_pk = _topic_partition(key, place.topic)
                row.topic_sk = row.kind_sk
        if place.due_at:
            shard = zlib.crc32(row.pk.encode()) % SHARDS
            row.due_pk = f"DUE#{key.kind}#{shard}"
            row.due_sk = f"{instant(place.due_at)}#{key.org}#{key.id}"
        if place.queue is not None:
            row.queue_pk = _queue_partition(key, place.queue)
            row.queue_sk = _queue_position(place.queue_order, key.id)
        return row

    def _event_row(self, event: Event) -> Any:
        body = {
            "at": instant(event.at),
            "kind": event.kind,
            "data": event.data,
            "commitments": event.commitments,
        }
        row = self._rows(
            partition(event.key),
            _event_sort(event.seq),
            body=msgspec.json.encode(body).decode(),
            private=msgspec.json.encode(event.private).decode() if event.private else None,
            prev=event.prev,
            hash=event.hash(),
        )
        if self._rows is RecordRow:
            row.day_pk = _day_partition(event.key.org, event.at.astimezone(_BANGKOK).date())
            row.day_sk = f"{instant(event.at)}#{event.key.kind}#{event.key.id}#{event.seq:06d}"
        return row

    def _refused(
        self, error: TransactWriteError, changes: Sequence[Change[State]], claim: Claim | None
    ) -> bool:
        """Raise what a cancelled transaction means; False where it only met another and is tried again."""
        reasons = iter(error.cancellation_reasons)
        claimed = next(reasons) if claim else None
        if claimed and claimed.code == "ConditionalCheckFailed":
            old = IdempotencyRow.from_raw_data(claimed.raw_item or {})
            raise ClaimTakenError(old.fingerprint or "")
        for change in changes:
            reason = next(reasons)
            for _ in (*change.events, *change.rewritten):
                next(reasons)
            if reason and reason.code == "ConditionalCheckFailed":
                standing = _record(type(change.record.state), self._rows.from_raw_data(reason.raw_item or {}))
                raise (StaleRecordError(standing) if change.expected_version else RecordExistsError(standing))
        if any(reason.code != "TransactionConflict" for reason in error.cancellation_reasons if reason):
            raise error
        return False


def partition(key: Key) -> str:
    """The partition key of a record."""
    return f"ORG#{key.org}#{key.kind}#{key.id}"


def _may_be(id: str) -> bool:
    """Whether a record could have this id, which may have been typed into a path: a key of DynamoDB holds
    2048 bytes of UTF-8, and no lone surrogate."""
    return len(id) <= _LONGEST_ID and _is_utf8(id)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key(pk: str) -> Key:
    _, org, kind, id = pk.split("#", 3)
    return Key(org, kind, id)


def _kind_partition(cls: type[State], org: str, year: str) -> str:
    return f"ORG#{'*' if cls.listed_over_all else org}#{cls.kind}#{year}"


def _topic_partition(key: Key, topic: str) -> str:
    return f"ORG#{key.org}#{key.kind}#TOPIC#{topic}"


def _event_sort(seq: int) -> str:
    return f"EVENT#{seq:06d}"


def _queue_partition(key: Key, unit: str) -> str:
    return f"ORG#{key.org}#{key.kind}#QUEUE#{unit}"


def _queue_position(order: str, id: str) -> str:
    return f"{order}#{id}"


def _day_partition(org: str, day: date) -> str:
    return f"ORG#{org}#DAY#{day.isoformat()}"


def _record(cls: type[S], row: Any) -> Record[S]:
    return Record(
        _key(row.pk),
        int(row.version or 0),
        row.head or "",
        int(row.events or 0),
        msgspec.json.decode(row.state or "", type=cls),
    )


def _event(key: Key, row: Any) -> Event:
    body: dict[str, Any] = json.loads(row.body or "{}")
    return Event(
        key=key,
        seq=int(row.sk.removeprefix("EVENT#")),
        at=datetime.fromisoformat(body["at"]).astimezone(UTC),
        kind=body["kind"],
        data=body["data"],
        commitments=body["commitments"],
        private=msgspec.json.decode(row.private, type=dict[str, Words]) if row.private else {},
        prev=row.prev or "",
    )


def _page(found: ResultIterator[Any], index: str) -> Page:
    rows = _rows(found)
    last = found.last_evaluated_key
    if not last:
        return Page(rows, None)
    position = json.dumps([last["pk"]["S"], last[f"{index}_sk"]["S"]])
    return Page(rows, base64.urlsafe_b64encode(position.encode()).decode().rstrip("="))


def _rows(found: ResultIterator[Any]) -> tuple[Row, ...]:
    return tuple(
        Row(_key(row.pk), int(row.version or 0), msgspec.json.decode(row.summary or "{}")) for row in found
    )


def _start(cursor: str | None, index: str, hash_key: str) -> dict[str, dict[str, str]] | None:
    if not cursor:
        return None
    if len(cursor) > _LONGEST_CURSOR:
        raise InvalidCursorError
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidCursorError from error
    if not all(isinstance(part, str) and part and _is_utf8(part) for part in (pk, sk)):
        raise InvalidCursorError
    return {
        "pk": {"S": pk},
        "sk": {"S": "STATE"},
        f"{index}_pk": {"S": hash_key},
        f"{index}_sk": {"S": sk},
    }

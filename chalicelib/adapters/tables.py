"""The DynamoDB tables as PynamoDB models, all on one client: a second costs 80 ms at a cold start."""

import os
from typing import Any

from botocore.config import Config
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

_connection = Connection()
# botocore's own user agent, put together anew for each call, takes a tenth of the call's CPU.
_connection.session.set_default_client_config(Config(user_agent="sucharit"))


def connection() -> Connection:
    """The connection that all tables share; its botocore session serves the other AWS clients too."""
    return _connection


class _Table(Model):
    """A model on the shared connection."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        if table.connection is not _connection:
            _connection.add_meta_table(table.get_meta_table())
            table.connection = _connection
        return table


class ByKind(GlobalSecondaryIndex[Any]):
    """Records of an organisation, a kind and a fiscal year, in their order."""

    class Meta:
        index_name = "by_kind"
        projection = IncludeProjection(["summary", "version"])

    kind_pk = UnicodeAttribute(hash_key=True)
    kind_sk = UnicodeAttribute(range_key=True)


class ByTopic(GlobalSecondaryIndex[Any]):
    """Sparse: records of an organisation and a kind that are about the same, in their order."""

    class Meta:
        index_name = "by_topic"
        projection = IncludeProjection(["summary", "version"])

    topic_pk = UnicodeAttribute(hash_key=True)
    topic_sk = UnicodeAttribute(range_key=True)


class Due(GlobalSecondaryIndex[Any]):
    """Sparse: records by the instant at which somebody must act."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_pk = UnicodeAttribute(hash_key=True)
    due_sk = UnicodeAttribute(range_key=True)


class Queue(GlobalSecondaryIndex[Any]):
    """Sparse: open records of a unit, the most urgent first."""

    class Meta:
        index_name = "queue"
        projection = IncludeProjection(["summary", "version"])

    queue_pk = UnicodeAttribute(hash_key=True)
    queue_sk = UnicodeAttribute(range_key=True)


class ByDay(GlobalSecondaryIndex[Any]):
    """Events of an organisation's Bangkok day, for the day's root."""

    class Meta:
        index_name = "by_day"
        projection = IncludeProjection(["hash"])

    day_pk = UnicodeAttribute(hash_key=True)
    day_sk = UnicodeAttribute(range_key=True)


class _EventfulTable(_Table):
    """A record's state (`STATE`), or an event of it (`EVENT#000001`), in whichever table."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    state = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    head = UnicodeAttribute(null=True)
    events = NumberAttribute(null=True)
    summary = UnicodeAttribute(null=True)
    kind_pk = UnicodeAttribute(null=True)
    kind_sk = UnicodeAttribute(null=True)
    due_pk = UnicodeAttribute(null=True)
    due_sk = UnicodeAttribute(null=True)

    body = UnicodeAttribute(null=True)
    private = UnicodeAttribute(null=True)
    prev = UnicodeAttribute(null=True)
    hash = UnicodeAttribute(null=True)


class RecordRow(_EventfulTable):
    """A record of the general table, or a part of a large one (`PART#0001`)."""

    class Meta:
        table_name = os.environ.get("RECORDS_TABLE", "records")

    by_kind = ByKind()
    by_topic = ByTopic()
    due = Due()
    queue = Queue()
    by_day = ByDay()

    topic_pk = UnicodeAttribute(null=True)
    topic_sk = UnicodeAttribute(null=True)
    queue_pk = UnicodeAttribute(null=True)
    queue_sk = UnicodeAttribute(null=True)
    day_pk = UnicodeAttribute(null=True)
    day_sk = UnicodeAttribute(null=True)

    part = UnicodeAttribute(null=True)


class TipRow(_EventfulTable):
    """A record of the sealed channel. No index knows its days: it is in no day's public root."""

    class Meta:
        table_name = os.environ.get("TIPS_TABLE", "tips")

    by_kind = ByKind()
    due = Due()


class IdempotencyRow(_Table):
    """What a short while must be remembered of requests: fingerprints, counters of posts, the day's salt."""

    class Meta:
        table_name = os.environ.get("IDEMPOTENCY_TABLE", "idempotency")

    pk = UnicodeAttribute(hash_key=True)
    expires = NumberAttribute()
    fingerprint = UnicodeAttribute(null=True)
    times = NumberAttribute(null=True)
    salt = UnicodeAttribute(null=True)


class SessionRow(_Table):
    """The console's sessions, the sign-ins half done, used one-time codes and failures."""

    class Meta:
        table_name = os.environ.get("SESSIONS_TABLE", "sessions")

    pk = UnicodeAttribute(hash_key=True)
    expires = NumberAttribute()
    org = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    began = UnicodeAttribute(null=True)
    seen = UnicodeAttribute(null=True)
    username = UnicodeAttribute(null=True)
    step = UnicodeAttribute(null=True)
    handle = UnicodeAttribute(null=True)
    times = NumberAttribute(null=True)
    wait_until = UnicodeAttribute(null=True)

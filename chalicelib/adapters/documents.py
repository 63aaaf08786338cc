"""Made documents in S3, a bucket a purpose, and the queue that calls the job that makes them."""

import json
import os
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.tables import connection
from chalicelib.domain.record import Key

_LINK_LIVES_S = 300

_SIGNED = Config(signature_version="s3v4", s3={"addressing_style": "path"})
# An officer waits for it, and the job finds by itself what it was not told.
_SHORT = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})

_BUCKETS = {"reports": "REPORTS_BUCKET", "exports": "EXPORTS_BUCKET"}


class S3Documents:
    """Implements the port `Documents`. The first part of a path says which bucket it is in."""

    def put(self, path: str, content: bytes, media: str) -> None:
        bucket, key = _place(path)
        self._client.put_object(
            Bucket=bucket,
            Key=key,
            Body=content,
            ContentType=media,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=os.environ["GENERAL_KEY"],
        )

    def link(self, path: str, name: str) -> str:
        bucket, key = _place(path)
        wanted = {
            "Bucket": bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseCacheControl": "no-store",
        }
        return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=_LINK_LIVES_S))

    @cached_property
    def _client(self) -> Any:
        return connection().session.create_client("s3", config=_SIGNED)


class SqsBell:
    """Implements the port `Bell` on the queue DOCUMENTS_QUEUE."""

    def ring(self, order: Key) -> None:
        body = json.dumps({"org": order.org, "id": order.id})
        try:
            self._client.send_message(QueueUrl=os.environ["DOCUMENTS_QUEUE"], MessageBody=body)
        except (ClientError, BotoCoreError):
            # The order stands; the schedule finds it.
            return

    @cached_property
    def _client(self) -> Any:
        return connection().session.create_client("sqs", config=_SHORT)


def _place(path: str) -> tuple[str, str]:
    folder, _, key = path.partition("/")
    return os.environ[_BUCKETS[folder]], key

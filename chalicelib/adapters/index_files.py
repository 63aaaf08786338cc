"""The search index's files in a bucket of their own, under the general key."""

import os
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.adapters.tables import connection
from chalicelib.services.ports import IndexFile, StaleFileError

# Of each of two tries: a page must not wait longer.
_LIMITS = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 2})

_NOT_THERE = frozenset({"NoSuchKey", "404"})
_OTHER_THERE = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})


class S3IndexFiles:
    """Implements the port `IndexFiles` on the bucket INDEX_BUCKET; a tag is an ETag."""

    def names(self) -> frozenset[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return frozenset(found["Key"] for page in pages for found in page.get("Contents", ()))

    def get(self, name: str, *, known: str = "") -> IndexFile | None:
        condition = {"IfNoneMatch": known} if known else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name, **condition)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _NOT_THERE:
                return None
            if code in {"304", "NotModified"}:
                return IndexFile(known, None)
            raise
        return IndexFile(answer["ETag"], answer["Body"].read())

    def put(self, name: str, body: bytes, *, instead_of: str) -> None:
        condition = {"IfMatch": instead_of} if instead_of else {"IfNoneMatch": "*"}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=body,
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=os.environ["GENERAL_KEY"],
                **condition,
            )
        except ClientError as error:
            # What was there may be gone too: somebody took it away meanwhile.
            if error.response["Error"]["Code"] in _OTHER_THERE | _NOT_THERE:
                raise StaleFileError from None
            raise

    @property
    def _bucket(self) -> str:
        return os.environ["INDEX_BUCKET"]

    @cached_property
    def _client(self) -> Any:
        return connection().session.create_client("s3", config=_LIMITS)

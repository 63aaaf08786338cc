"""Files in S3: the intake, to which browsers post them, and the bucket of clean ones; orders by SQS.

Everything is put under the general key, named on each put: the buckets' policies ask for that.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.adapters.tables import connection
from chalicelib.services.file_ports import LARGEST_TAKEN, Arrived, BlackOut, UploadForm
from chalicelib.services.ports import NoSuchRecordError

# Virtual: else links lead to the global endpoint, which sends a new bucket's visitors elsewhere.
_SIGNED = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, user_agent="sucharit")
_LINK_S = 60
_CLAIM = "claim"
_NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound"})


def _client() -> Any:
    return connection().session.create_client("s3", config=_SIGNED)


class S3Intake:
    """Implements the port `Intake` on the bucket INTAKE_BUCKET."""

    def form(self, key: str, *, claim: str, back_to: str, lives: timedelta) -> UploadForm:
        fields = {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": os.environ["GENERAL_KEY"],
            f"x-amz-meta-{_CLAIM}": claim,
            "success_action_redirect": back_to,
        }
        made = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(fields),
            Conditions=[{name: value} for name, value in fields.items()]
            + [["content-length-range", 0, LARGEST_TAKEN]],
            ExpiresIn=int(lives.total_seconds()),
        )
        address = urlsplit(made["url"])
        return UploadForm(made["url"], made["fields"], f"{address.scheme}://{address.netloc}")

    def find(self, key: str) -> Arrived | None:
        try:
            told = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                return None
            raise
        return Arrived(told["ContentLength"], told["Metadata"].get(_CLAIM, ""))

    def read(self, key: str) -> bytes:
        return _read(self._client, self._bucket, key)

    def waiting(self) -> Iterator[str]:
        return _names(self._client, self._bucket, "")

    def remove(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=key)

    @property
    def _bucket(self) -> str:
        return os.environ["INTAKE_BUCKET"]

    @cached_property
    def _client(self) -> Any:
        return _client()


class S3Files:
    """Implements the port `FileStore` on the bucket FILES_BUCKET."""

    def put(self, name: str, content: bytes, media_type: str) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=name,
            Body=content,
            ContentType=media_type,
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=os.environ["GENERAL_KEY"],
        )

    def get(self, name: str) -> bytes:
        return _read(self._client, self._bucket, name)

    def link(self, name: str, *, save_as: str = "") -> str:
        asked = {"Bucket": self._bucket, "Key": name}
        if save_as:
            asked["ResponseContentDisposition"] = f'attachment; filename="{save_as}"'
        link: str = self._client.generate_presigned_url("get_object", asked, ExpiresIn=_LINK_S)
        return link

    def remove(self, prefix: str) -> None:
        for name in _names(self._client, self._bucket, prefix):
            self._client.delete_object(Bucket=self._bucket, Key=name)

    @property
    def _bucket(self) -> str:
        return os.environ["FILES_BUCKET"]

    @cached_property
    def _client(self) -> Any:
        return _client()


class SqsDarkroom:
    """Implements the port `Darkroom` on the queue of the function that cleans files, FILES_QUEUE."""

    def order(self, wanted: BlackOut) -> None:
        body = msgspec.json.encode({"black_out": wanted}).decode()
        client = connection().session.create_client("sqs")
        client.send_message(QueueUrl=os.environ["FILES_QUEUE"], MessageBody=body)


def _names(client: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (found["Key"] for found in page.get("Contents", ()))


def _read(client: Any, bucket: str, key: str) -> bytes:
    try:
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            raise NoSuchRecordError from None
        raise
    return content

"""Made documents in S3, and the queue, as moto keeps them."""

import json
import urllib.parse
from typing import Any

import boto3
import pytest

from chalicelib.adapters.documents import S3Documents, SqsBell
from chalicelib.domain.record import Key
from chalicelib.handlers import jobs
from chalicelib.services import reports
from chalicelib.services.world import World
from tests.builders.complaints import SUPERVISOR
from tests.builders.organisations import establish

ORDER = Key("test", "document_order", "2569-10.1.1")


@pytest.fixture
def buckets(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    s3 = boto3.client("s3")
    for name in ("reports", "exports"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
        monkeypatch.setenv(f"{name.upper()}_BUCKET", name)
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    monkeypatch.setenv("GENERAL_KEY", key)
    return s3


@pytest.fixture
def queue(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    url: str = boto3.client("sqs").create_queue(QueueName="documents")["QueueUrl"]
    monkeypatch.setenv("DOCUMENTS_QUEUE", url)
    return url


def test_a_file_is_kept_under_our_key_in_the_bucket_of_its_purpose(buckets: Any) -> None:
    S3Documents().put("exports/test/1.csv", b"a,b", "text/csv")
    kept = buckets.get_object(Bucket="exports", Key="test/1.csv")
    assert kept["Body"].read() == b"a,b"
    assert (kept["ContentType"], kept["ServerSideEncryption"]) == ("text/csv", "aws:kms")


def test_a_link_lives_for_minutes_and_names_the_file(buckets: Any) -> None:
    link = urllib.parse.urlsplit(S3Documents().link("reports/test/1.pdf", "report.pdf"))
    query = urllib.parse.parse_qs(link.query)
    assert link.path.endswith("/test/1.pdf")
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == ['attachment; filename="report.pdf"']


def test_the_bell_names_the_order(queue: str) -> None:
    SqsBell().ring(ORDER)
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"]) == {"org": "test", "id": "2569-10.1.1"}


def test_a_bell_that_does_not_ring_keeps_nobody_from_ordering(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCUMENTS_QUEUE", queue + "-gone")
    SqsBell().ring(ORDER)


def test_the_job_makes_what_a_message_tells_of_and_gives_back_what_it_could_not(
    world: World, buckets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec.structs import replace

    whole = replace(world, documents=S3Documents())
    monkeypatch.setattr("chalicelib.wiring.world", lambda: whole)
    establish(world)
    id = reports.begin_edition(world, "test", "2569-10", officer=SUPERVISOR)
    reports.order(world, "test", id, version=1, officer=SUPERVISOR)
    told = [
        {"messageId": "a", "body": json.dumps({"org": "test", "id": "2569-10.1.1"})},
        {"messageId": "b", "body": json.dumps({"org": "test", "id": "x" * 3000})},
    ]
    assert jobs.make_documents({"Records": told}, None) == {"batchItemFailures": []}
    assert reports.find(world, "test", id).state.sizes.keys() == {"pdf", "docx", "xlsx"}
    assert buckets.get_object(Bucket="reports", Key="test/2569-10.1.1.pdf")["Body"].read(4) == b"%PDF"
    monkeypatch.setattr("chalicelib.services.documents.make", _fail)
    failed = jobs.make_documents({"Records": told[:1]}, None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": "a"}]}


def _fail(*_: Any) -> None:
    raise OSError

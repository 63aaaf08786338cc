"""Files in S3 and orders by SQS as moto keeps them; what functions ask of S3, held against their policies."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from chalicelib.adapters.files import S3Files, S3Intake, SqsDarkroom
from chalicelib.domain.complaint_files import Moment
from chalicelib.domain.people import Role
from chalicelib.handlers import file_events
from chalicelib.services import complaint_files, complaints, file_cleaning
from chalicelib.services.file_ports import LARGEST_TAKEN, BlackOut
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.services.world import World
from tests.builders.complaints import act, file, standing
from tests.builders.file_store import TellingCleaner
from tests.builders.organisations import employ, establish
from tests.integration.test_policies import asked

POLICIES = Path(__file__).parents[2] / ".chalice"
KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/general"
PHOTO = b"photo:0123456789abcdef"


@pytest.fixture
def stored(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world on two buckets and a queue."""
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    for name in ("intake", "files"):
        where: Any = {"LocationConstraint": "ap-southeast-1"}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    monkeypatch.setenv("INTAKE_BUCKET", "intake")
    monkeypatch.setenv("FILES_BUCKET", "files")
    monkeypatch.setenv("GENERAL_KEY", KEY)
    monkeypatch.setenv("FILES_QUEUE", sqs.create_queue(QueueName="files-to-clean")["QueueUrl"])
    establish(world)
    return replace(
        world, intake=S3Intake(), files=S3Files(), darkroom=SqsDarkroom(), cleaner=TellingCleaner()
    )


def arrives(world: World, form: Any, content: bytes) -> str:
    """What S3 does with a form that it takes; answers the key."""
    key: str = form.fields["key"]
    claim = form.fields["x-amz-meta-claim"]
    boto3.client("s3").put_object(Bucket="intake", Key=key, Body=content, Metadata={"claim": claim})
    return key


def back(number: str) -> str:
    return f"https://sucharit.example/?sent={number}"


def names(bucket: str) -> set[str]:
    return {o["Key"] for o in boto3.client("s3").list_objects_v2(Bucket=bucket).get("Contents", ())}


def test_a_form_fixes_all_that_is_sent_with_the_file(stored: World) -> None:
    form = S3Intake().form("test/aa", claim="c", back_to=back("aa"), lives=timedelta(hours=1))
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    fixed = {name: value for c in policy["conditions"] if isinstance(c, dict) for name, value in c.items()}
    assert (
        fixed.items()
        >= {
            "bucket": "intake",
            "key": "test/aa",
            "x-amz-meta-claim": "c",
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": KEY,
            "success_action_redirect": back("aa"),
        }.items()
    )
    assert ["content-length-range", 0, LARGEST_TAKEN] in policy["conditions"]
    assert form.fields.keys() - fixed.keys() == {"policy", "x-amz-signature"}
    assert form.origin == "https://intake.s3.ap-southeast-1.amazonaws.com"


def test_a_file_goes_its_way_and_is_erased_in_the_end(stored: World) -> None:
    id = file(stored).id
    form = complaint_files.form_for_citizen(stored, standing(stored, id), back)
    file_cleaning.take_in(stored, arrives(stored, form, PHOTO))
    (kept,) = standing(stored, id).state.files.kept
    assert names("intake") == set()
    assert names("files") == {f"clean/test/{id}/{kept.id}/0", f"preview/test/{id}/{kept.id}/0"}
    put = boto3.client("s3").head_object(Bucket="files", Key=f"clean/test/{id}/{kept.id}/0")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"], put["ContentType"]) == (
        "aws:kms",
        KEY,
        "image/jpeg",
    )
    assert complaint_files.preview(stored, "test", id, kept) == b"small"
    link = complaint_files.link(stored, "test", id, kept)
    assert "X-Amz-Expires=60" in link
    file_cleaning.erase(stored, "test", id)
    assert names("files") == set()


def test_what_is_not_there_is_told_so(stored: World) -> None:
    assert S3Intake().find("test/none") is None
    S3Intake().remove("test/none")
    with pytest.raises(NoSuchRecordError):
        S3Files().get("clean/none")
    with pytest.raises(NoSuchRecordError):
        S3Intake().read("test/none")


def test_the_function_takes_messages_and_sweeps(stored: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.wiring.world", lambda: stored)
    id = file(stored).id
    keys = []
    for content in (PHOTO, b"pdf"):
        form = complaint_files.form_for_citizen(stored, standing(stored, id), back)
        keys.append(arrives(stored, form, content))
    messages = [
        {"messageId": "1", "body": json.dumps({"arrived": keys[0]})},
        {"messageId": "2", "body": json.dumps({"black_out": {"org": "test"}})},
        {"messageId": "3", "body": "no JSON"},
    ]
    answer = file_events.clean_file({"Records": messages}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "3"}]}
    assert len(standing(stored, id).state.files.kept) == 1

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 90_000

    assert file_events.clean_file({}, Context())["acted"] == 1
    assert len(standing(stored, id).state.files.kept) == 2
    assert file_events.clean_file({}, Context())["due"] == 0


def test_an_order_reaches_the_queue_as_the_function_reads_it(
    stored: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.wiring.world", lambda: stored)
    suda = employ(stored, "test", "suda", Role.COMPLAINT_OFFICER).state
    id = file(stored).id
    form = complaint_files.form_for_officer(stored, standing(stored, id), suda, Moment.BEFORE, back)
    file_cleaning.take_in(stored, arrives(stored, form, PHOTO))
    (kept,) = standing(stored, id).state.files.kept
    complaint_files.black_out(stored, standing(stored, id), kept.id, {3}, rendition=0, officer=suda)
    (message,) = boto3.client("sqs").receive_message(QueueUrl=os.environ["FILES_QUEUE"])["Messages"]
    file_events.clean_file({"Records": [{"messageId": "1", "body": message["Body"]}]}, None)
    assert standing(stored, id).state.files.kept[0].cells == (3,)
    assert f"original/test/{id}/{kept.id}" in names("files")


BUCKETS = {"intake": "ComplaintIntake", "files": "ComplaintFiles"}
ACTIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}


@contextmanager
def asked_of_s3(world: World) -> Iterator[set[tuple[str, str]]]:
    """All that is asked of S3 within: the action of IAM, and the bucket with the folder of the object."""
    asks: set[tuple[str, str]] = set()

    def note(params: Any, model: Any, **_: Any) -> None:
        action = ACTIONS.get(model.name, model.name)
        host, _, path = params["url"].partition("://")[2].partition("/")
        bucket, folder = BUCKETS[host.partition(".")[0]], path.partition("/")[0]
        asks.add((f"s3:{action}", bucket if action == "ListBucket" else f"{bucket}/{folder}"))

    emitters = [port._client.meta.events for port in (world.intake, world.files)]  # type: ignore[attr-defined]
    for events in emitters:
        events.register("before-call.s3", note)
    try:
        yield asks
    finally:
        for events in emitters:
            events.unregister("before-call.s3", note)


def may(function: str, ask: tuple[str, str]) -> bool:
    """Whether a policy file allows an action on a bucket or on the objects of a folder in it."""
    action, place = ask
    bucket, _, folder = place.partition("/")
    for statement in json.loads((POLICIES / f"policy-{function}.json").read_text())["Statement"]:
        actions, resource = statement["Action"], statement["Resource"]
        if action not in ([actions] if isinstance(actions, str) else actions):
            continue
        if action == "s3:ListBucket":
            fits = resource == {"Fn::GetAtt": [bucket, "Arn"]}
        else:
            fits = resource in [
                {"Fn::Sub": f"${{{bucket}.Arn}}/*"},
                {"Fn::Sub": f"${{{bucket}.Arn}}/{folder}/*"},
            ]
        if fits:
            return True
    return False


def test_each_function_may_do_all_of_its_work_with_files(stored: World) -> None:
    suda = employ(stored, "test", "suda", Role.COMPLAINT_OFFICER).state
    id = file(stored).id
    form = complaint_files.form_for_citizen(stored, standing(stored, id), back)
    key = arrives(stored, form, PHOTO)
    with asked_of_s3(stored) as asks, asked() as asked_of_tables:
        assert list(stored.intake.waiting()) == [key]
        file_cleaning.take_in(stored, key)
        number = standing(stored, id).state.files.kept[0].id
        for rendition, cells in enumerate([(1,), ()]):
            order = BlackOut(
                org="test", complaint=id, file=number, rendition=rendition, cells=cells, by=suda.username
            )
            file_cleaning.black_out(stored, order)
    assert [ask for ask in asks if not may("clean_file", ask)] == []
    assert {name for _, name in asked_of_tables} == {"RecordsTable", "RecordsTable/index/by_kind"}
    kept = standing(stored, id).state.files.kept[0]
    with asked_of_s3(stored) as asks:
        complaint_files.preview(stored, "test", id, kept)
    assert asks
    assert all(may(door, ask) for ask in asks for door in ("public", "console"))
    with asked_of_s3(stored) as asks:
        complaint_files.whole(stored, "test", standing(stored, id), kept, suda)
    assert asks
    assert [ask for ask in asks if not may("console", ask)] == []
    assert not all(may("public", ask) for ask in asks)
    act(stored, id, "reject", message="ไม่อยู่ในอำนาจ")
    stored.clock.forward(days=40)  # type: ignore[attr-defined]
    complaints.night(stored, lambda: 300)
    stored.clock.forward(days=400)  # type: ignore[attr-defined]
    with asked_of_s3(stored) as asks:
        complaints.night(stored, lambda: 300)
    assert ("s3:DeleteObject", "ComplaintFiles/clean") in asks
    assert [ask for ask in asks if not may("nightly_deadlines", ask)] == []

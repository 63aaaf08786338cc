"""The search index's files in S3: who comes second writes nothing, and what is known is not sent again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from chalicelib.adapters.index_files import S3IndexFiles
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.services import complaint_index, complaint_indexing, complaint_lists
from chalicelib.services.complaint_lists import Query
from chalicelib.services.ports import StaleFileError
from chalicelib.services.world import World
from tests.builders.complaints import file
from tests.builders.organisations import establish

POLICIES = Path(__file__).parents[2] / ".chalice"
OFFICER = Person(
    username="test-somsri", name="สมศรี", email="a@example.go.th", grants=(Grant(Role.COMPLAINT_OFFICER),)
)
ACTIONS = {
    "GetObject": ("s3:GetObject", "${SearchIndex.Arn}/*"),
    "PutObject": ("s3:PutObject", "${SearchIndex.Arn}/*"),
    "ListObjectsV2": ("s3:ListBucket", ["SearchIndex", "Arn"]),
}


@pytest.fixture
def files(aws: None, monkeypatch: pytest.MonkeyPatch) -> S3IndexFiles:
    boto3.client("s3").create_bucket(
        Bucket="search-index", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    monkeypatch.setenv("INDEX_BUCKET", "search-index")
    monkeypatch.setenv("GENERAL_KEY", key)
    return S3IndexFiles()


@contextmanager
def asked(files: S3IndexFiles) -> Iterator[list[str]]:
    """The names of the operations of S3 that are called within."""
    names: list[str] = []

    def note(model: Any, **_: Any) -> None:
        names.append(model.name)

    events = files._client.meta.events
    events.register("before-call.s3", note)
    try:
        yield names
    finally:
        events.unregister("before-call.s3", note)


def allowed(function: str) -> list[Any]:
    """What a function's policy lets it do with files."""
    statements = json.loads((POLICIES / f"policy-{function}.json").read_text())["Statement"]
    found = []
    for statement in statements:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            if action.startswith("s3:"):
                found += [(action, resource) for resource in statement["Resource"].values()]
    return found


def test_a_file_is_read_as_it_was_written_and_not_sent_again_where_it_is_known(files: S3IndexFiles) -> None:
    assert files.get("test/plain") is None
    files.put("test/plain", b"one", instead_of="")
    first = files.get("test/plain")
    assert first
    assert first.body == b"one"
    again = files.get("test/plain", known=first.tag)
    assert again
    assert (again.tag, again.body) == (first.tag, None)
    files.put("test/plain", b"two", instead_of=first.tag)
    other = files.get("test/plain", known=first.tag)
    assert other
    assert other.body == b"two"
    assert files.names() == {"test/plain"}


def test_who_comes_second_writes_nothing(files: S3IndexFiles) -> None:
    files.put("test/plain", b"one", instead_of="")
    with pytest.raises(StaleFileError):
        files.put("test/plain", b"made anew beside it", instead_of="")
    tag = files.get("test/plain").tag
    files.put("test/plain", b"two", instead_of=tag)
    with pytest.raises(StaleFileError):
        files.put("test/plain", b"from what stood before", instead_of=tag)
    assert files.get("test/plain").body == b"two"


def test_a_file_that_was_taken_away_meanwhile_is_not_written_over(files: S3IndexFiles) -> None:
    with pytest.raises(StaleFileError):
        files.put("test/plain", b"two", instead_of='"0123456789abcdef0123456789abcdef"')


def test_files_are_encrypted_under_the_general_key(
    files: S3IndexFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.put("test/contact", b"one", instead_of="")
    head = boto3.client("s3").head_object(Bucket="search-index", Key="test/contact")
    assert head["ServerSideEncryption"] == "aws:kms"
    assert "key/" in head["SSEKMSKeyId"]


def test_the_job_writes_and_the_console_reads_and_both_may(files: S3IndexFiles, world: World) -> None:
    world = replace(world, index_files=files)
    here = establish(world)
    file(world, subject="ไฟดับ")
    with asked(files) as written:
        assert complaint_indexing.run(world, lambda: 300).acted == 1
    complaint_index.forget()
    with asked(files) as read:
        for _ in range(3):
            assert complaint_lists.find(world, here, OFFICER, Query(text="ไฟดับ")).found == 1
    assert read == ["GetObject"] * 4  # the position once, and each time whether the file is the same
    for function, names in (("index_search", written), ("console", read)):
        assert {json.dumps(ACTIONS[name]) for name in names} <= {json.dumps(a) for a in allowed(function)}
    writes = [resource for action, resource in allowed("console") if action == "s3:PutObject"]
    assert not any("SearchIndex" in str(resource) for resource in writes)

"""The search index on the deployed stack: written by its job, read by the console, by nobody else."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.builders.visitor import Visitor, who
from tests.e2e.test_doors import client
from tools.job import invoke, scheduled
from tools.running import Stack, aws_environment

LIST = "/demo/console/complaints"


def test_what_a_citizen_sends_is_found_at_once_and_in_the_index_afterwards(stack: Stack) -> None:
    officer = Visitor(site=stack.site)
    officer.signs_in(who(stack, "complaint_officer"))
    words = "โคมไฟสาธารณะริมคลอง"
    Visitor(site=stack.site).files(subject=f"{words}ดับ", name="มานะ ค้นหา", consent="yes")
    for _ in range(2):
        for asked in (words, "มานะ", "ริมคลองดับ"):
            assert f"{words}ดับ" in officer.get(f"{LIST}?q={asked}").page.text
        with aws_environment(stack.aws()):
            done = invoke("index_search", scheduled(""))
        assert (done["failed"], done["left"]) == (0, False)
    with aws_environment(stack.aws()):
        assert invoke("index_search", scheduled(""))["acted"] == 0
        files = boto3.client("s3").list_objects_v2(Bucket=stack.outputs["SearchIndex"])["Contents"]
    assert {"position", "demo/contact", "demo/plain"} <= {file["Key"] for file in files}


@pytest.mark.parametrize("door", ["public", "tips", "console"])
def test_no_door_writes_the_index_and_the_console_alone_reads_it(stack: Stack, door: str) -> None:
    files = client(stack, door, "s3")
    bucket = stack.outputs["SearchIndex"]
    with pytest.raises(ClientError, match="AccessDenied"):
        files.put_object(Bucket=bucket, Key="demo/contact", Body=b"")
    try:
        files.get_object(Bucket=bucket, Key="demo/contact")
        is_read = True
    except ClientError as error:
        is_read = error.response["Error"]["Code"] != "AccessDenied"
    assert is_read == (door == "console")

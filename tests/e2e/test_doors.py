"""What somebody who took over one door could reach: tried with the very credentials of its function."""

import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tools import stack as deployed
from tools.running import Stack

ROW = {"pk": {"S": "ORG#demo#tip#1"}, "sk": {"S": "STATE"}}
# A path of each door; what it answers does not matter, its function has run.
PATHS = {
    "public": "/api/v1/openapi.json",
    "console": "/demo/console/sign-in",
    "tips": "/demo/tips",
}


def variables_of(stack: Stack, door: str) -> dict[str, str]:
    """The environment of a process that serves the door."""
    with urllib.request.urlopen(stack.site + PATHS[door], timeout=60):  # noqa: S310
        pass
    name = f"{deployed.NAME}-{door}"
    for process in Path("/proc").iterdir():
        try:
            text = (process / "environ").read_text()
        except OSError:
            continue
        found = dict(entry.partition("=")[::2] for entry in text.split("\0"))
        if found.get("AWS_LAMBDA_FUNCTION_NAME") == name and found["AWS_ENDPOINT_URL"] == stack.endpoint:
            return found
    raise AssertionError(f"no process serves {door}")


def client(stack: Stack, door: str, service: str) -> Any:
    taken = variables_of(stack, door)
    return boto3.client(
        service,
        endpoint_url=stack.endpoint,
        region_name="ap-southeast-1",
        aws_access_key_id=taken["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=taken["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=taken["AWS_SESSION_TOKEN"],
    )


def reads(stack: Stack, door: str, table: str) -> bool:
    key = ROW if table in ("RecordsTable", "TipsTable") else {"pk": ROW["pk"]}
    try:
        client(stack, door, "dynamodb").get_item(TableName=stack.outputs[table], Key=key)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDeniedException"
        return False
    return True


@pytest.mark.parametrize(
    ("door", "tables"),
    [
        ("public", {"RecordsTable", "IdempotencyTable"}),
        ("console", {"RecordsTable", "IdempotencyTable", "SessionsTable"}),
        ("tips", {"RecordsTable", "TipsTable"}),
    ],
)
def test_a_door_reads_its_own_tables_and_no_others(stack: Stack, door: str, tables: set[str]) -> None:
    every = ("RecordsTable", "IdempotencyTable", "SessionsTable", "TipsTable")
    assert {table for table in every if reads(stack, door, table)} == tables


@pytest.mark.parametrize("door", ["public", "tips"])
def test_a_door_of_the_public_makes_no_officers(stack: Stack, door: str) -> None:
    with pytest.raises(ClientError, match="not authorized"):
        client(stack, door, "cognito-idp").admin_create_user(
            UserPoolId=stack.outputs["UserPoolId"], Username="intruder"
        )


def test_the_tips_door_does_not_hold_the_servers_key(stack: Stack) -> None:
    with pytest.raises(ClientError, match="not authorized"):
        client(stack, "tips", "secretsmanager").get_secret_value(SecretId=stack.outputs["ServerKeySecret"])


@pytest.mark.parametrize("door", PATHS)
def test_no_door_erases_records(stack: Stack, door: str) -> None:
    with pytest.raises(ClientError, match="not authorized"):
        client(stack, door, "dynamodb").delete_item(TableName=stack.outputs["RecordsTable"], Key=ROW)

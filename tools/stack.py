"""Deploy the built package and template as a CloudFormation stack, on the local cloud or on AWS.

Needs boto3 alone, so that every environment of ours can run it. Clients take their endpoint,
region and credentials from the usual AWS_ variables.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

NAME = "sucharit"
BUILD = Path(__file__).resolve().parent.parent / "build"
# A template with hundreds of resources is larger than a call's text may be: it goes by S3.
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")

# The variables by which functions know the stack, and the outputs that they are.
ENVIRONMENT = {
    "RECORDS_TABLE": "RecordsTable",
    "SESSIONS_TABLE": "SessionsTable",
    "IDEMPOTENCY_TABLE": "IdempotencyTable",
    "TIPS_TABLE": "TipsTable",
    "SERVER_KEY_SECRET": "ServerKeySecret",
    "INDEX_BUCKET": "SearchIndex",
    "REPORTS_BUCKET": "Reports",
    "FILES_BUCKET": "ComplaintFiles",
    "GENERAL_KEY": "GeneralKey",
    "USER_POOL_ID": "UserPoolId",
    "USER_POOL_CLIENT_ID": "UserPoolClientId",
}


class StackError(Exception):
    """CloudFormation refused or undid what was asked of it; says why in its own words."""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def upload(bucket: str, path: Path, prefix: str) -> str:
    """Put a file under a key made of its contents, unless it is there; answers the key."""
    s3 = boto3.client("s3")
    key = f"{prefix}/{digest(path)}{path.suffix}"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
            raise
        s3.upload_file(str(path), bucket, key)
    return key


def upload_layers(bucket: str) -> dict[str, str]:
    """Upload the built layers; answers the parameters that name their keys (DocumentsLayerKey)."""
    return {
        f"{path.stem.removeprefix('layer-').title()}LayerKey": upload(bucket, path, "layer")
        for path in sorted(BUILD.glob("layer-*.zip"))
    }


def url(bucket: str, key: str) -> str:
    """An object's address, as CloudFormation takes a template's."""
    address = boto3.client("s3").meta.endpoint_url
    return f"{address}/{bucket}/{key}"


def describe(name: str) -> dict[str, Any] | None:
    """The stack as CloudFormation tells it; None where there is none."""
    try:
        return boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def outputs(name: str) -> dict[str, str]:
    stack = describe(name)
    if stack is None:
        raise StackError(f"there is no stack {name}")
    return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}


def environment(stack_outputs: Mapping[str, str]) -> dict[str, str]:
    """The functions' variables, for a tool that works on the stack from outside."""
    return {
        variable: stack_outputs[output] for variable, output in ENVIRONMENT.items() if output in stack_outputs
    }


def is_current(name: str, template: Path, parameters: Mapping[str, str]) -> bool:
    """Whether the stack stands, made of this very template and these parameters."""
    stack = describe(name)
    if stack is None or stack["StackStatus"] not in SETTLED[:2]:
        return False
    standing = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
    if any(standing.get(key) != value for key, value in parameters.items()):
        return False
    body = boto3.client("cloudformation").get_template(StackName=name, TemplateStage="Original")[
        "TemplateBody"
    ]
    text = body if isinstance(body, str) else json.dumps(body)
    return json.loads(text) == json.loads(template.read_text())


def reason(name: str) -> str:
    """What went wrong first in the stack's last operation."""
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events")
    first = "no reason given"
    for event in (e for page in pages.paginate(StackName=name) for e in page["StackEvents"]):
        status = event["ResourceStatus"]
        if status.endswith("_FAILED"):
            first = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        if event["LogicalResourceId"] == name and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            break
    return first


def remove_unborn(name: str) -> None:
    """Remove a stack whose creation failed: CloudFormation updates none such."""
    stack = describe(name)
    if stack is not None and stack["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED"):
        cloudformation = boto3.client("cloudformation")
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)


def settle(name: str) -> None:
    """Wait for the stack's operation to end; raises StackError where it did not succeed."""
    every_s = 0.2  # where an operation takes minutes, asking five times a second is refused
    while True:
        stack = describe(name)
        if stack is None:
            raise StackError(f"the stack {name} is gone")
        status = stack["StackStatus"]
        if not status.endswith("IN_PROGRESS"):
            break
        time.sleep(every_s)
        every_s = min(5, every_s * 1.2)
    if status not in SETTLED[:2]:
        raise StackError(f"{status}: {reason(name)}")


def deploy(name: str, template_url: str, parameters: Mapping[str, str]) -> None:
    """Create the stack or bring it up to date, and wait for it."""
    remove_unborn(name)
    cloudformation = boto3.client("cloudformation")
    call = cloudformation.create_stack if describe(name) is None else cloudformation.update_stack
    call(
        StackName=name,
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=CAPABILITIES,
    )
    settle(name)

"""What each function's own role lets it do, asked of the local cloud, which enforces IAM as AWS does.

The cloud does not know one condition of ours, dynamodb:LeadingKeys, by which the tips door reads of the
records table only an organisation's settings and plan: tests/infrastructure/test_template.py proves that one
on the template for AWS.
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.builders.visitor import Visitor, who
from tools.running import REGION, Stack

NOBODY = "ORG#demo#nothing#nobody"
FUNCTIONS = (
    "public",
    "console",
    "tips",
    "nightly_deadlines",
    "nightly_disclosure",
    "nightly_audit",
    "deliver_notices",
    "clean_file",
    "index_search",
    "make_documents",
)
WALKERS = {"nightly_deadlines", "nightly_disclosure", "nightly_audit", "deliver_notices", "make_documents"}
ALL_BUT_TIPS = set(FUNCTIONS) - {"tips"}


class Caller:
    """A function's role, calling AWS. What is allowed here changes nothing: writes have conditions that
    don't hold, and names are nobody's."""

    def __init__(self, stack: Stack, function: str) -> None:
        self._as_root = {
            "endpoint_url": stack.endpoint,
            "region_name": REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        role = self._root("lambda").get_function_configuration(FunctionName=f"sucharit-{function}")["Role"]
        lent = self._root("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        self._own = {
            **self._as_root,
            "aws_access_key_id": lent["AccessKeyId"],
            "aws_secret_access_key": lent["SecretAccessKey"],
            "aws_session_token": lent["SessionToken"],
        }
        self.names = stack.outputs

    def _root(self, service: str) -> Any:
        return boto3.client(service, **self._as_root)

    def aws(self, service: str) -> Any:
        return boto3.client(service, **self._own)

    def key(self, table: str) -> dict[str, Any]:
        return {"pk": {"S": NOBODY}, **({"sk": {"S": "x"}} if table in {"RecordsTable", "TipsTable"} else {})}

    def table(self, call: str, table: str, **arguments: Any) -> None:
        getattr(self.aws("dynamodb"), call)(TableName=self.names[table], **arguments)

    def read(self, table: str) -> None:
        self.table("get_item", table, Key=self.key(table))

    def write(self, table: str) -> None:
        self.table("put_item", table, Item=self.key(table), ConditionExpression="attribute_exists(pk)")

    def delete(self, table: str) -> None:
        self.table("delete_item", table, Key=self.key(table), ConditionExpression="attribute_exists(pk)")

    def index(self, name: str, key: str) -> None:
        self.table(
            "query",
            "RecordsTable",
            IndexName=name,
            KeyConditionExpression=f"{key} = :pk",
            ExpressionAttributeValues={":pk": {"S": NOBODY}},
        )

    def pool(self, call: str, **arguments: str) -> None:
        getattr(self.aws("cognito-idp"), call)(UserPoolId=self.names["UserPoolId"], **arguments)

    def mail(self) -> None:
        self.aws("sesv2").send_email(
            FromEmailAddress="sucharit@mail.example",
            Destination={"ToAddresses": ["nobody@demo.example"]},
            Content={"Raw": {"Data": b"From: sucharit@mail.example\r\nSubject: x\r\n\r\nx"}},
        )

    def bucket(self, call: str, bucket: str, **arguments: Any) -> None:
        getattr(self.aws("s3"), call)(Bucket=self.names[bucket], **arguments)

    def put(self, bucket: str) -> None:
        sealed = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/aws/s3"}
        self.bucket("put_object", bucket, Key="x", Body=b"x", IfMatch="x", **sealed)

    def other_function(self) -> None:
        self.aws("lambda").invoke(FunctionName="sucharit-console", InvocationType="DryRun")


Call = Callable[[Caller], None]

# What may be asked, and the functions that may ask it.
CALLS: dict[str, tuple[set[str], Call]] = {
    "read records": (set(FUNCTIONS), lambda me: me.read("RecordsTable")),
    "write records": (ALL_BUT_TIPS - {"index_search"}, lambda me: me.write("RecordsTable")),
    "list records of a kind": (ALL_BUT_TIPS, lambda me: me.index("by_kind", "kind_pk")),
    "list a unit's open work": ({"console", "nightly_deadlines"}, lambda me: me.index("queue", "queue_pk")),
    "list what is due": (WALKERS, lambda me: me.index("due", "due_pk")),
    "list the events of a day": (
        {"public", "console", "nightly_audit", "index_search", "make_documents"},
        lambda me: me.index("by_day", "day_pk"),
    ),
    "read sessions": ({"console"}, lambda me: me.read("SessionsTable")),
    "write sessions": ({"console"}, lambda me: me.write("SessionsTable")),
    "end sessions": ({"console"}, lambda me: me.delete("SessionsTable")),
    "read fingerprints and counters": (
        {"public", "console", "deliver_notices"},
        lambda me: me.read("IdempotencyTable"),
    ),
    "write fingerprints and counters": (
        {"public", "console", "deliver_notices"},
        lambda me: me.write("IdempotencyTable"),
    ),
    "read tips": ({"tips"}, lambda me: me.read("TipsTable")),
    "write tips": ({"tips"}, lambda me: me.write("TipsTable")),
    "read the server's key": (
        ALL_BUT_TIPS - {"index_search", "make_documents"},
        lambda me: me.aws("secretsmanager").get_secret_value(SecretId=me.names["ServerKeySecret"]),
    ),
    "read the key of the tips' door": (
        {"tips"},
        lambda me: me.aws("secretsmanager").get_secret_value(SecretId=me.names["TipsKeySecret"]),
    ),
    "let somebody sign in": (
        {"console"},
        lambda me: me.pool(
            "admin_initiate_auth",
            ClientId=me.names["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "nobody", "PASSWORD": "x"},
        ),
    ),
    "make somebody's sign-in anew": ({"console"}, lambda me: me.pool("admin_delete_user", Username="nobody")),
    "stop somebody's sign-in": ({"console"}, lambda me: me.pool("admin_disable_user", Username="nobody")),
    "give somebody another password": (
        set(),
        lambda me: me.pool("admin_set_user_password", Username="nobody", Password="x", Permanent=True),
    ),
    "list who can sign in": (set(), lambda me: me.pool("list_users")),
    "send mail": ({"deliver_notices"}, lambda me: me.mail()),
    "call another function": (set(), lambda me: me.other_function()),
    "read the stack": (set(), lambda me: me.aws("cloudformation").describe_stacks(StackName="sucharit")),
}
for table in ("RecordsTable", "TipsTable"):
    CALLS[f"erase in {table}"] = (set(), lambda me, table=table: me.delete(table))
for table in ("RecordsTable", "SessionsTable", "IdempotencyTable", "TipsTable"):
    CALLS[f"scan {table}"] = (set(), lambda me, table=table: me.table("scan", table))
NAMES = {
    "ComplaintFiles": {"nightly_deadlines", "clean_file"},
    "SearchIndex": {"console", "index_search", "make_documents"},
}
READ = {"ComplaintFiles": {"clean_file"}, "SearchIndex": NAMES["SearchIndex"]}
WRITE = {"ComplaintFiles": {"clean_file"}, "SearchIndex": {"index_search"}}
for bucket in ("ComplaintFiles", "SearchIndex", "TipIntake", "TipVault"):
    CALLS[f"list {bucket}"] = (
        NAMES.get(bucket, set()),
        lambda me, bucket=bucket: me.bucket("list_objects_v2", bucket),
    )
    CALLS[f"read from {bucket}"] = (
        READ.get(bucket, set()),
        lambda me, bucket=bucket: me.bucket("get_object", bucket, Key="x"),
    )
    CALLS[f"write to {bucket}"] = (
        WRITE.get(bucket, set()),
        lambda me, bucket=bucket: me.put(bucket),
    )


@pytest.fixture(scope="module", params=FUNCTIONS)
def caller(request: pytest.FixtureRequest, stack: Stack) -> Iterator[tuple[str, Caller]]:
    yield request.param, Caller(stack, request.param)


@pytest.mark.parametrize("what", CALLS)
def test_a_role_does_its_functions_work_and_is_refused_the_rest(
    caller: tuple[str, Caller], what: str
) -> None:
    function, me = caller
    allowed, call = CALLS[what]
    assert is_allowed(me, call) == (function in allowed)


def is_allowed(me: Caller, call: Call) -> bool:
    """Whether the role may call this, whatever else stands against the call."""
    try:
        call(me)
    except ClientError as error:
        return error.response["Error"]["Code"] not in {"AccessDenied", "AccessDeniedException"}
    return True


def test_the_doors_do_their_work_with_no_more_than_that(stack: Stack) -> None:
    """A complaint is filed and tracked, an officer signs in and reads it, the tips' guideline is shown."""
    visitor = Visitor(site=stack.site)
    code = visitor.files(subject="ประตูสามบาน")
    tracked = visitor.submit(visitor.get("/demo/complaints/track"), code=code)
    assert "ประตูสามบาน" in tracked.page.text
    officer = Visitor(site=stack.site)
    assert officer.signs_in(who(stack, "complaint_officer")).status == 200
    assert "ประตูสามบาน" in officer.get(f"/demo/console/complaints?q={code}").page.text
    assert visitor.get("/demo/tips").page.title

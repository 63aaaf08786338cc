"""What must hold of every deployment, whatever is added to infra/ or app.py."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.handlers.routing import SECURITY_HEADERS
from tools import stack

Template = dict[str, Any]

README = Path(__file__).parent.parent.parent / "README.md"

DOORS = {"APIHandler": "public", "Console": "console", "Tips": "tips"}
TIPS_ALONE = {"TipsTable", "TipsKey", "TipsKeySecret", "TipIntake", "TipVault"}


def of_type(template: Template, *kinds: str) -> dict[str, Template]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] in kinds
    }


def functions(template: Template) -> dict[str, Template]:
    return of_type(template, "AWS::Serverless::Function")


def variables(function: Template) -> dict[str, Any]:
    return dict(function.get("Environment", {}).get("Variables", {}))


def statements_of(template: Template, function: str) -> list[Template]:
    role = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def names_in(value: Any) -> Iterator[str]:
    """The logical ids that a piece of template refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield as_list(inner)[0]
            elif key == "Fn::Sub":
                text = as_list(inner)[0]
                yield from (part.split("}")[0].split(".")[0] for part in text.split("${")[1:])
                yield from names_in(as_list(inner)[1:])
            else:
                yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def test_each_function_has_a_role_of_its_own(template: Template) -> None:
    roles = [json.dumps(f["Role"]) for f in functions(template).values()]
    assert len(roles) == len(set(roles)) >= len(DOORS)


def test_no_policy_names_every_resource_or_every_action(template: Template) -> None:
    for function in functions(template):
        for statement in statements_of(template, function):
            assert statement["Effect"] == "Allow"
            assert "*" not in json.dumps(as_list(statement["Action"])), statement
            for resource in as_list(statement["Resource"]):
                assert isinstance(resource, dict), statement
                # The objects of one bucket, or of one folder in it, are named by a star behind its name.
                assert "*" not in re.sub(r"\.Arn}/([a-z]+/)?\*", "", json.dumps(resource)), statement


def test_every_function_may_write_its_own_log_and_no_other(template: Template) -> None:
    for function in functions(template):
        logs = [s for s in statements_of(template, function) if "logs:PutLogEvents" in s["Action"]]
        group = "ApiHandler" if function == "APIHandler" else function
        assert [s["Resource"] for s in logs] == [{"Fn::GetAtt": [f"{group}LogGroup", "Arn"]}]


def test_what_belongs_to_tips_is_named_to_the_tips_door_alone(template: Template) -> None:
    for function, properties in functions(template).items():
        named = set(names_in(statements_of(template, function))) | set(names_in(variables(properties)))
        assert bool(named & TIPS_ALONE) == (function == "Tips"), function


def test_the_tips_door_reads_nothing_of_records_but_settings_and_plan(template: Template) -> None:
    touching = [s for s in statements_of(template, "Tips") if "RecordsTable" in names_in(s["Resource"])]
    assert len(touching) == 1
    assert set(touching[0]["Action"]) == {"dynamodb:GetItem", "dynamodb:Query"}


def test_on_aws_it_reads_no_other_partitions(prod: Template) -> None:
    (statement,) = (s for s in statements_of(prod, "Tips") if "RecordsTable" in names_in(s["Resource"]))
    keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert keys == ["ORG#*#organisation#*", "ORG#*#plan#*"]
    assert statement["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}


def test_each_door_knows_which_it_is(template: Template) -> None:
    told = {name: variables(f).get("DOOR") for name, f in functions(template).items()}
    assert told == {name: DOORS.get(name, "job") for name in told}


def test_the_local_clock_is_on_the_local_cloud_alone(local: Template, prod: Template) -> None:
    assert "LOCAL_CLOCK" in json.dumps(local)
    assert "LOCAL_CLOCK" not in json.dumps(prod)


def test_paths_go_to_the_function_of_their_door(template: Template) -> None:
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path, item in paths.items():
        expected = "APIHandler"
        if path.startswith(("/{org}/tips", "/api/v1/{org}/tips")):
            expected = "Tips"
        elif path.startswith("/{org}/console"):
            expected = "Console"
        for operation in item.values():
            assert set(names_in(operation["x-amazon-apigateway-integration"]["uri"])) - {
                "AWS::Partition",
                "AWS::Region",
            } == {expected}, path


def test_the_gateway_may_call_each_door(template: Template) -> None:
    permitted = {p["FunctionName"]["Ref"] for p in of_type(template, "AWS::Lambda::Permission").values()}
    assert permitted == set(DOORS)


def test_the_access_log_holds_neither_address_nor_browser_nor_a_path_as_typed(template: Template) -> None:
    written = json.loads(template["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]["Format"])
    told = set(written.values())
    assert not [v for v in told if "identity" in v or v in ("$context.path", "$context.domainName")]
    assert "$context.resourcePath" in told


def test_errors_of_the_gateway_are_problem_documents(template: Template) -> None:
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    answers = body["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= answers.keys()
    for answer in answers.values():
        assert answer["responseParameters"]["gatewayresponse.header.Content-Type"] == (
            "'application/problem+json'"
        )


@pytest.mark.parametrize(
    "header",
    [
        "Cache-Control",
        "Referrer-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
    ],
)
def test_errors_of_the_gateway_carry_the_headers_of_our_own_answers(template: Template, header: str) -> None:
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    for answer in body["x-amazon-apigateway-gateway-responses"].values():
        told = answer["responseParameters"][f"gatewayresponse.header.{header}"]
        assert told == f"'{SECURITY_HEADERS[header]}'"
        policy = answer["responseParameters"]["gatewayresponse.header.Content-Security-Policy"]
        assert policy == "'default-src 'none'; frame-ancestors 'none''"


def test_bodies_pass_the_gateway_as_bytes(template: Template) -> None:
    api = template["Resources"]["RestAPI"]["Properties"]
    assert api["BinaryMediaTypes"] == ["*/*"]
    assert api["MinimumCompressionSize"] == 1024


def test_lasting_tables_can_be_recovered_and_all_are_under_our_keys(template: Template) -> None:
    tables = of_type(template, "AWS::DynamoDB::Table")
    for name, table in tables.items():
        key = "TipsKey" if name == "TipsTable" else "GeneralKey"
        assert table["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}, name
        recoverable = table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        assert recoverable or table["TimeToLiveSpecification"]["Enabled"], name
    assert tables["RecordsTable"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert tables["TipsTable"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]


def test_buckets_are_private_encrypted_and_reached_by_tls_alone(template: Template) -> None:
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        assert all(bucket["PublicAccessBlockConfiguration"].values()), name
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
        (policy,) = [p for p in policies if p["Bucket"] == {"Ref": name}]
        sids = {s["Sid"] for s in policy["PolicyDocument"]["Statement"]}
        assert {"TlsOnly", "UnderOurKeyOnly"} <= sids, name


def test_on_aws_a_bucket_takes_what_is_under_our_key_alone(prod: Template) -> None:
    for policy in of_type(prod, "AWS::S3::BucketPolicy").values():
        (statement,) = (s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "UnderOurKeyOnly")
        wanted = statement["Condition"]["StringNotEquals"]
        assert set(wanted) == {"s3:x-amz-server-side-encryption-aws-kms-key-id"}
        assert set(names_in(wanted)) <= {"GeneralKey", "TipsKey"}


def test_the_intake_keeps_no_versions_and_the_vault_loses_none(template: Template) -> None:
    buckets = of_type(template, "AWS::S3::Bucket")
    assert "VersioningConfiguration" not in buckets["TipIntake"]
    assert buckets["TipVault"]["ObjectLockEnabled"] is True
    lock = buckets["TipVault"]["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert lock["Mode"] == "GOVERNANCE"


def test_the_search_index_is_read_by_the_console_and_written_by_its_job_alone(template: Template) -> None:
    """It keeps no versions either: what was erased from it is gone. An export reads it as a list does."""
    assert "VersioningConfiguration" not in of_type(template, "AWS::S3::Bucket")["SearchIndex"]
    may: dict[str, set[str]] = {}
    for function in functions(template):
        for statement in statements_of(template, function):
            if "SearchIndex" in names_in(statement["Resource"]):
                may.setdefault(function, set()).update(as_list(statement["Action"]))
    assert may == {
        "Console": {"s3:GetObject", "s3:ListBucket"},
        "IndexSearch": {"s3:GetObject", "s3:ListBucket", "s3:PutObject"},
        "MakeDocuments": {"s3:GetObject", "s3:ListBucket"},
    }


def test_the_public_door_reads_reports_and_no_export(template: Template) -> None:
    may: dict[str, dict[str, set[str]]] = {"Reports": {}, "Exports": {}}
    for function in functions(template):
        for statement in statements_of(template, function):
            for bucket in {"Reports", "Exports"} & set(names_in(statement["Resource"])):
                may[bucket].setdefault(function, set()).update(as_list(statement["Action"]))
    reads, writes = {"s3:GetObject"}, {"s3:PutObject"}
    assert may["Reports"] == {"APIHandler": reads, "Console": reads, "MakeDocuments": writes}
    assert may["Exports"] == {"Console": reads, "MakeDocuments": writes}


def test_exports_keep_no_versions_and_are_gone_some_days_later(template: Template) -> None:
    exports = of_type(template, "AWS::S3::Bucket")["Exports"]
    assert "VersioningConfiguration" not in exports
    assert exports["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 4


def test_a_message_that_was_given_back_three_times_is_kept(template: Template) -> None:
    queue = of_type(template, "AWS::SQS::Queue")["DocumentsQueue"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}
    function = functions(template)["MakeDocuments"]
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def actions_on(template: Template, function: str, resource: str) -> set[str]:
    """What a function's policy lets it do with something that it names."""
    found = [s for s in statements_of(template, function) if resource in names_in(s["Resource"])]
    return {action for statement in found for action in as_list(statement["Action"])}


def test_uncleaned_files_are_fetched_by_who_cleans_them_alone(template: Template) -> None:
    assert "VersioningConfiguration" not in of_type(template, "AWS::S3::Bucket")["ComplaintIntake"]
    may = {f: actions_on(template, f, "ComplaintIntake") for f in functions(template)}
    assert {f: actions for f, actions in may.items() if actions} == {
        "APIHandler": {"s3:PutObject"},
        "Console": {"s3:PutObject"},
        "CleanFile": {"s3:GetObject", "s3:DeleteObject", "s3:ListBucket"},
    }
    policy = template["Resources"]["ComplaintIntakePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (denial,) = [s for s in policy if s["Sid"] == "FetchedByWhoCleansAlone"]
    assert (denial["Effect"], denial["Principal"], denial["Action"]) == ("Deny", "*", "s3:GetObject")
    assert set(names_in(denial["Condition"])) - {"AWS::Partition", "AWS::AccountId"} == {"CleanFileRole"}
    assert denial["Condition"].keys() == {"ArnNotLike"}


def test_an_event_of_the_intake_tells_the_key_alone(template: Template) -> None:
    """S3's own message carries the sender's address."""
    (target,) = template["Resources"]["FileArrived"]["Properties"]["Targets"]
    assert target["InputTransformer"] == {
        "InputPathsMap": {"key": "$.detail.object.key"},
        "InputTemplate": '{"arrived": <key>}',
    }


def test_the_public_door_reads_no_original_of_a_photo(template: Template) -> None:
    allowed = [
        statement["Resource"]["Fn::Sub"]
        for statement in statements_of(template, "APIHandler")
        if "ComplaintFiles" in names_in(statement["Resource"])
    ]
    assert sorted(allowed) == ["${ComplaintFiles.Arn}/clean/*", "${ComplaintFiles.Arn}/preview/*"]


def test_keys_are_rotated(template: Template) -> None:
    assert all(key["EnableKeyRotation"] for key in of_type(template, "AWS::KMS::Key").values())


def test_officers_need_two_factors_and_are_made_by_an_administrator(template: Template) -> None:
    pool = template["Resources"]["UserPool"]["Properties"]
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_every_log_is_kept_for_a_time(template: Template) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    assert len(groups) == len(functions(template)) + 1
    assert all(group["RetentionInDays"] == 90 for group in groups.values())


def test_every_function_has_its_alarms(template: Template) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    watched = {(a["MetricName"], json.dumps(a.get("Dimensions"))) for a in alarms}
    for function, properties in functions(template).items():
        dimension = json.dumps([{"Name": "FunctionName", "Value": {"Ref": function}}])
        assert {("Errors", dimension), ("Throttles", dimension)} <= watched, function
        if variables(properties)["DOOR"] == "job":
            assert ("Invocations", dimension) in watched, f"{function} could stop unnoticed"
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms)


def test_a_record_that_a_job_fails_on_raises_an_alarm(template: Template) -> None:
    filters = of_type(template, "AWS::Logs::MetricFilter").values()
    counted = {next(names_in(f["LogGroupName"])): f["MetricTransformations"][0] for f in filters}
    for function, properties in functions(template).items():
        if variables(properties)["DOOR"] == "job":
            assert counted[f"{function}LogGroup"]["MetricName"] == "FailedRecords"
    assert all("record_failed" in f["FilterPattern"] for f in filters)
    alarm = template["Resources"]["FailedRecordsAlarm"]["Properties"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("FailedRecords", 1)


def test_what_a_job_failed_on_is_kept(template: Template) -> None:
    for function, properties in functions(template).items():
        if variables(properties)["DOOR"] == "job":
            failure = properties["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
            assert failure["Destination"] == {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}
            assert "JobsDeadLetters" in names_in(statements_of(template, function))


@pytest.mark.parametrize(
    "name", ["RecordsTable", "TipsTable", "UserPool", "ServerKeySecret", "TipsKeySecret", "TipVault"]
)
def test_what_can_not_be_made_again_outlives_the_stack(prod: Template, name: str) -> None:
    resource = prod["Resources"][name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_template_is_within_cloudformations_limits(prod: Template) -> None:
    assert len(json.dumps(prod).encode()) < 1_000_000
    assert len(prod["Resources"]) < 400  # of 500, since the transform adds a few
    assert len(prod["Parameters"]) <= 200


def test_execution_logs_that_would_hold_codes_are_off(prod: Template) -> None:
    (settings,) = prod["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)


@pytest.mark.parametrize("job", ["NightlyDeadlines", "NightlyDisclosure", "NightlyAudit"])
def test_a_tool_that_plays_the_nights_knows_what_their_functions_know(template: Template, job: str) -> None:
    outputs = {name: output["Value"] for name, output in template["Outputs"].items()}
    known = {variable: outputs.get(output) for variable, output in stack.ENVIRONMENT.items()}
    parameter = {"Ref": "SiteUrl"}
    for variable, value in template["Resources"][job]["Properties"]["Environment"]["Variables"].items():
        if isinstance(value, dict) and value != parameter:
            assert known.get(variable) == value, variable


def test_the_cost_of_idling_counts_every_alarm(prod: Template) -> None:
    alarms = len(of_type(prod, "AWS::CloudWatch::Alarm"))
    assert f"| {alarms} alarms and one metric | {alarms / 10 + 0.30:.2f} |" in README.read_text("utf-8")


def test_what_outlives_the_stack_is_what_operations_say(prod: Template) -> None:
    kept = {name for name, r in prod["Resources"].items() if r.get("DeletionPolicy") == "Retain"}
    assert set(of_type(prod, "AWS::S3::Bucket")) - kept == {"Exports"}
    assert set(of_type(prod, "AWS::DynamoDB::Table")) - kept == {"SessionsTable", "IdempotencyTable"}
    assert (
        set(of_type(prod, "AWS::KMS::Key", "AWS::SecretsManager::Secret", "AWS::Cognito::UserPool")) <= kept
    )

"""Join Chalice's template with infra/: one template, three doors.

Files of infra/ are deep-merged into what Chalice generated, so that they can add resources and
complete Chalice's own (a function's environment, the API's access log). infra/local/ is for
the local cloud alone, infra/aws/ for AWS alone. What a file can't say is done here: paths are
pointed at their door's function, the package is a pair of parameters, each function gets the
alarms that every function has, and the local cloud is asked nothing that it can't tell.
"""

import json
import re
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

ROOT = Path(__file__).resolve().parent.parent
LOCAL_STAGE = "dev"

# The first pattern that a path of the API matches names its function; Chalice's own handler,
# the public door, has the rest.
DOORS = (
    (re.compile(r"^/\{org\}/console(/|$)"), "Console"),
    (re.compile(r"^/\{org\}/tips(/|$)"), "Tips"),
    (re.compile(r"^/api/v1/\{org\}/tips(/|$)"), "Tips"),
)
PUBLIC = "APIHandler"
NAMES = {PUBLIC: "public"}
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}

Template = dict[str, Any]


class InfraError(Exception):
    """A file of infra/ does not fit the application or another file."""


def door_of(path: str) -> str:
    """The logical id of the function that serves a path of the API's definition."""
    return next((function for pattern, function in DOORS if pattern.match(path)), PUBLIC)


def deep_merge(base: Template, patch: Template, where: str = "") -> None:
    """Merge maps key by key; anything else of the patch replaces what was there."""
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            if any(k == "Ref" or k.startswith("Fn::") for k in {**value, **base[key]}):
                base[key] = value
            else:
                deep_merge(base[key], value, f"{where}/{key}")
        else:
            base[key] = value


def infra_files(stage: str) -> list[Path]:
    only = "local" if stage == LOCAL_STAGE else "aws"
    return sorted((ROOT / "infra").glob("*.yaml")) + sorted((ROOT / "infra" / only).glob("*.yaml"))


def functions(template: Template) -> list[str]:
    kind = "AWS::Serverless::Function"
    return [name for name, r in template["Resources"].items() if r.get("Type") == kind]


def repoint(definition: Template) -> None:
    """Point each path of the API's definition at its door."""
    for path, item in definition["paths"].items():
        for method, operation in item.items():
            integration = operation.get("x-amazon-apigateway-integration", {})
            if method in METHODS and integration.get("type") == "aws_proxy":
                integration["uri"] = {
                    "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
                    "/2015-03-31/functions/${" + door_of(path) + ".Arn}/invocations"
                }


def permit_gateway(template: Template) -> None:
    """Let the API call the doors that Chalice does not know as such."""
    example = template["Resources"]["APIHandlerInvokePermission"]["Properties"]
    for function in sorted({function for _, function in DOORS}):
        template["Resources"][f"{function}InvokePermission"] = {
            "Type": "AWS::Lambda::Permission",
            "Properties": {**example, "FunctionName": {"Ref": function}},
        }


def name_functions(template: Template) -> None:
    """Give functions the names of app.py, and their log groups the names that Lambda expects.

    A log group so named needs no reference to its function, so that a policy can name the group.
    """
    for function in functions(template):
        properties = template["Resources"][function]["Properties"]
        name = "${AWS::StackName}-" + NAMES.get(function, properties["Handler"].partition(".")[2])
        group = "ApiHandler" if function == PUBLIC else function
        properties["FunctionName"] = {"Fn::Sub": name}
        template["Resources"][group + "LogGroup"]["Properties"]["LogGroupName"] = {
            "Fn::Sub": "/aws/lambda/" + name
        }


def watch_functions(template: Template) -> None:
    """Give each function its alarms: it failed, or was turned away for want of concurrency."""
    for function in functions(template):
        for metric in ("Errors", "Throttles"):
            template["Resources"][f"{function}{metric}Alarm"] = {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmDescription": f"{metric} of the function {function}",
                    "Namespace": "AWS/Lambda",
                    "MetricName": metric,
                    "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": function}}],
                    "Statistic": "Sum",
                    "Period": 300,
                    "EvaluationPeriods": 1,
                    "Threshold": 1,
                    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "TreatMissingData": "notBreaching",
                    "AlarmActions": [{"Ref": "Alarms"}],
                },
            }


def locate_code(template: Template) -> None:
    for name in functions(template):
        template["Resources"][name]["Properties"]["CodeUri"] = {
            "Bucket": {"Ref": "CodeBucket"},
            "Key": {"Ref": "CodeKey"},
        }


def allow_without_leading_keys(template: Template) -> None:
    """Let what is allowed for some partitions of a table alone stand for the table.

    MiniStack does not tell its policies which partition a call is about, and would refuse every call.
    """
    for resource in template["Resources"].values():
        for policy in resource.get("Properties", {}).get("Policies", ()):
            for statement in policy["PolicyDocument"]["Statement"] if isinstance(policy, dict) else ():
                if "dynamodb:LeadingKeys" in json.dumps(statement.get("Condition", {})):
                    del statement["Condition"]


def ask_for_any_key(template: Template) -> None:
    """Let a bucket that takes what is under our key alone take what is under any key of KMS.

    MiniStack does not tell its policies which key a file is to be under, and would refuse every file.
    """
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::S3::BucketPolicy":
            continue
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Sid"] == "UnderOurKeyOnly":
                statement["Condition"] = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}


def merge(template: Template, stage: str) -> Template:
    """The template to deploy, made from the one that `chalice package` wrote."""
    for path in infra_files(stage):
        patch = YAMLTemplateSerializer().load_template(path.read_text(), str(path))
        for section, entries in patch.items():
            deep_merge(template.setdefault(section, {}), entries)
    untyped = [name for name, r in template["Resources"].items() if "Type" not in r]
    if untyped:
        raise InfraError(f"infra/ completes what the application does not have: {untyped}")
    repoint(template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"])
    permit_gateway(template)
    locate_code(template)
    name_functions(template)
    watch_functions(template)
    if stage == LOCAL_STAGE:
        allow_without_leading_keys(template)
        ask_for_any_key(template)
    return template

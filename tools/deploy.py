"""Deploy to AWS: build, upload, show what would change, and on a yes change it.

    make deploy STAGE=prod DOMAIN=sucharit.example MAIL_SENDER=no-reply@sucharit.example

Credentials and region are those of the usual AWS_ variables or profile. What a parameter is not
given for keeps the value of the stack that stands. `CODE_KEY` deploys a package that was uploaded
before instead of the one built now: a rollback.
"""

import os
import sys
import time
from collections.abc import Mapping

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools import merge, package, stack

# Variables of `make deploy` and the template's parameters that they are; the first two a stack
# can't be made without.
PARAMETERS = {
    "DOMAIN": "Domain",
    "MAIL_SENDER": "MailSender",
    "ALARMS_TO": "AlarmsTo",
    "HOSTED_ZONE": "HostedZone",
    "RATE_LIMIT_PER_MINUTE": "RateLimitPerMinute",
    "PUBLIC_CONCURRENCY": "PublicConcurrency",
    "CONSOLE_CONCURRENCY": "ConsoleConcurrency",
    "TIPS_CONCURRENCY": "TipsConcurrency",
}
REQUIRED = ("DOMAIN", "MAIL_SENDER")
# CloudFormation's two ways to say that a change set is empty.
NOTHING = ("didn't contain changes", "No updates are to be performed")


class DeployError(Exception):
    """The deployment can't begin as it was asked for."""


def code_bucket() -> str:
    """The account's bucket of packages in this region, made where there is none: private, under
    the service's own key, with every package kept for rollbacks."""
    session = boto3.Session()
    region = session.region_name
    if region is None:
        raise DeployError("name a region: AWS_REGION=ap-southeast-1 make deploy …")
    account = boto3.client("sts").get_caller_identity()["Account"]
    name = f"sucharit-code-{account}-{region}"
    s3 = boto3.client("s3")
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **({} if region == "us-east-1" else place))
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
    return name


def parameters(
    typed: Mapping[str, str], standing: Mapping[str, str], code: Mapping[str, str]
) -> dict[str, str]:
    """The parameters of the stack to be: those that stand, those that were typed, the code's."""
    chosen = {**standing, **{PARAMETERS[name]: value for name, value in typed.items()}, **code}
    missing = [name for name in REQUIRED if not chosen.get(PARAMETERS[name])]
    if missing:
        raise DeployError(f"a first deployment needs {' and '.join(missing)}")
    chosen["SiteUrl"] = f"https://{chosen['Domain']}"
    return chosen


def propose(name: str, template_url: str, chosen: Mapping[str, str], new: bool) -> str | None:
    """Make a change set and wait until it is worked out; answers its name, None where nothing
    would change. Raises DeployError with CloudFormation's reason where it can't be."""
    cloudformation = boto3.client("cloudformation")
    change_set = f"deploy-{int(time.time())}"
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateURL=template_url,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in chosen.items()],
        Capabilities=stack.CAPABILITIES,
    )
    while True:
        told = cloudformation.describe_change_set(StackName=name, ChangeSetName=change_set)
        if told["Status"] == "CREATE_COMPLETE":
            return change_set
        if told["Status"] == "FAILED":
            cloudformation.delete_change_set(StackName=name, ChangeSetName=change_set)
            why = told.get("StatusReason", "")
            if any(words in why for words in NOTHING):
                return None
            raise DeployError(f"no change set could be made: {why}")
        time.sleep(1)


def changes(name: str, change_set: str) -> list[str]:
    """A line a change: what is done to what, and whether it is made anew."""
    pages = boto3.client("cloudformation").get_paginator("describe_change_set")
    lines = []
    for page in pages.paginate(StackName=name, ChangeSetName=change_set):
        for change in (c["ResourceChange"] for c in page["Changes"]):
            anew = "  MADE ANEW" if change.get("Replacement") == "True" else ""
            lines.append(
                f"{change['Action']:8} {change['ResourceType']:38} {change['LogicalResourceId']}{anew}"
            )
    return sorted(lines)


def mail_records(domain: str) -> list[str]:
    """The records that the sender's domain still needs before SES signs for it."""
    dkim = boto3.client("sesv2").get_email_identity(EmailIdentity=domain)["DkimAttributes"]
    if dkim["Status"] == "SUCCESS":
        return []
    return [
        f"MailRecord {token}._domainkey.{domain} CNAME {token}.dkim.amazonses.com"
        for token in dkim.get("Tokens", ())
    ]


def deploy(stage: str, typed: Mapping[str, str], code_key: str, agreed: bool) -> None:
    """Deploy a stage; asks on the terminal unless agreed to before."""
    name = f"{stack.NAME}-{stage}"
    package.build(stage)
    bucket = code_bucket()
    key = code_key or stack.upload(bucket, package.PACKAGE, "package")
    template_key = stack.upload(bucket, package.template_path(stage), "template")
    stack.remove_unborn(name)
    stands = stack.describe(name)
    # A stack in review has a change set that nobody agreed to, and nothing else.
    new = stands is None or stands["StackStatus"] == "REVIEW_IN_PROGRESS"
    standing = {p["ParameterKey"]: p["ParameterValue"] for p in (stands or {}).get("Parameters", ())}
    code = {"CodeBucket": bucket, "CodeKey": key, **stack.upload_layers(bucket)}
    chosen = parameters(typed, {} if new else standing, code)
    change_set = propose(name, stack.url(bucket, template_key), chosen, new)
    if change_set is None:
        print(f"{name} stands as it is: nothing changes")
        return
    print(f"{name} with the package {key}:", *changes(name, change_set), sep="\n  ")
    if not agreed and input("Change it so? [y/N] ").strip().lower() != "y":
        boto3.client("cloudformation").delete_change_set(StackName=name, ChangeSetName=change_set)
        print("Nothing was changed")
        return
    boto3.client("cloudformation").execute_change_set(StackName=name, ChangeSetName=change_set)
    stack.settle(name)
    for output, value in sorted(stack.outputs(name).items()):
        print(f"{output} {value}")
    print(*mail_records(chosen["MailSender"].partition("@")[2]), sep="\n")


def main() -> int:
    typed = {name: os.environ[name] for name in PARAMETERS if os.environ.get(name)}
    stage = os.environ.get("STAGE", "")
    if stage == merge.LOCAL_STAGE or not stage.isalpha():
        print("Name a stage of .chalice/config.json that is for AWS: make deploy STAGE=prod", file=sys.stderr)
        return 2
    try:
        deploy(stage, typed, os.environ.get("CODE_KEY", ""), os.environ.get("YES") == "1")
    except (
        *(DeployError, stack.StackError, package.PackageError, merge.InfraError),
        *(ClientError, BotoCoreError),
    ) as error:
        print(f"Not deployed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

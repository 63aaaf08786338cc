"""`make deploy` against the local cloud: what can be tried of it without AWS."""

import os
import subprocess

import pytest

from tools import stack as deployed
from tools.running import ROOT, Stack, aws_environment

DOMAIN = {"DOMAIN": "sucharit.example", "MAIL_SENDER": "no-reply@sucharit.example"}


def deploy(stack: Stack, answer: str = "", **typed: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **stack.aws(), "STAGE": "prod", **typed}
    return subprocess.run(
        ["make", "-s", "deploy"],
        cwd=ROOT,
        env=environment,
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def parameters(stack: Stack) -> dict[str, str]:
    with aws_environment(stack.aws()):
        described = deployed.describe("sucharit-prod")
    assert described is not None
    assert described["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {p["ParameterKey"]: p["ParameterValue"] for p in described["Parameters"]}


@pytest.fixture(scope="module")
def first(stack: Stack) -> subprocess.CompletedProcess[str]:
    """The first deployment of the stage."""
    return deploy(stack, YES="1", **DOMAIN)


def test_a_first_deployment_asks_for_what_it_can_not_know(stack: Stack) -> None:
    refused = deploy(stack)
    assert refused.returncode != 0
    assert "Not deployed: a first deployment needs DOMAIN and MAIL_SENDER" in refused.stderr


def test_the_local_stage_is_not_deployed(stack: Stack) -> None:
    assert "make deploy STAGE=prod" in deploy(stack, STAGE="dev").stderr


def test_a_deployment_tells_its_changes_and_what_came_of_it(
    stack: Stack, first: subprocess.CompletedProcess[str]
) -> None:
    assert first.returncode == 0, first.stderr
    assert "Add      AWS::DynamoDB::Table" in first.stdout
    assert "SiteTarget " in first.stdout
    assert parameters(stack)["SiteUrl"] == "https://sucharit.example"


def test_without_a_yes_nothing_is_changed(stack: Stack, first: subprocess.CompletedProcess[str]) -> None:
    asked = deploy(stack, answer="\n", RATE_LIMIT_PER_MINUTE="7")
    assert "Nothing was changed" in asked.stdout
    assert parameters(stack)["RateLimitPerMinute"] == "20"


def test_a_change_keeps_what_was_typed_before(stack: Stack, first: subprocess.CompletedProcess[str]) -> None:
    assert deploy(stack, answer="y\n", RATE_LIMIT_PER_MINUTE="7").returncode == 0
    now = parameters(stack)
    assert (now["RateLimitPerMinute"], now["MailSender"]) == ("7", DOMAIN["MAIL_SENDER"])


def test_a_package_of_before_is_a_rollback(stack: Stack, first: subprocess.CompletedProcess[str]) -> None:
    key = parameters(stack)["CodeKey"]
    assert deploy(stack, YES="1", CODE_KEY=key).stdout.strip().endswith("stands as it is: nothing changes")

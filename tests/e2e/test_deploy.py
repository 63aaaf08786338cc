"""`make deploy` and `make organisation` against the local cloud: what can be tried of them without AWS."""

import os
import subprocess

import pytest

from tools import stack as deployed
from tools.running import ROOT, Stack, aws_environment

DOMAIN = {"DOMAIN": "sucharit.example", "MAIL_SENDER": "no-reply@sucharit.example"}


def deploy(stack: Stack, answer: str = "", **typed: str) -> subprocess.CompletedProcess[str]:
    return make(stack, "deploy", answer, **typed)


def make(stack: Stack, target: str, answer: str = "", **typed: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **stack.aws(), "STAGE": "prod", **typed}
    return subprocess.run(
        ["make", "-s", target],
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


def test_an_organisation_begins_with_its_plan_and_an_administrator(
    stack: Stack, first: subprocess.CompletedProcess[str]
) -> None:
    typed = {"PLAN": "data/bangkhae-2566-2570.yaml", "ADMIN": "somchai", "NAME": "สมชาย ใจดี"}
    begun = make(stack, "organisation", **typed, EMAIL="somchai@example.go.th")
    assert begun.stdout.splitlines() == [
        "Bang Khae SAO begins",
        "The plan is in force",
        "bangkhae-somchai gets a first password by email",
    ]
    again = make(stack, "organisation", PLAN=typed["PLAN"])
    assert again.stdout.splitlines() == ["The plan was in force already"]


def test_where_no_stack_stands_no_organisation_begins(stack: Stack) -> None:
    refused = make(stack, "organisation", STAGE="elsewhere", PLAN="data/bangkhae-2566-2570.yaml")
    assert "Nothing was done: there is no stack sucharit-elsewhere" in refused.stderr

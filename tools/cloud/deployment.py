"""Bring the stack on the local cloud up to date, and load it."""

import json
import os
import signal
import subprocess

import boto3

from tools import stack
from tools.cloud.settings import REGION, ROOT, Settings

TEMPLATE = ROOT / "build" / "template-dev.json"
PACKAGE = ROOT / "build" / "package.zip"
LOADER = ROOT / "tools" / "load.py"
APP_PYTHON = ROOT / ".venvs" / "app" / "bin" / "python"
CODE_BUCKET = "sucharit-code"
MAIL_SENDER = "sucharit@mail.example"


class LoadError(Exception):
    """The plan or the demonstration could not be loaded; the loader has said why."""


class Deployment:
    """The stack as this cloud has it. Calls block: run them in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: subprocess.Popen[bytes] | None = None
        self.outputs: dict[str, str] = {}

    @property
    def prefix(self) -> str:
        """Where the local cloud serves the API."""
        return f"/_aws/execute-api/{self.outputs['RestAPIId']}/api"

    def deploy(self) -> None:
        """Create or update the stack, unless it stands as it was built."""
        s3 = boto3.client("s3")
        if CODE_BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        parameters = {
            "CodeBucket": CODE_BUCKET,
            "CodeKey": stack.upload(CODE_BUCKET, PACKAGE, "package"),
            **stack.upload_layers(CODE_BUCKET),
            "SiteUrl": self._settings.site,
            "MailSender": MAIL_SENDER,
        }
        if self._settings.rate_limit is not None:
            parameters["RateLimitPerMinute"] = str(self._settings.rate_limit)
        if not stack.is_current(stack.NAME, TEMPLATE, parameters):
            print("Deploying the stack", flush=True)
            key = stack.upload(CODE_BUCKET, TEMPLATE, "template")
            stack.deploy(stack.NAME, stack.url(CODE_BUCKET, key), parameters)
            answer_as_gateway(stack.outputs(stack.NAME)["RestAPIId"])
        self.outputs = stack.outputs(stack.NAME)

    def load(self) -> None:
        """Load the plan and the demonstration; what the loader prints is for whoever ran us."""
        environment = {
            **os.environ,
            **stack.environment(self.outputs),
            "STATE_DIR": str(self._settings.state),
            "SITE_URL": self._settings.site,
        }
        if LOADER.exists() and self._run([str(APP_PYTHON), "-m", "tools.load"], environment) != 0:
            raise LoadError("the plan and the demonstration could not be loaded")

    def build(self) -> bool:
        """Build package and template anew; whether they could be built."""
        return self._run(["make", "-s", "package"], dict(os.environ)) == 0

    def end(self) -> None:
        """End a child that is still at work."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)

    def _run(self, command: list[str], environment: dict[str, str]) -> int:
        self._child = subprocess.Popen(command, cwd=ROOT, env=environment)
        return self._child.wait()


def answer_as_gateway(api: str) -> None:
    """Tell MiniStack the gateway's own answers, which its import of a definition leaves out."""
    client = boto3.client("apigateway")
    definition = json.loads(TEMPLATE.read_text())["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    for kind, answer in definition["x-amazon-apigateway-gateway-responses"].items():
        client.put_gateway_response(restApiId=api, responseType=kind, **answer)
    client.create_deployment(restApiId=api, stageName="api")

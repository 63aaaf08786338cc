"""Run the deployed thing on this machine: MiniStack, the stack on it, and the site's port.

    PORT=8000 CLOUD_PORT=4566 STATE_DIR=.local .venvs/cloud/bin/python -m tools.local_cloud

Prints `READY http://127.0.0.1:PORT/` once everything serves; TERM or Ctrl-C saves the state and
ends it. The package and the template must be built (`make run` sees to it).
"""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.cloud_site import Message, Receive, Scope, Send
    from tools.cloud_state import Snapshots

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "build" / "template-dev.json"
PACKAGE = ROOT / "build" / "package.zip"
LOADER = ROOT / "tools" / "load.py"
APP_PYTHON = ROOT / ".venvs" / "app" / "bin" / "python"
HOST = "127.0.0.1"
REGION = "ap-southeast-1"
STACK = "sucharit"
CODE_BUCKET = "sucharit-code"
SAVE_EVERY_S = 3
GRACE_S = 6
READ_ONLY = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "Head", "TransactGet")


def say(line: str) -> None:
    print(line, flush=True)


class Settings:
    """What `make run` was told."""

    def __init__(self) -> None:
        self.port = int(os.environ.get("PORT") or 8000)
        self.cloud_port = int(os.environ.get("CLOUD_PORT") or 4566)
        self.state = (ROOT / (os.environ.get("STATE_DIR") or ".local")).resolve()
        self.rate_limit = os.environ.get("RATE_LIMIT_PER_MINUTE") or ""
        self.site = f"http://{HOST}:{self.port}"
        self.endpoint = f"http://{HOST}:{self.cloud_port}"

    def aws_environment(self) -> dict[str, str]:
        """Variables that point an AWS client at this cloud, as root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }


def require_free(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(f"Port {port} is in use; choose another: make run {variable}=…")


def require_own(state: Path) -> int:
    """Hold the state folder for this process alone; answers the lock, kept open until the end."""
    state.mkdir(parents=True, exist_ok=True)
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"Another run uses {state}; choose another folder: make run STATE_DIR=…")
    return lock


def prepare_environment(settings: Settings) -> None:
    """What MiniStack reads when it is imported, and its workers inherit."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "MINISTACK_", "LAMBDA_"))]:
        del os.environ[name]
    workers = settings.state / "workers"
    shutil.rmtree(workers, ignore_errors=True)
    workers.mkdir(parents=True)
    os.environ.update(settings.aws_environment())
    os.environ.update(
        AUTH="true",
        BIND_HOST=HOST,
        GATEWAY_PORT=str(settings.cloud_port),
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        MINISTACK_REGION=REGION,
        PERSIST_STATE="1",
        S3_DATA_DIR=str(settings.state / "buckets"),
        S3_PERSIST="1",
        SFTP_ENABLED="0",
        STATE_DIR=str(settings.state / "cloud"),
        TMPDIR=str(workers),
    )


class Cloud:
    """MiniStack in this process, and the keeping of its state."""

    def __init__(self, snapshots: "Snapshots") -> None:
        self._snapshots = snapshots
        self._written = False

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        from ministack import app as ministack

        from tools.cloud_site import lifespan

        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        if scope["type"] == "http" and changes_state(scope):
            self._written = True
        await ministack.app(scope, receive, send)

    async def start(self) -> None:
        """MiniStack's own start, which loads the state; its stop is never asked for, since it
        would save a second time and elsewhere."""
        from ministack import app as ministack

        started = asyncio.Event()
        sent = False

        async def receive() -> "Message":
            nonlocal sent
            if sent:
                await asyncio.Event().wait()
            sent = True
            return {"type": "lifespan.startup"}

        async def send(message: "Message") -> None:
            started.set()

        self._lifespan = asyncio.create_task(ministack.app({"type": "lifespan"}, receive, send))
        await started.wait()

    async def save(self) -> bool:
        """Take a snapshot; whether it was taken whole."""
        self._written = False
        child = self._snapshots.fork()
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        if status != 0:
            self._written = True
        return status == 0

    async def keep_saving(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            if self._written:
                await self.save()


def changes_state(scope: "Scope") -> bool:
    if scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(READ_ONLY)


def deploy(settings: Settings) -> dict[str, str]:
    """Bring the stack up to date; answers its outputs."""
    import boto3

    from tools import stack

    s3 = boto3.client("s3")
    if CODE_BUCKET not in {b["Name"] for b in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(
            Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    parameters = {
        "CodeBucket": CODE_BUCKET,
        "CodeKey": stack.upload(CODE_BUCKET, PACKAGE, "package"),
        "SiteUrl": settings.site,
        "MailSender": "sucharit@mail.example",
        **({"RateLimitPerMinute": settings.rate_limit} if settings.rate_limit else {}),
    }
    if not stack.is_current(STACK, TEMPLATE, parameters):
        say("Deploying the stack")
        key = stack.upload(CODE_BUCKET, TEMPLATE, "template")
        stack.deploy(STACK, f"{settings.endpoint}/{CODE_BUCKET}/{key}", parameters)
        answer_as_gateway(stack.outputs(STACK)["RestAPIId"])
    return stack.outputs(STACK)


def answer_as_gateway(api: str) -> None:
    """Tell MiniStack the gateway's own answers, which its import of a definition leaves out."""
    import boto3

    client = boto3.client("apigateway")
    body = json.loads(TEMPLATE.read_text())["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    for kind, answer in body["x-amazon-apigateway-gateway-responses"].items():
        client.put_gateway_response(restApiId=api, responseType=kind, **answer)
    client.create_deployment(restApiId=api, stageName="api")


def load(settings: Settings, outputs: dict[str, str]) -> None:
    """Load the plan and the demonstration; their lines are for whoever ran us."""
    from tools import stack

    if not LOADER.exists():
        return
    environment = {
        **os.environ,
        **settings.aws_environment(),
        **stack.environment(outputs),
        "STATE_DIR": str(settings.state),
        "SITE_URL": settings.site,
    }
    done = subprocess.run([str(APP_PYTHON), "-m", "tools.load"], cwd=ROOT, env=environment)
    if done.returncode != 0:
        raise RuntimeError("the plan and the demonstration could not be loaded")


@contextlib.asynccontextmanager
async def serving(app: object, port: int) -> AsyncIterator[None]:
    """Serve an application on a port for as long as the context lasts."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.graceful_timeout = GRACE_S
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    config.include_server_header = False
    end = asyncio.Event()
    task = asyncio.create_task(serve(app, config, shutdown_trigger=end.wait))  # type: ignore[arg-type]
    while not answers(port):
        if task.done():
            task.result()
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        end.set()
        await asyncio.wait({task}, timeout=GRACE_S + 2)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


async def until(stop: asyncio.Event, work: asyncio.Task[object]) -> bool:
    """Wait for the work or the stop; whether the work was done. Raises what the work raised."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if work.done():
        work.result()
        return True
    return False


async def run(settings: Settings) -> int:
    from ministack.core import lambda_runtime

    from tools.cloud_site import Site
    from tools.cloud_state import Snapshots

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    snapshots = Snapshots(settings.state / "cloud" / "snapshots")
    running = settings.state / "running"
    if running.exists() and (taken := snapshots.taken_at()):
        at = time.strftime("%H:%M:%S on %Y-%m-%d", time.localtime(taken))
        say(f"Recovered the state of {at}: the last run was ended before it could save")
    running.touch()
    snapshots.load_from()
    cloud = Cloud(snapshots)
    site = Site(cloud)
    code = 0
    await cloud.start()
    async with contextlib.AsyncExitStack() as ports:
        await ports.enter_async_context(serving(cloud, settings.cloud_port))
        try:
            work = asyncio.create_task(asyncio.to_thread(deploy, settings))
            if await until(stop, work):
                outputs = work.result()
                loading = asyncio.create_task(asyncio.to_thread(load, settings, outputs))
                if await until(stop, loading):
                    await cloud.save()
                    site.prefix = f"/_aws/execute-api/{outputs['RestAPIId']}/api"
                    await ports.enter_async_context(serving(site, settings.port))
                    saving = asyncio.create_task(cloud.keep_saving())
                    say(f"READY {settings.site}/")
                    await stop.wait()
                    saving.cancel()
        except Exception as error:
            say(f"Could not start: {error}")
            logging.getLogger("tools").debug("start failed", exc_info=True)
            code = 1
    if not await cloud.save():
        say("The state could not be saved; the next run starts from the snapshot before")
        code = 1
    lambda_runtime.reset()
    shutil.rmtree(settings.state / "workers", ignore_errors=True)
    running.unlink()
    return code


def main() -> None:
    settings = Settings()
    require_free(settings.port, "PORT")
    require_free(settings.cloud_port, "CLOUD_PORT")
    lock = require_own(settings.state)
    prepare_environment(settings)
    code = asyncio.run(run(settings))
    os.close(lock)
    sys.stdout.flush()
    os._exit(code)  # MiniStack's threads have no end of their own


if __name__ == "__main__":
    main()

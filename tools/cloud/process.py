"""The local cloud's one process: MiniStack, the site around it, the keeping of its state."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack
from ministack.core import lambda_runtime

from tools.cloud.deployment import Deployment, LoadError
from tools.cloud.settings import HOST, ROOT, Settings
from tools.cloud.site import Application, Message, Receive, Scope, Send, Site, lifespan
from tools.cloud.state import Snapshots, take_layers_back
from tools.stack import StackError

SAVE_EVERY_S = 3
LOOK_EVERY_S = 1
GRACE_S = 6
READ_ONLY = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet")
WATCHED = ("app.py", "chalicelib", "infra", ".chalice")
BUILT = ("compiled", "assets", "__pycache__", "deployments")
REFUSALS = (StackError, LoadError, ClientError, BotoCoreError)

Result = TypeVar("Result")


class Cloud:
    """MiniStack as an ASGI application that notes whether anything was written."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._written = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        if scope["type"] == "http" and changes_state(scope):
            self._written = True
        await ministack.app(_as_by_tls(scope), receive, send)

    async def start(self) -> None:
        """MiniStack's own start, which loads the state; its stop is never asked for, since it
        would save once more and elsewhere."""
        pending = asyncio.Queue[Message]()
        pending.put_nowait({"type": "lifespan.startup"})
        started = asyncio.Event()

        async def send(message: Message) -> None:
            started.set()

        self._lifespan = asyncio.create_task(ministack.app({"type": "lifespan"}, pending.get, send))
        await started.wait()
        take_layers_back()

    async def save(self) -> bool:
        """Take a snapshot; whether it was taken whole."""
        self._written = False
        child = self._snapshots.fork()
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        self._written |= status != 0
        return status == 0

    async def keep_saving(self) -> None:
        """Save soon after a write; a large state so seldom that saving takes a third of the time."""
        took = 0.0
        while True:
            await asyncio.sleep(max(SAVE_EVERY_S, 2 * took))
            if self._written:
                began = time.monotonic()
                await self.save()
                took = time.monotonic() - began


def _as_by_tls(scope: Scope) -> Scope:
    """The request as if it came by TLS, which policies of queues and buckets demand: here it never leaves the
    machine."""
    return {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}


def changes_state(scope: Scope) -> bool:
    """Whether a call to an AWS service may write; one too many costs a snapshot, no more."""
    if scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(READ_ONLY)


@contextlib.asynccontextmanager
async def serving(app: Application, port: int) -> AsyncIterator[None]:
    """Serve an application on a port for as long as the context lasts."""
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


class Stopped(Exception):
    """TERM or Ctrl-C came before the work was done."""


class Run:
    """One run, from the start to TERM or Ctrl-C."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._marker = settings.state / "running"
        self._snapshots = Snapshots(settings.state / "cloud" / "snapshots")
        self._cloud = Cloud(self._snapshots)
        self._site = Site(self._cloud)
        self._deployment = Deployment(settings)

    async def __call__(self) -> int:
        """Run to the end; answers the exit code."""
        logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it misses metrics that nobody asked for
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        self._tell_recovery()
        self._marker.touch()
        self._snapshots.load_from()
        await self._cloud.start()
        code = 0
        async with contextlib.AsyncExitStack() as ports:
            await ports.enter_async_context(serving(self._cloud, self._settings.cloud_port))
            try:
                await self._serve(ports)
            except Stopped:
                pass
            except REFUSALS as error:
                print(f"Could not start: {error}", flush=True)
                code = 1
        if not await self._cloud.save():
            print("The state could not be saved; the next run starts from the snapshot before", flush=True)
            code = 1
        lambda_runtime.reset()
        shutil.rmtree(self._settings.state / "workers", ignore_errors=True)
        self._marker.unlink()
        return code

    def _tell_recovery(self) -> None:
        taken = self._snapshots.taken_at()
        if self._marker.exists() and taken is not None:
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(taken))
            print(f"Recovered the state of {at}: the last run ended before it could save", flush=True)

    async def _serve(self, ports: contextlib.AsyncExitStack) -> None:
        await self._unless_stopped(self._deployment.deploy)
        await self._cloud.save()
        saving = asyncio.create_task(self._cloud.keep_saving())
        try:
            await self._unless_stopped(self._deployment.load)
            self._site.prefix = self._deployment.prefix
            await ports.enter_async_context(serving(self._site, self._settings.port))
            print(f"READY {self._settings.site}/", flush=True)
            if self._settings.reload:
                await self._reload()
            await self._stop.wait()
        finally:
            saving.cancel()

    async def _reload(self) -> None:
        """Deploy again whenever a source changed; what can't be built or deployed is told."""
        seen = sources()
        while not self._stop.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            if (now := sources()) == seen:
                continue
            seen, began = now, time.monotonic()
            try:
                if await self._unless_stopped(self._deployment.build):
                    await self._unless_stopped(self._deployment.deploy)
                    self._site.prefix = self._deployment.prefix
                    print(f"READY again after {time.monotonic() - began:.1f} s", flush=True)
            except REFUSALS as error:
                print(f"Could not deploy: {error}", flush=True)

    async def _unless_stopped(self, work: Callable[[], Result]) -> Result:
        """Do blocking work in a thread; raises Stopped if the stop came first. What CloudFormation
        has begun is given a moment to end; a child that loads or builds is ended."""
        working = asyncio.create_task(asyncio.to_thread(work))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._stop.is_set():
            self._deployment.end()
            await asyncio.wait({working}, timeout=GRACE_S)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            raise Stopped
        return working.result()


def sources() -> dict[Path, int]:
    """The sources that a deployment is made of, with the times of their last change."""
    found = {}
    for root in (ROOT / name for name in WATCHED):
        for path in [root] if root.is_file() else root.rglob("*"):
            if not set(BUILT) & set(path.parts):
                with contextlib.suppress(FileNotFoundError):
                    found[path] = path.stat().st_mtime_ns
    return found

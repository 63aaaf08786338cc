"""A local cloud of one's own, started as a child: for tests and measurements.

    with running(folder) as stack:
        urllib.request.urlopen(stack.site + "/")

Standard library and boto3 alone. The package is brought up to date first, on free ports and with
state in the folder, so that nothing of a `make run` beside it is touched.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tools import stack as deployed

ROOT = Path(__file__).resolve().parent.parent
REGION = "ap-southeast-1"


class SignIn(NamedTuple):
    """An officer of the demonstration, as `make run` prints one."""

    role: str
    username: str
    password: str
    secret: str


class NotReady(Exception):
    """The cloud ended, or took too long, before it was ready; carries what it printed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Stack:
    """A running local cloud: its addresses, its stack's outputs, and who can sign in."""

    process: subprocess.Popen[str]
    port: int
    cloud_port: int
    state: Path
    lines: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        """The site's address, with no slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """The address of the local cloud's AWS services."""
        return f"http://127.0.0.1:{self.cloud_port}"

    @property
    def signins(self) -> list[SignIn]:
        """The officers that were printed before READY."""
        found = (re.match(r"SIGNIN (\S+) (\S+) (\S+) (\S+)$", line) for line in self.lines)
        return [SignIn(*match.groups()) for match in found if match]

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs: RecordsTable, UserPoolId, RestAPIId and others of infra/."""
        with aws_environment(self.aws()):
            return deployed.outputs(deployed.NAME)

    def aws(self) -> dict[str, str]:
        """Variables that point an AWS client at this cloud, as root."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def environment(self) -> dict[str, str]:
        """The variables that functions know the stack by, for code that runs beside it."""
        return {**self.aws(), **deployed.environment(self.outputs), "SITE_URL": self.site}

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the cloud and what it started; answers its exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise


@contextlib.contextmanager
def aws_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process for as long as the context lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def start(state: Path, port: int | None = None, timeout_s: float = 300, **settings: str) -> Stack:
    """Start a cloud with its state in a folder; raises NotReady. `settings` are variables of
    `make run`; posts are not limited unless they say so."""
    port, cloud_port = port or free_port(), free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MAKE"))},
        "RATE_LIMIT_PER_MINUTE": "0",
        **settings,
        "PORT": str(port),
        "CLOUD_PORT": str(cloud_port),
        "STATE_DIR": str(state),
    }
    process = subprocess.Popen(
        ["make", "-s", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stack = Stack(process, port, cloud_port, state)
    ready = threading.Event()

    def read() -> None:
        for line in process.stdout or ():
            stack.lines.append(line.rstrip())
            if line.startswith("READY "):
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    in_time = ready.wait(timeout_s)
    if not in_time or process.poll() is not None or not stack.lines[-1].startswith("READY "):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise NotReady("\n".join(stack.lines[-20:]) or "nothing was printed")
    return stack


@contextlib.contextmanager
def running(state: Path, **settings: str) -> Iterator[Stack]:
    """A cloud for as long as the context lasts."""
    stack = start(state, **settings)
    try:
        yield stack
    finally:
        stack.stop()

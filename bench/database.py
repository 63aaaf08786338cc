"""A local cloud that is empty and keeps nothing, for filling tables with more than a run should save."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

from bench.child import ROOT
from tools.running import REGION, free_port

STARTS_WITHIN_S = 30
PROGRAM = ROOT / ".venvs" / "cloud" / "bin" / "ministack"


@contextlib.contextmanager
def empty_cloud() -> Iterator[dict[str, str]]:
    """The variables that point an AWS client at it."""
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "ERROR",
            "MINISTACK_REGION": REGION,
            "PERSIST_STATE": "0",
            "SFTP_ENABLED": "0",
            "STATE_DIR": folder,
            "TMPDIR": folder,
        }
        process = subprocess.Popen(
            [str(PROGRAM)],
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, process)
            yield {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the empty local cloud did not start")

"""Run the deployed thing on this machine: MiniStack, the stack on it, and the site's port.

    PORT=8000 CLOUD_PORT=4566 STATE_DIR=.local .venvs/cloud/bin/python -m tools.local_cloud

Prints `READY http://127.0.0.1:PORT/` once everything serves; TERM or Ctrl-C saves the state and
ends it. The package and the template must be built (`make run` sees to it).
"""

import asyncio
import fcntl
import os
import shutil
import socket
import sys
import traceback
from pathlib import Path

from tools.cloud.settings import HOST, REGION, Settings, from_environment


def require_free(port: int, variable: str) -> None:
    """End the program with a line where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(f"Port {port} is in use; choose another: make run {variable}=…")


def require_own(state: Path) -> int:
    """Hold the state folder for this process alone; answers the lock, kept until the end."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        sys.exit(
            f"Nothing can be kept in {state} ({error.strerror}); choose another folder: make run STATE_DIR=…"
        )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"Another run uses {state}; choose another folder: make run STATE_DIR=…")
    return lock


def prepare_environment(settings: Settings) -> None:
    """Set what MiniStack reads when it is imported, and its workers inherit; empty their folder."""
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
        POWERTOOLS_LOG_LEVEL="INFO",  # for the functions, which inherit LOG_LEVEL too
        PERSIST_STATE="1",
        S3_DATA_DIR=str(settings.state / "buckets"),
        S3_PERSIST="1",
        SFTP_ENABLED="0",
        STATE_DIR=str(settings.state / "cloud"),
        TMPDIR=str(workers),
    )


def main() -> None:
    settings = from_environment()
    require_free(settings.port, "PORT")
    require_free(settings.cloud_port, "CLOUD_PORT")
    lock = require_own(settings.state)
    prepare_environment(settings)
    from tools.cloud.process import Run  # noqa: PLC0415 -- MiniStack reads the environment when imported

    try:
        code = asyncio.run(Run(settings)())
    except Exception:
        traceback.print_exc()
        code = 1
    os.close(lock)
    sys.stdout.flush()
    os._exit(code)  # MiniStack's threads have no end of their own


if __name__ == "__main__":
    main()

"""Keep the local cloud's state: a whole snapshot every few seconds, by a forked child.

MiniStack writes its state on a clean stop alone. Here the process forks: the child has the
memory of one instant, writes it into a folder of its own and moves the pointer `current` there
in one step, so that a process killed at any moment leaves the last whole snapshot.
"""

import copy
import gc
import json
import os
import shutil
import signal
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ministack import app as ministack
from ministack.core import persistence
from ministack.services import cloudwatch_logs, lambda_svc

# A child that has not written by then met a lock that some thread held when it was forked.
PATIENCE_S = 30
# What a snapshot leaves out: of no use after a restart, and it grows with every request.
TRANSIENT = {"cloudwatch", "cloudtrail"}
# Each invocation opens a stream of the function's log; the newest of each log are kept.
KEPT_STREAMS = 1000


class Snapshots:
    """The snapshots of one state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current = folder / "current"
        folder.mkdir(parents=True, exist_ok=True)

    def taken_at(self) -> float | None:
        """When the current snapshot was taken (seconds since the epoch); None before the first."""
        return self.current.stat().st_mtime if self.current.exists() else None

    def load_from(self) -> None:
        """Let MiniStack start from the current snapshot; code packages stay where they were, since
        their module (imported above) has their folder's name already."""
        persistence.STATE_DIR = str(self.current)

    def fork(self) -> int:
        """Start taking a snapshot; answers the child's process id."""
        forget_old_logs()
        gc.freeze()
        child = os.fork()
        if child:
            gc.unfreeze()
            return child
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.alarm(PATIENCE_S)
            os.closerange(3, 4096)  # a listening socket must not outlive the parent
            os.nice(5)
            self._write()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _write(self) -> None:
        """In the child: write every service's state, then make it the current one."""
        # The child's memory is a copy already, and ends with it.
        copy.deepcopy = lambda value, _memo=None: value
        referenced: list[set[str]] = []
        prune = lambda_svc._prune_orphan_code_blobs
        lambda_svc._prune_orphan_code_blobs = referenced.append
        target = self.folder / f"{time.time_ns()}"
        target.mkdir()
        for service, get_state in ministack._build_persistence_save_dict().items():
            if service in TRANSIENT:
                continue
            state = get_state()
            if state is None:
                continue
            if service == "lambda":
                referenced.append(set_layers_aside())
            version = persistence._state_format_version(service)
            text = json.dumps(
                {"__ministack_format__": version, "payload": state},
                default=persistence._json_default,
            )
            (target / f"{service}.json").write_text(text)
        pointer = self.folder / "next"
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(target.name)
        pointer.replace(self.current)
        prune(set().union(*referenced))
        for old in self.folder.iterdir():
            if old.is_dir() and not old.is_symlink() and old.name != target.name:
                shutil.rmtree(old, ignore_errors=True)


def _versions_of_layers() -> Iterator[dict[str, Any]]:
    for layer in lambda_svc._layers._data.values():
        yield from layer["versions"]


def set_layers_aside() -> set[str]:
    """Write each layer's archive beside the functions' packages and leave its digest in its place:
    MiniStack does so with packages alone, and forty megabytes a layer would be in every snapshot."""
    kept = set()
    for version in _versions_of_layers():
        if isinstance(version["_zip_data"], bytes):
            digest = lambda_svc._write_code_blob(version["_zip_data"])
            version["_zip_data"] = {lambda_svc._BLOB_REF_KEY: digest}
            kept.add(digest)
    return kept


def take_layers_back() -> None:
    """Read the archives of layers that a snapshot left aside."""
    for version in _versions_of_layers():
        if isinstance(version["_zip_data"], dict):
            version["_zip_data"] = lambda_svc._read_code_blob(version["_zip_data"][lambda_svc._BLOB_REF_KEY])


def forget_old_logs() -> None:
    """Keep the logs from growing with every request that was ever served."""
    for group in list(cloudwatch_logs._log_groups.all_values()):
        for name in list(group["streams"])[:-KEPT_STREAMS]:
            group["streams"].pop(name, None)

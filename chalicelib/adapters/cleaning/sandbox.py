"""The port `Cleaner`: each file in a process of its own.

A library that a file breaks takes nobody along, and what it might run knows no credentials, for none are in
its environment. A process that is ended by the file makes a refusal; one that never began is our own fault,
and raises.
"""

import os
import subprocess
import sys
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

import msgspec

from chalicelib.domain.files import Cleaned, Fault, FileRefusedError

PATIENCE = 50
"""Seconds: more than the process may spend of the processor, less than the function may run."""

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")


class SandboxError(Exception):
    """The process could not begin: a library is missing, or the machine has no room."""


class SandboxCleaner:
    """Implements the port `Cleaner`."""

    def clean(self, content: bytes) -> Cleaned:
        return _run(content, "clean")

    def black_out(self, content: bytes, cells: Collection[int]) -> Cleaned:
        return _run(content, "black_out", ",".join(str(cell) for cell in sorted(cells)))


def _run(content: bytes, *task: str) -> Cleaned:
    import tempfile  # noqa: PLC0415 -- every door makes this adapter, and one function alone cleans with it

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        command = [sys.executable, "-s", "-P", "-m", "chalicelib.adapters.cleaning", name, *task]
        try:
            ended = subprocess.run(  # noqa: S603 -- no part of the command comes from outside
                command,
                env=_environment(),
                timeout=PATIENCE,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ).returncode
        except subprocess.TimeoutExpired:
            ended = None
        if not (folder / "ready").exists():
            raise SandboxError(f"the sandbox ended before it began: {ended}")
        written = folder / "outcome"
        if ended != 0 or not written.exists():
            raise FileRefusedError(Fault.UNREADABLE)
        outcome = msgspec.msgpack.decode(written.read_bytes())
    if isinstance(outcome, str):
        raise FileRefusedError(Fault(outcome))
    return msgspec.convert(outcome, Cleaned)


def _environment() -> dict[str, str]:
    """What the process is told: where our modules and its libraries are, and nothing that opens anything."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    folders = dict.fromkeys(str(_folder_of(name)) for name in ("chalicelib", "msgspec", "PIL"))
    return {**kept, "PYTHONPATH": os.pathsep.join(folders), "LC_ALL": "C.UTF-8"}


def _folder_of(module: str) -> Path:
    """The folder that a module is imported from. Raises SandboxError where there is none."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise SandboxError(f"{module} is missing")
    return Path(found.origin).parents[1]

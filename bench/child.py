"""Measure in a process of its own, which knows the stack by its environment as a function does."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NEVER_REACHED = "1000000"
"""Posts a minute that an address may send here: counting them is part of a request, refusing is not."""


def measured(module: str, environment: Mapping[str, str], *arguments: str) -> Any:
    """What a module of this package measured. Its log lines go nowhere, its errors to ours.

    Raises CalledProcessError where it failed.
    """
    with tempfile.NamedTemporaryFile() as answer:
        subprocess.run(
            [sys.executable, "-m", f"bench.{module}", answer.name, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment, "RATE_LIMIT_PER_MINUTE": NEVER_REACHED},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return json.loads(Path(answer.name).read_text("utf-8"))


def answer(measure: Callable[[], Any]) -> None:
    """What such a module does when it is run."""
    Path(sys.argv[1]).write_text(json.dumps(measure()), "utf-8")

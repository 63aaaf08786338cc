"""How fast a door starts: the package as it is shipped, in a fresh interpreter, up to its first answer.

The floor is what nobody who calls AWS from Chalice gets under: importing chalice and boto3 and making one
DynamoDB client, as they are installed. Doors and floor start in turns.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import child, events
from tools import package

ROUNDS = 12
FRESH = Path(__file__).parent / "fresh.py"


@dataclass(frozen=True)
class Start:
    """Milliseconds by the clock and of CPU: of the imports, and of all up to the first answer."""

    imported: float
    answered: float
    imported_cpu: float
    answered_cpu: float


@dataclass(frozen=True)
class Door:
    """A function of the package, and the first request that it gets."""

    name: str
    function: str
    request: str
    event: dict[str, Any]


def doors(officer: str) -> list[Door]:
    """Each door with requests that have much to do; `officer` is the cookie of one who is signed in."""
    console = "/{org}/console/complaints"
    return [
        Door("public", "app", "the form", events.form()),
        Door("public", "app", "a submission", events.submission()),
        Door("console", "console", "sign-in", events.event("GET", "/{org}/console/sign-in", org=events.ORG)),
        Door("console", "console", "the queue", events.event("GET", console, cookie=officer, org=events.ORG)),
        Door("tips", "tips", "the guideline", events.event("GET", "/{org}/tips", org=events.ORG)),
    ]


def starts(environment: Mapping[str, str], officer: str) -> dict[str, list[Start]]:
    """The floor's starts (under `floor`) and each door's, by door and request."""
    measured: dict[str, list[Start]] = {"floor": []}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package.PACKAGE) as shipped:
            shipped.extractall(folder)
        for _ in range(ROUNDS):
            measured["floor"].append(_floor(environment))
            for door in doors(officer):
                name = f"{door.name}: {door.request}"
                measured.setdefault(name, []).append(_door(door, folder, environment))
    return measured


def _floor(environment: Mapping[str, str]) -> Start:
    libraries = sysconfig.get_paths()["purelib"]
    return _fresh(environment, libraries, "import chalice, boto3", "boto3.client('dynamodb')")


def _door(door: Door, folder: str, environment: Mapping[str, str]) -> Start:
    inside = {
        **environment,
        "AWS_LAMBDA_FUNCTION_NAME": door.name,
        "DOOR": door.name,
        "RATE_LIMIT_PER_MINUTE": child.NEVER_REACHED,
    }
    work = f"answer = app.{door.function}(event, None)"
    return _fresh(inside, folder, "import app", work, json.dumps(door.event))


def _fresh(environment: Mapping[str, str], *arguments: str) -> Start:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(FRESH), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr)[-2000:])
    return Start(*json.loads(done.stdout.splitlines()[-1]))

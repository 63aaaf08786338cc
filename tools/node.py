"""Node, for building: the machine's where it has one, else one that comes as a Python package."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
OLDEST = 18


def run(program: str, arguments: list[str]) -> None:
    """Run `node` or `npm` in the project's folder; raises CalledProcessError if it fails."""
    folder = _programs()
    # npm looks for node on the path.
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(folder / program), *arguments], cwd=ROOT, env=environment, check=True)


@cache
def _programs() -> Path:
    """The folder of the two programs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and Path(node).parent == Path(npm).parent and _major(node) >= OLDEST:
        return Path(node).parent
    make = [sys.executable, str(ROOT / "tools" / "environment.py"), "node", "requirements-node.txt"]
    subprocess.run(make, check=True)
    return ROOT / ".venvs" / "node" / "bin"


def _major(node: str) -> int:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.strip().removeprefix("v").split(".")[0])

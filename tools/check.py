"""Everything that can be checked without running the product, the quickest first: make check.

    .venvs/app/bin/python -m tools.check

Each check runs even where an earlier one failed, so that one run tells all. The audit of libraries asks a
service on the network; where that does not answer, it says so and decides nothing.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools.package import ROOT, template_path

_ENVIRONMENTS = ROOT / ".venvs"
_APP = _ENVIRONMENTS / "app" / "bin"
_TOOLS = _ENVIRONMENTS / "tools" / "bin"
_CHECKOV = _ENVIRONMENTS / "checkov" / "bin"
_OURS = (".",)


@dataclass(frozen=True)
class Check:
    """A command that exits with 0 where what it checks holds."""

    name: str
    command: tuple[str | Path, ...]
    network: bool = False


def checks() -> list[Check]:
    """The checks in the order they run in."""
    python, prod, dev = _APP / "python", template_path("prod"), template_path("dev")
    return [
        Check("format", (_TOOLS / "ruff", "format", "--check", "--quiet", *_OURS)),
        Check("lint", (_TOOLS / "ruff", "check", "--quiet", "--output-format=concise", *_OURS)),
        Check("imports", (_TOOLS / "lint-imports", "--no-cache")),
        Check("types", (_TOOLS / "mypy", "--python-executable", python, "chalicelib")),
        Check("translations", (python, "-m", "tools.messages", "--check")),
        Check("template", (_TOOLS / "cfn-lint", "--", prod, dev)),
        Check("policies", (python, "-m", "pytest", "-q", "tests/infrastructure")),
        Check("infrastructure", (_CHECKOV / "checkov", "--config-file", ".checkov.yaml", "--file", prod)),
        Check(
            "libraries",
            (_TOOLS / "pip-audit", "--progress-spinner=off", "--no-deps", "--disable-pip", "-r", _frozen()),
            network=True,
        ),
    ]


def main() -> None:
    """Run all checks; exit with 1 where any fails."""
    for stage in ("dev", "prod"):
        subprocess.run([sys.executable, "-m", "tools.package", stage], check=True, cwd=ROOT)
    failed = []
    for check in checks():
        began = time.monotonic()
        ran = subprocess.run(check.command, cwd=ROOT, check=False, capture_output=True, text=True)
        said = f"{ran.stdout}{ran.stderr}".strip()
        took = f"{time.monotonic() - began:.0f} s"
        if ran.returncode == 0:
            print(f"{check.name}: holds ({took})", flush=True)
        elif check.network and _unreachable(said):
            print(f"{check.name}: not checked, the service does not answer ({took})", flush=True)
        else:
            failed.append(check.name)
            print(f"{check.name}: FAILS ({took})\n{said}", flush=True)
    if failed:
        sys.exit(f"{len(failed)} failed: {', '.join(failed)}")


def _frozen() -> Path:
    """The libraries that the package ships, each at its version, as a file for the audit."""
    frozen = subprocess.run(
        [_APP / "python", "-m", "pip", "freeze"], check=True, capture_output=True, text=True
    )
    file = ROOT / "build" / "libraries.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(frozen.stdout, "utf-8")
    return file


def _unreachable(said: str) -> bool:
    return any(word in said for word in ("ConnectionError", "Max retries", "ServiceError", "ConnectError"))


if __name__ == "__main__":
    main()

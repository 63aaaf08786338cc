"""The documents name all there is to set and to run, and point at what exists."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import deploy, stack
from tools.package import ROOT

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))

# What the sources ask the environment for; what is asked by a name in a variable stands in ENVIRONMENT
# and PARAMETERS of the tools.
READ = re.compile(r"""(?:environ(?:\.get)?[\[(]|_number\()"([A-Z_]+)""")
# Lambda's, the system's, and those that point a client at the local cloud.
NOT_OURS = {"AWS_LAMBDA_FUNCTION_NAME", "PATH", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"}


class Loader(yaml.SafeLoader):
    """Reads CloudFormation: its short references become their text."""


Loader.add_multi_constructor("!", lambda _loader, tag, _node: f"!{tag}")


def infra() -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "infra").rglob("*.yaml")):
        yield yaml.load(file.read_text("utf-8"), Loader)  # noqa: S506 (a safe loader of ours)


def names(text: str) -> set[str]:
    """What a text names as code, the parts of `A`, `B=` and `make c D=e` each by itself."""
    found = re.findall(r"`([^`\n]+)`|^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"[\w-]+", " ".join("".join(pair) for pair in found)))


def variables() -> set[str]:
    sources = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    read = {name for file in sources for name in READ.findall(file.read_text("utf-8"))}
    told = {
        name
        for file in infra()
        for resource in file.get("Resources", {}).values()
        for name in resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
    }
    typed = set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, flags=re.MULTILINE))
    return (read | told | typed | set(deploy.PARAMETERS) | set(stack.ENVIRONMENT)) - NOT_OURS


def test_operations_name_every_parameter_of_the_stack() -> None:
    parameters = {name for file in infra() for name in file.get("Parameters", {})}
    assert len(parameters) > 8
    assert parameters <= names(OPERATIONS)


def test_operations_name_every_variable() -> None:
    assert len(variables()) > 20
    assert variables() <= names(OPERATIONS)


def test_operations_name_every_alarm() -> None:
    alarms = {
        name
        for file in infra()
        for name, resource in file.get("Resources", {}).items()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    }
    assert len(alarms) > 4
    assert alarms | {"ErrorsAlarm", "ThrottlesAlarm"} <= names(OPERATIONS)


def test_the_readme_names_every_target_of_make() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, flags=re.MULTILINE))
    assert {"run", "test"} <= targets
    for target in targets:
        assert f"`make {target}" in README, target


@pytest.mark.parametrize("document", DOCS, ids=lambda d: d.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"", document.read_text("utf-8")):
        path, _, _fragment = "".join(target).partition("#")
        if path and not path.startswith(("https:", "http:", "mailto:")):
            assert (document.parent / path).exists(), path


def test_decisions_are_numbered_one_by_one() -> None:
    assert [file.name[:4] for file in ADRS] == [f"{number:04}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("adr", ADRS, ids=lambda f: f.stem)
def test_a_decision_says_why_what_instead_and_what_follows(adr: Path) -> None:
    text = adr.read_text("utf-8")
    assert text.startswith(f"# {int(adr.name[:4])}. ")
    for part in ("Context", "Decision", "Rejected", "Consequences"):
        assert f"**{part}.**" in text

"""The threat model points at what there is: files that answer, tests that prove."""

import ast
import re

import pytest

from tools.package import ROOT

TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([\w.-]+/[\w./-]+(?:::\w+)?)`", TEXT)))


def functions(file: str) -> set[str]:
    """The names of the functions in a file, in classes too."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_it_names_files_and_tests() -> None:
    assert len([name for name in NAMED if "::" in name]) > 50
    assert len([name for name in NAMED if name.startswith("chalicelib/")]) > 20


@pytest.mark.parametrize("name", NAMED)
def test_what_it_names_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    assert (ROOT / file).exists()
    assert not test or test in functions(file)


@pytest.mark.parametrize(
    "section", re.split(r"^## ", TEXT, flags=re.MULTILINE)[2:], ids=lambda s: s.split("\n")[0]
)
def test_each_part_says_what_is_lost_what_proves_it_and_what_is_not_promised(section: str) -> None:
    assert re.search(r"\*(What is lost|Its loss|If one is taken over)", section)
    assert "→" in section
    assert "**Not promised.**" in section

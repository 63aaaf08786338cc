"""The deployed stack, on a local cloud of the tests' own, started once a session."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.running import Stack, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.stack)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack: `.site`, `.endpoint`, `.outputs`, `.signins`, `.environment()`."""
    with running(tmp_path_factory.mktemp("cloud")) as stack:
        yield stack


@pytest.fixture
def loaded(stack: Stack, tmp_path: Path) -> Path:
    """A state folder like the session's, so that a cloud of one test need load nothing."""
    state = tmp_path / "state"
    for part in ("buckets", "cloud"):
        shutil.copytree(stack.state / part, state / part, ignore=shutil.ignore_patterns("snapshots"))
    for file in stack.state.iterdir():
        if file.is_file() and file.name not in ("lock", "running"):
            shutil.copy(file, state)
    snapshots = state / "cloud" / "snapshots"
    while not (snapshots / "current").exists():
        # The next snapshot may take the place of the one that is being copied.
        shutil.rmtree(snapshots, ignore_errors=True)
        with contextlib.suppress(OSError, shutil.Error):
            newest = (stack.state / "cloud" / "snapshots" / "current").resolve()
            shutil.copytree(newest, snapshots / newest.name)
            (snapshots / "current").symlink_to(newest.name)
    return state

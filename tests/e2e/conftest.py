"""The deployed stack, on a local cloud of the tests' own, started once a session."""

from collections.abc import Iterator

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

"""The templates as they are deployed, built anew where a source changed."""

import json
from typing import Any

import pytest

from tools import package

Template = dict[str, Any]


def built(stage: str) -> Template:
    package.build(stage)
    template: Template = json.loads(package.template_path(stage).read_text())
    return template


@pytest.fixture(scope="session")
def local() -> Template:
    """The template of the local cloud."""
    return built("dev")


@pytest.fixture(scope="session")
def prod() -> Template:
    """The template that goes to AWS."""
    return built("prod")


@pytest.fixture(scope="session", params=["dev", "prod"])
def template(request: pytest.FixtureRequest) -> Template:
    """Both, one after the other."""
    return built(request.param)

"""What every test stands on: an AWS that is nowhere, settings read anew."""

import os

import pytest
from hypothesis import settings

# A machine that is busy with other things is no fault of the code; a change must not fail by a draw of luck.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="ap-southeast-1",
    POWERTOOLS_LOG_LEVEL="INFO",
)
os.environ.pop("AWS_ENDPOINT_URL", None)
if not os.environ.get("RATE_LIMIT_PER_MINUTE"):
    # make exports it empty where nobody gave one. A function has it from its stack, a test says it itself.
    os.environ.pop("RATE_LIMIT_PER_MINUTE", None)

import moto  # noqa: F401  (first of all: it is asked by the sessions of botocore that are made after it alone)

from chalicelib.services import complaint_index, guard, organisations, statistics


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a function keeps in memory between requests is forgotten between tests."""
    organisations.forget()
    complaint_index.forget()
    guard.forget()
    statistics.forget()

"""The world on DynamoDB, Secrets Manager and SES as moto keeps them, in process."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.memory import DynamoMemory
from chalicelib.adapters.plans import DynamoPlans
from chalicelib.adapters.records import DynamoRecords
from chalicelib.adapters.tables import IdempotencyRow, RecordRow, SessionRow, connection
from chalicelib.services.world import World
from tests.builders.world import MovableClock, memory_world

TABLES: tuple[Any, ...] = (RecordRow, IdempotencyRow, SessionRow)


@pytest.fixture
def aws() -> Iterator[None]:
    """Empty tables and a server key."""
    with mock_aws():
        # The shared client outlives the mock: it keeps no state of its own.
        connection()._client = None
        for table in TABLES:
            table.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        secret = boto3.client("secretsmanager").create_secret(Name="server-key", SecretString="s" * 64)
        os.environ["SERVER_KEY_SECRET"] = secret["ARN"]
        yield


@pytest.fixture
def world(aws: None) -> World:
    """A world on the tables, with a movable clock."""
    return memory_world(
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        records=DynamoRecords(),
        plans=DynamoPlans(),
        memory=DynamoMemory(),
    )


@pytest.fixture
def clock(world: World) -> MovableClock:
    """The clock of `world`."""
    assert isinstance(world.clock, MovableClock)
    return world.clock


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world that the handlers see."""
    monkeypatch.setattr("chalicelib.handlers.routing.world", lambda: world)
    return world

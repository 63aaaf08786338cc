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
from chalicelib.adapters.tables import IdempotencyRow, RecordRow, SessionRow, TipRow, connection
from chalicelib.services.world import World
from tests.builders.world import MovableClock, memory_world

TABLES: tuple[Any, ...] = (RecordRow, IdempotencyRow, SessionRow, TipRow)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty tables and a server key."""
    with mock_aws():
        # The shared client outlives the mock: it keeps no state of its own.
        connection()._client = None
        for table in TABLES:
            table.create_table(billing_mode="PAY_PER_REQUEST", wait=True)
        secret = boto3.client("secretsmanager").create_secret(Name="server-key", SecretString="s" * 64)
        os.environ["SERVER_KEY_SECRET"] = secret["ARN"]
        monkeypatch.setenv("RATE_LIMIT_PER_MINUTE", "20")
        yield


@pytest.fixture
def pool(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A user pool that demands a second factor."""
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")
    client = boto3.client("cognito-idp")
    pool = client.create_user_pool(PoolName="officers")["UserPool"]["Id"]
    client.set_user_pool_mfa_config(
        UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="console", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )
    monkeypatch.setenv("USER_POOL_ID", pool)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", app["UserPoolClient"]["ClientId"])
    yield client


@pytest.fixture
def world(aws: None) -> World:
    """A world on the tables, with a movable clock."""
    return memory_world(
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
        records=DynamoRecords(),
        tips=DynamoRecords.of_tips(),
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

"""The demonstration's keys: made once, opened by the printed passphrase as an officer's browser would."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from chalicelib.domain.age import AgeSecret
from chalicelib.domain.people import Role
from chalicelib.services import tip_keys
from chalicelib.services.world import World
from tests.builders.organisations import establish
from tests.builders.tips import SEALING, can_open, file
from tests.builders.world import memory_world
from tools.tip_keys import TipKeys

PEOPLE = [
    {"username": "rattana", "name": "รัตนา", "roles": ["custodian"]},
    {"username": "somsri", "name": "สมศรี", "roles": ["complaint_officer"]},
    {"username": "orathai", "name": "อรทัย", "roles": ["tip_officer"], "unit": "palad"},
]


@pytest.fixture
def world() -> World:
    world = memory_world(datetime(2026, 11, 24, tzinfo=UTC))
    establish(world)
    return world


def test_each_over_the_channel_gets_a_key_that_the_passphrase_unwraps(world: World, tmp_path: Path) -> None:
    made = TipKeys(tmp_path / "keys.json").ensure(world, "test", PEOPLE)
    assert list(made) == ["orathai", "rattana"]
    holder = tip_keys.of(world, "test").holders["orathai"]
    assert (holder.name, holder.unit, holder.roles) == ("อรทัย", "palad", (Role.TIP_OFFICER,))
    key = pyrage.passphrase.decrypt(base64.b64decode(holder.wrapped), made["orathai"]).decode()
    assert key.strip() not in (tmp_path / "keys.json").read_text()
    assert " " not in made["orathai"]
    sealed = base64.b64decode(file(world).tip.secret)
    assert can_open(sealed, AgeSecret(key))
    assert SEALING.recipient(AgeSecret(key)) == holder.recipient


def test_keys_stay_as_long_as_their_passphrases_are_known(world: World, tmp_path: Path) -> None:
    keys = TipKeys(tmp_path / "keys.json")
    made = keys.ensure(world, "test", PEOPLE)
    before = tip_keys.of(world, "test")
    assert keys.ensure(world, "test", PEOPLE) == made
    assert tip_keys.of(world, "test") == before
    (tmp_path / "keys.json").write_text(json.dumps({"rattana": made["rattana"]}))
    assert keys.ensure(world, "test", PEOPLE)["orathai"] != made["orathai"]
    after = tip_keys.of(world, "test").holders
    assert after["orathai"].generation == 2
    assert after["rattana"] == before.holders["rattana"]

"""Accounts of the demonstration's people, in a user pool as moto keeps it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.identity import CognitoIdentity
from tools.accounts import Accounts, one_time_code

NAMES = ["demo-somsri", "demo-anan"]


def users(pool: Any) -> dict[str, Any]:
    listed = pool.list_users(UserPoolId=os.environ["USER_POOL_ID"])["Users"]
    return {user["Username"]: user["UserStatus"] for user in listed}


def test_accounts_are_made_once_and_kept(pool: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    made = Accounts(file).ensure("demo", NAMES)
    assert users(pool) == dict.fromkeys(NAMES, "CONFIRMED")
    assert Accounts(file).ensure("demo", NAMES) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(file.read_text())) == set(NAMES)


def test_a_made_account_signs_in_with_its_password(pool: Any, tmp_path: Path) -> None:
    account = Accounts(tmp_path / "people.json").ensure("demo", NAMES)["demo-anan"]
    assert len(account.password) >= 12
    assert CognitoIdentity().begin("demo-anan", account.password).name in {"code", "set_up_code"}


def test_a_pool_that_lost_somebody_gets_them_anew(pool: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    before = Accounts(file).ensure("demo", NAMES)
    pool.admin_delete_user(UserPoolId=os.environ["USER_POOL_ID"], Username="demo-anan")
    after = Accounts(file).ensure("demo", NAMES)
    assert after["demo-somsri"] == before["demo-somsri"]
    assert after["demo-anan"] != before["demo-anan"]
    assert users(pool).keys() == set(NAMES)


def test_a_lost_file_gives_everybody_a_new_account(pool: Any, tmp_path: Path) -> None:
    before = Accounts(tmp_path / "people.json").ensure("demo", NAMES)
    after = Accounts(tmp_path / "elsewhere.json").ensure("demo", NAMES)
    assert after["demo-somsri"].password != before["demo-somsri"].password
    assert CognitoIdentity().begin("demo-somsri", after["demo-somsri"].password)


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_one_time_codes_are_those_of_the_standards_test_vectors(at: int, code: str) -> None:
    assert one_time_code("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", at) == code

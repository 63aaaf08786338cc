"""Cognito as moto keeps it: what its challenges and errors become. (Its one secret is `asdfasdfasdf`.)"""

import os
from typing import Any

import pytest

from chalicelib.adapters.identity import CognitoIdentity
from chalicelib.services.ports import Step, WeakPasswordError, WrongCodeError, WrongPasswordError
from tools.accounts import one_time_code as totp

SECRET = "asdfasdfasdf"
USER = "test-suda"
FIRST, OWN = "First-password-1", "Own-password-of-suda-1"


@pytest.fixture
def identity(pool: Any) -> CognitoIdentity:
    return CognitoIdentity()


def sets_first_password(pool: Any) -> None:
    pool.admin_set_user_password(
        UserPoolId=os.environ["USER_POOL_ID"], Username=USER, Password=FIRST, Permanent=False
    )


def enrolls(identity: CognitoIdentity, pool: Any) -> None:
    """The user has a password of their own and an app, which moto must be told to ask for."""
    identity.add(USER, "suda@example.go.th")
    sets_first_password(pool)
    step = identity.begin(USER, FIRST)
    step = identity.give_new_password(USER, step.handle, OWN)
    identity.give_first_code(USER, step.handle, totp(SECRET))
    pool.admin_set_user_mfa_preference(
        UserPoolId=os.environ["USER_POOL_ID"],
        Username=USER,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )


def test_somebody_new_replaces_the_first_password_and_sets_up_an_app(
    identity: CognitoIdentity, pool: Any
) -> None:
    identity.add(USER, "suda@example.go.th")
    sets_first_password(pool)
    first = identity.begin(USER, FIRST)
    assert first.name == "new_password"
    with pytest.raises(WeakPasswordError):
        identity.give_new_password(USER, first.handle, "weak")
    second = identity.give_new_password(USER, first.handle, OWN)
    assert (second.name, second.secret) == ("set_up_code", SECRET)
    with pytest.raises(WrongCodeError):
        identity.give_first_code(USER, second.handle, "000000")
    assert identity.give_first_code(USER, second.handle, totp(SECRET)) == Step("done")


def test_password_and_code_let_somebody_in(identity: CognitoIdentity, pool: Any) -> None:
    enrolls(identity, pool)
    step = identity.begin(USER, OWN)
    assert step.name == "code"
    with pytest.raises(WrongCodeError):
        identity.give_code(USER, step.handle, "000000")
    assert identity.give_code(USER, step.handle, totp(SECRET)) == Step("done")


def test_a_password_alone_is_never_enough(identity: CognitoIdentity, pool: Any) -> None:
    """Where the pool lets a password pass, the app is set up all the same."""
    identity.add(USER, "suda@example.go.th")
    pool.admin_set_user_password(
        UserPoolId=os.environ["USER_POOL_ID"], Username=USER, Password=OWN, Permanent=True
    )
    step = identity.begin(USER, OWN)
    assert (step.name, step.secret) == ("set_up_code", SECRET)
    with pytest.raises(WrongCodeError):
        identity.give_first_code(USER, step.handle, "000000")
    assert identity.give_first_code(USER, step.handle, totp(SECRET)) == Step("done")
    assert identity.begin(USER, OWN).name == "code"


def test_wrong_passwords_unknown_names_and_disabled_users_are_told_apart_by_nobody(
    identity: CognitoIdentity, pool: Any
) -> None:
    enrolls(identity, pool)
    identity.add("test-left", "left@example.go.th")
    identity.disable("test-left")
    for username, password in ((USER, "wrong"), ("test-nobody", OWN), ("test-left", OWN)):
        with pytest.raises(WrongPasswordError) as raised:
            identity.begin(username, password)
        assert raised.value.args == ()
        assert raised.value.__cause__ is None


def test_who_left_is_out_and_who_came_back_is_in(identity: CognitoIdentity, pool: Any) -> None:
    enrolls(identity, pool)
    identity.disable(USER)
    with pytest.raises(WrongPasswordError):
        identity.begin(USER, OWN)
    identity.enable(USER)
    assert identity.begin(USER, OWN).name == "code"


def test_adding_somebody_who_is_there_changes_nothing(identity: CognitoIdentity, pool: Any) -> None:
    enrolls(identity, pool)
    identity.add(USER, "other@example.go.th")
    user = pool.admin_get_user(UserPoolId=os.environ["USER_POOL_ID"], Username=USER)
    assert {"Name": "email", "Value": "suda@example.go.th"} in user["UserAttributes"]
    assert identity.begin(USER, OWN).name == "code"


def test_disabling_somebody_who_is_not_there_does_no_harm(identity: CognitoIdentity) -> None:
    identity.disable("test-nobody")


def test_a_sign_in_made_anew_wants_a_new_password_and_another_app(
    identity: CognitoIdentity, pool: Any
) -> None:
    enrolls(identity, pool)
    identity.renew(USER, "suda@example.go.th")
    with pytest.raises(WrongPasswordError):
        identity.begin(USER, OWN)
    sets_first_password(pool)
    step = identity.begin(USER, FIRST)
    assert step.name == "new_password"
    assert identity.give_new_password(USER, step.handle, OWN).name == "set_up_code"
    user = pool.admin_get_user(UserPoolId=os.environ["USER_POOL_ID"], Username=USER)
    assert {"Name": "email", "Value": "suda@example.go.th"} in user["UserAttributes"]


def test_a_sign_in_is_made_anew_though_an_earlier_try_died_halfway(identity: CognitoIdentity) -> None:
    identity.renew("test-nobody-yet", "suda@example.go.th")
    identity.renew("test-nobody-yet", "suda@example.go.th")

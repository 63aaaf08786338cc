"""Amazon Cognito: who somebody is. Its tokens are thrown away, for the console keeps sessions of its own.

A user pool that demands a second factor asks who has none to set one up. A pool that does not (or that
forgets to, as the local cloud does) lets a password pass alone: then the set-up is asked for here, so that
no sign-in ends without both.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.adapters.tables import connection
from chalicelib.services.ports import Step, WeakPasswordError, WrongCodeError, WrongPasswordError

_ACCESS: Final = "access "
"""How the handle of a set-up begins that goes on with an access token instead of Cognito's session."""

_NOT_THIS_USER = {
    "NotAuthorizedException": WrongPasswordError,
    "UserNotFoundException": WrongPasswordError,
    "UserNotConfirmedException": WrongPasswordError,
    "PasswordResetRequiredException": WrongPasswordError,
    "InvalidParameterException": WrongPasswordError,
}
_NOT_THIS_CODE = {
    "CodeMismatchException": WrongCodeError,
    "ExpiredCodeException": WrongCodeError,
    "EnableSoftwareTokenMFAException": WrongCodeError,
    "NotAuthorizedException": WrongCodeError,
    "UserNotFoundException": WrongCodeError,
    "InvalidParameterException": WrongCodeError,
}
_NOT_THIS_NEW_PASSWORD = {
    "InvalidPasswordException": WeakPasswordError,
    "PasswordHistoryPolicyViolationException": WeakPasswordError,
    "InvalidParameterException": WeakPasswordError,
    "NotAuthorizedException": WrongCodeError,
    "ExpiredCodeException": WrongCodeError,
    "UserNotFoundException": WrongCodeError,
}


class UnknownChallengeError(Exception):
    """Cognito wants something that the console does not know: the user pool is not set up for it."""


class CognitoIdentity:
    """Implements the port `Identity` on a user pool."""

    def begin(self, username: str, password: str) -> Step:
        with _meaning(_NOT_THIS_USER):
            answer = self._client.admin_initiate_auth(
                **self._pool,
                ClientId=os.environ["USER_POOL_CLIENT_ID"],
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": username, "PASSWORD": password},
            )
        return self._after_password(answer)

    def give_code(self, username: str, handle: str, code: str) -> Step:
        with _meaning(_NOT_THIS_CODE):
            self._respond("SOFTWARE_TOKEN_MFA", handle, username, SOFTWARE_TOKEN_MFA_CODE=code)
        return Step("done")

    def give_new_password(self, username: str, handle: str, password: str) -> Step:
        with _meaning(_NOT_THIS_NEW_PASSWORD):
            answer = self._respond("NEW_PASSWORD_REQUIRED", handle, username, NEW_PASSWORD=password)
        return self._after_password(answer)

    def give_first_code(self, username: str, handle: str, code: str) -> Step:
        with _meaning(_NOT_THIS_CODE):
            if handle.startswith(_ACCESS):
                token = {"AccessToken": handle.removeprefix(_ACCESS)}
                _verified(self._client.verify_software_token(**token, UserCode=code))
                totp = {"Enabled": True, "PreferredMfa": True}
                self._client.set_user_mfa_preference(**token, SoftwareTokenMfaSettings=totp)
            else:
                answer = _verified(self._client.verify_software_token(Session=handle, UserCode=code))
                self._respond("MFA_SETUP", answer["Session"], username)
        return Step("done")

    def add(self, username: str, email: str) -> None:
        with _meaning({"UsernameExistsException": None}):
            self._client.admin_create_user(
                **self._pool,
                Username=username,
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
            )

    def renew(self, username: str, email: str) -> None:
        # A pool that demands a second factor takes none away, so the user is made anew.
        with _meaning({"UserNotFoundException": None}):
            self._client.admin_delete_user(**self._pool, Username=username)
        self.add(username, email)

    def disable(self, username: str) -> None:
        with _meaning({"UserNotFoundException": None}):
            self._client.admin_disable_user(**self._pool, Username=username)

    def enable(self, username: str) -> None:
        self._client.admin_enable_user(**self._pool, Username=username)

    def _after_password(self, answer: Mapping[str, Any]) -> Step:
        match answer.get("ChallengeName"):
            case "SOFTWARE_TOKEN_MFA":
                return Step("code", answer["Session"])
            case "NEW_PASSWORD_REQUIRED":
                return Step("new_password", answer["Session"])
            case "MFA_SETUP":
                made = self._client.associate_software_token(Session=answer["Session"])
                return Step("set_up_code", made["Session"], made["SecretCode"])
            case None:
                token = answer["AuthenticationResult"]["AccessToken"]
                made = self._client.associate_software_token(AccessToken=token)
                return Step("set_up_code", _ACCESS + token, made["SecretCode"])
            case other:
                raise UnknownChallengeError(other)

    def _respond(self, challenge: str, handle: str, username: str, **responses: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._client.admin_respond_to_auth_challenge(
            **self._pool,
            ClientId=os.environ["USER_POOL_CLIENT_ID"],
            ChallengeName=challenge,
            Session=handle,
            ChallengeResponses={"USERNAME": username, **responses},
        )
        return answer

    @property
    def _pool(self) -> dict[str, str]:
        return {"UserPoolId": os.environ["USER_POOL_ID"]}

    @cached_property
    def _client(self) -> Any:
        return connection().session.create_client("cognito-idp")


def _verified(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if answer["Status"] != "SUCCESS":
        raise WrongCodeError
    return answer


@contextmanager
def _meaning(errors: Mapping[str, type[Exception] | None]) -> Iterator[None]:
    """Raise what an error of Cognito means; pass over those that mean nothing."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in errors:
            raise
        meant = errors[code]
        if meant:
            # The message may hold the user's name.
            raise meant from None

"""Sign-ins of the demonstration's people, made once and kept beside the local cloud's state.

    make code SECRET=…

prints the one-time code of now, for whoever has no authenticator app at hand.
"""

import base64
import hmac
import json
import os
import secrets
import struct
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalicelib.adapters.identity import CognitoIdentity
from chalicelib.adapters.tables import connection


@dataclass(frozen=True)
class Account:
    """What somebody signs in with; `secret` (base 32) is that of the one-time codes."""

    password: str
    secret: str


class Accounts:
    """The accounts in a file, and in the user pool."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._identity = CognitoIdentity()
        self._client: Any = connection().session.create_client("cognito-idp")
        self._pool = {"UserPoolId": os.environ["USER_POOL_ID"]}

    def ensure(self, org: str, usernames: Iterable[str]) -> dict[str, Account]:
        """An account for each; those that the file and the pool know stay as they are."""
        known = {name: Account(**kept) for name, kept in self._read().items()}
        there = self._in_pool(org)
        for username in usernames:
            if username not in known or username not in there:
                if username in there:
                    # Its secret was lost: Cognito never tells one twice.
                    self._client.admin_delete_user(**self._pool, Username=username)
                known[username] = self._make(username)
                self._write({name: asdict(account) for name, account in known.items()})
        return known

    def _make(self, username: str) -> Account:
        password = f"Aa1-{secrets.token_urlsafe(12)}"
        address = f"{username}@demo.example"
        self._client.admin_create_user(
            **self._pool,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": address},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
        self._client.admin_set_user_password(
            **self._pool, Username=username, Password=password, Permanent=True
        )
        step = self._identity.begin(username, password)
        self._identity.give_first_code(username, step.handle, one_time_code(step.secret))
        return Account(password, step.secret)

    def _in_pool(self, org: str) -> set[str]:
        pages = self._client.get_paginator("list_users").paginate(
            **self._pool, Filter=f'username ^= "{org}-"'
        )
        return {user["Username"] for page in pages for user in page["Users"]}

    def _read(self) -> dict[str, dict[str, str]]:
        known: dict[str, dict[str, str]] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return known

    def _write(self, accounts: dict[str, dict[str, str]]) -> None:
        partial = self._file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(accounts, indent=1))
        partial.replace(self._file)


def one_time_code(secret: str, at: float | None = None) -> str:
    """The code (RFC 6238) of an instant in Unix time, or of now, from a secret in base 32."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    seconds = int(time.time() if at is None else at)
    digest = hmac.digest(key, struct.pack(">Q", seconds // 30), "sha1")
    offset = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


if __name__ == "__main__":
    try:
        print(one_time_code(os.environ["SECRET"]))
    except ValueError:
        sys.exit("SECRET= is the last word of a SIGNIN line of make run")

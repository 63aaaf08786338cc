"""The server's keys, derived from one secret of AWS Secrets Manager."""

import hashlib
import hmac
import os
from functools import cached_property

from chalicelib.adapters.tables import connection


class SecretsManagerKeys:
    """One key a purpose, from a secret that a function reads once in its life."""

    def key(self, purpose: str) -> bytes:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).digest()

    @cached_property
    def _secret(self) -> bytes:
        client = connection().session.create_client("secretsmanager")
        answer = client.get_secret_value(SecretId=os.environ["SERVER_KEY_SECRET"])
        return str(answer["SecretString"]).encode()

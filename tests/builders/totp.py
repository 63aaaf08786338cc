"""One-time codes as an authenticator app makes them (RFC 6238)."""

import base64
import hmac
import struct
import time


def totp(secret: str) -> str:
    """The code of now, from a secret in base 32."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    offset = mac[-1] & 15
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"

"""Time and chance of the real world."""

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The time that it is. `as_of` stands still at an instant: only a job on a local stack gets one."""

    def __init__(self, as_of: datetime | None = None) -> None:
        self._as_of = as_of

    def now(self) -> datetime:
        return self._as_of or datetime.now(UTC)


class SystemChance:
    """The operating system's cryptographic source."""

    def bytes(self, n: int) -> bytes:
        return secrets.token_bytes(n)

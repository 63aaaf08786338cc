"""The console's sessions in the table `sessions`: tokens as hashes alone, rows gone by the table's TTL."""

import hashlib
from datetime import datetime
from typing import Any

from pynamodb.exceptions import PutError, UpdateError

from chalicelib.adapters.tables import SessionRow
from chalicelib.domain.record import instant
from chalicelib.services.ports import Failures, HalfSignIn, Session


class DynamoSessions:
    """Implements the port `Sessions`. DynamoDB deletes expired rows late: each read looks at the time."""

    def begin(self, token: str, session: Session, *, expires: datetime) -> None:
        SessionRow(
            _session_key(token),
            expires=_seconds(expires),
            org=session.org,
            person=session.person,
            began=instant(session.began),
            seen=instant(session.seen),
        ).save()

    def find(self, token: str, *, now: datetime) -> Session | None:
        row = _row(_session_key(token), now)
        if row is None:
            return None
        return Session(
            row.org or "",
            row.person or "",
            datetime.fromisoformat(row.began or ""),
            datetime.fromisoformat(row.seen or ""),
        )

    def see(self, token: str, *, seen: datetime, expires: datetime) -> None:
        row = SessionRow(_session_key(token))
        try:
            row.update(
                actions=[SessionRow.seen.set(instant(seen)), SessionRow.expires.set(_seconds(expires))],
                condition=SessionRow.pk.exists(),
            )
        except UpdateError as error:
            _only_a_failed_condition(error)

    def end(self, token: str) -> None:
        for key in (_session_key(token), _half_key(token)):
            SessionRow(key).delete()

    def begin_half(self, token: str, half: HalfSignIn, *, expires: datetime) -> None:
        SessionRow(
            _half_key(token),
            expires=_seconds(expires),
            org=half.org,
            username=half.username,
            step=half.step,
            handle=half.handle,
            began=instant(half.began),
        ).save()

    def find_half(self, token: str, *, now: datetime) -> HalfSignIn | None:
        row = _row(_half_key(token), now)
        if row is None:
            return None
        return HalfSignIn(
            row.org or "",
            row.username or "",
            row.step or "",
            row.handle or "",
            datetime.fromisoformat(row.began or ""),
        )

    def use_code(self, username: str, code: str, *, expires: datetime) -> bool:
        row = SessionRow(f"CODE#{_hash(f'{username}#{code}')}", expires=_seconds(expires))
        return _saved(row, SessionRow.pk.does_not_exist())

    def failures(self, key: str, *, now: datetime) -> Failures:
        row = _row(_failures_key(key), now)
        if row is None:
            return Failures()
        return Failures(
            int(row.times or 0), datetime.fromisoformat(row.wait_until) if row.wait_until else None
        )

    def put_failures(
        self, key: str, failures: Failures, *, after: Failures, now: datetime, expires: datetime
    ) -> bool:
        row = SessionRow(
            _failures_key(key),
            expires=_seconds(expires),
            times=failures.times,
            wait_until=instant(failures.wait_until) if failures.wait_until else None,
        )
        stands = SessionRow.times == after.times
        if after.times == 0:
            stands |= SessionRow.pk.does_not_exist() | (SessionRow.expires <= _seconds(now))
        return _saved(row, stands)

    def clear(self, key: str) -> None:
        SessionRow(_failures_key(key)).delete()


def _session_key(token: str) -> str:
    return f"SESSION#{_hash(token)}"


def _half_key(token: str) -> str:
    return f"HALF#{_hash(token)}"


def _failures_key(key: str) -> str:
    return f"FAILURES#{key}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _row(key: str, now: datetime) -> SessionRow | None:
    try:
        row = SessionRow.get(key, consistent_read=True)
    except SessionRow.DoesNotExist:
        return None
    return row if row.expires > _seconds(now) else None


def _saved(row: SessionRow, condition: Any) -> bool:
    try:
        row.save(condition)
    except PutError as error:
        _only_a_failed_condition(error)
        return False
    return True


def _only_a_failed_condition(error: PutError | UpdateError) -> None:
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error

"""Sessions on the table: tokens as hashes alone, codes once, failures counted one at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from chalicelib.adapters.sessions import DynamoSessions
from chalicelib.adapters.tables import SessionRow
from chalicelib.domain.people import Role
from chalicelib.services import attempts, guard, sign_in
from chalicelib.services.attempts import Attempt, TooManyFailuresError
from chalicelib.services.ports import Failures, HalfSignIn, Session, WrongPasswordError
from chalicelib.services.world import World
from tests.builders.calls import counted
from tests.builders.identity import MemoryIdentity, User
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SESSION = Session("test", "suda", began=NOW, seen=NOW)
HALF = HalfSignIn("test", "test-suda", "code", "handle " + "h" * 1900, began=NOW)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def sessions() -> DynamoSessions:
    return DynamoSessions()


def test_a_session_is_found_until_it_expires(sessions: DynamoSessions) -> None:
    sessions.begin("token", SESSION, expires=LATER)
    assert sessions.find("token", now=NOW) == SESSION
    assert sessions.find("token", now=LATER - timedelta(seconds=1)) == SESSION
    assert sessions.find("token", now=LATER) is None
    assert sessions.find("other", now=NOW) is None


def test_a_session_lives_on_while_it_is_used_and_stays_ended_once_it_ended(sessions: DynamoSessions) -> None:
    sessions.begin("token", SESSION, expires=LATER)
    sessions.see("token", seen=LATER, expires=LATER + timedelta(hours=1))
    assert sessions.find("token", now=LATER) == Session("test", "suda", began=NOW, seen=LATER)
    sessions.end("token")
    sessions.see("token", seen=LATER, expires=LATER + timedelta(hours=1))
    assert sessions.find("token", now=NOW) is None


def test_a_half_sign_in_is_no_session(sessions: DynamoSessions) -> None:
    sessions.begin_half("token", HALF, expires=LATER)
    assert sessions.find_half("token", now=NOW) == HALF
    assert sessions.find("token", now=NOW) is None
    assert sessions.find_half("token", now=LATER) is None
    sessions.end("token")
    assert sessions.find_half("token", now=NOW) is None


def test_the_table_holds_no_token_and_no_code(sessions: DynamoSessions) -> None:
    sessions.begin("a-token-of-a-session", SESSION, expires=LATER)
    sessions.begin_half("a-token-of-a-step", HALF, expires=LATER)
    sessions.use_code("test-suda", "246810", expires=LATER)
    kept = " ".join(str(row.attribute_values) for row in SessionRow.scan())
    for secret in ("a-token-of-a-session", "a-token-of-a-step", "246810"):
        assert secret not in kept


def test_a_code_is_used_once_and_by_each_for_themselves(sessions: DynamoSessions) -> None:
    assert sessions.use_code("test-suda", "246810", expires=LATER)
    assert not sessions.use_code("test-suda", "246810", expires=LATER)
    assert sessions.use_code("test-malee", "246810", expires=LATER)


def test_failures_are_counted_after_what_was_seen(sessions: DynamoSessions) -> None:
    one, two = Failures(1), Failures(2, LATER)
    assert sessions.failures("key", now=NOW) == Failures()
    assert sessions.put_failures("key", one, after=Failures(), now=NOW, expires=LATER)
    assert not sessions.put_failures("key", one, after=Failures(), now=NOW, expires=LATER)
    assert sessions.put_failures("key", two, after=one, now=NOW, expires=LATER)
    assert not sessions.put_failures("key", two, after=one, now=NOW, expires=LATER)
    assert sessions.failures("key", now=NOW) == two
    sessions.clear("key")
    assert sessions.failures("key", now=NOW) == Failures()


def test_expired_failures_are_forgotten_though_the_row_still_stands(sessions: DynamoSessions) -> None:
    sessions.put_failures("key", Failures(7), after=Failures(), now=NOW, expires=LATER)
    assert sessions.failures("key", now=LATER) == Failures()
    assert sessions.put_failures(
        "key", Failures(1), after=Failures(), now=LATER, expires=LATER + timedelta(hours=1)
    )


def test_of_many_that_saw_the_same_count_one_counts(sessions: DynamoSessions) -> None:
    counted = [
        sessions.put_failures("key", Failures(1), after=Failures(), now=NOW, expires=LATER) for _ in range(8)
    ]
    assert counted == [True] + 7 * [False]


def test_an_attempt_that_was_taken_back_hinders_no_other(sessions: DynamoSessions) -> None:
    world = memory_world(NOW, sessions=sessions)
    attempt = Attempt.of(world, "address", "203.0.113.7", 5)
    for _ in range(7):
        attempts.begin(world, attempt)
        attempts.take_back(world, attempt)
    assert sessions.failures(attempt.key, now=NOW) == Failures()


def test_of_many_guesses_five_are_made(sessions: DynamoSessions) -> None:
    world = memory_world(NOW, sessions=sessions)
    attempt = Attempt.of(world, "password", "test-suda", 5)

    def guess() -> bool:
        try:
            attempts.begin(world, attempt)
        except TooManyFailuresError:
            return False
        return True

    assert [guess() for _ in range(24)] == 5 * [True] + 19 * [False]


@pytest.mark.parametrize("username", ["test-suda", "test-nobody"])
def test_failing_costs_the_same_for_a_name_that_somebody_has_and_for_one_that_nobody_has(
    world: World, sessions: DynamoSessions, username: str
) -> None:
    world = replace(world, sessions=sessions, identity=MemoryIdentity({"test-suda": User()}))
    establish(world)
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER)
    guard.name_of_today(world, username)
    with counted() as calls, pytest.raises(WrongPasswordError):
        sign_in.begin(world, "test", username, "wrong", "203.0.113.7")
    assert calls == 2 * ["GetItem", "PutItem"] + ["GetItem", "TransactWriteItems"]

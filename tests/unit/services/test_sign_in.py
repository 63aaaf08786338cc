"""Both factors begin a session; nothing else does, and whoever fails is slowed and noted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.people import Person, Role
from chalicelib.domain.record import Record, proceed
from chalicelib.services import attempts, sign_in
from chalicelib.services.attempts import TooManyFailuresError
from chalicelib.services.ports import WeakPasswordError, WrongCodeError, WrongPasswordError
from chalicelib.services.sign_in import SignedIn, SignInExpiredError
from chalicelib.services.world import World
from tests.builders.identity import CODE, PASSWORD, SECRET, MemoryIdentity, User
from tests.builders.organisations import employ, establish
from tests.builders.world import MovableClock, memory_world

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ADDRESS = "203.0.113.7"


@pytest.fixture
def identity() -> MemoryIdentity:
    return MemoryIdentity(
        {"test-suda": User(), "test-new": User("first-password", first=True, has_app=False)}
    )


@pytest.fixture
def world(identity: MemoryIdentity) -> World:
    world = memory_world(MORNING, identity=identity)
    establish(world)
    establish(world, "other")
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER)
    employ(world, "test", "new", Role.AUDITOR)
    return world


@pytest.fixture
def clock(world: World) -> MovableClock:
    assert isinstance(world.clock, MovableClock)
    return world.clock


def signs_in(world: World, username: str = "test-suda", code: str = CODE) -> SignedIn:
    waiting = sign_in.begin(world, "test", username, PASSWORD, ADDRESS)
    return sign_in.give_code(world, "test", waiting.token, code, ADDRESS)


def fails(world: World, username: str = "test-suda", address: str = ADDRESS) -> None:
    with pytest.raises(WrongPasswordError):
        sign_in.begin(world, "test", username, "wrong", address)


def trail(world: World, name: str = "suda") -> list[str]:
    history = world.records.history(Person, "test", name)
    assert history
    return [event.kind for event in history.events[1:]]


def test_both_factors_begin_a_session(world: World) -> None:
    signed_in = signs_in(world)
    officer = sign_in.officer_of(world, "test", signed_in.token)
    assert officer == signed_in.officer
    assert officer.state.username == "test-suda"
    assert trail(world) == ["signed_in"]


def test_a_password_alone_begins_none(world: World) -> None:
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    assert waiting.step.name == "code"
    assert sign_in.officer_of(world, "test", waiting.token) is None


def test_a_username_is_taken_in_capitals_and_with_blanks_around_it(world: World) -> None:
    assert sign_in.begin(world, "test", " Test-Suda ", PASSWORD, ADDRESS).step.name == "code"


def test_a_code_is_taken_in_thai_digits_and_with_a_gap(world: World) -> None:
    assert signs_in(world, code="๒๔๖ ๘๑๐").token


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("test-suda", "wrong"),
        ("test-nobody", PASSWORD),
        ("other-suda", PASSWORD),
        ("suda", PASSWORD),
        ("", ""),
        ("test-" + "s" * 200, PASSWORD),
        ("test-suda#x", PASSWORD),
        ("test-suda", PASSWORD * 20),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(world: World, username: str, password: str) -> None:
    with pytest.raises(WrongPasswordError) as raised:
        sign_in.begin(world, "test", username, password, ADDRESS)
    assert raised.value.args == ()


def test_somebody_of_another_organisation_does_not_get_in_here(
    world: World, identity: MemoryIdentity
) -> None:
    employ(world, "other", "malee", Role.ADMINISTRATOR)
    identity.users["other-malee"] = User()
    with pytest.raises(WrongPasswordError):
        sign_in.begin(world, "test", "other-malee", PASSWORD, ADDRESS)
    assert identity.asked == 0


def test_a_session_is_none_in_another_organisation(world: World) -> None:
    employ(world, "other", "suda", Role.ADMINISTRATOR)
    token = signs_in(world).token
    assert sign_in.officer_of(world, "other", token) is None


def test_a_half_sign_in_is_none_in_another_organisation(world: World) -> None:
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    with pytest.raises(SignInExpiredError):
        sign_in.give_code(world, "other", waiting.token, CODE, ADDRESS)


def test_a_user_whom_no_record_knows_does_not_get_in(world: World, identity: MemoryIdentity) -> None:
    identity.users["test-ghost"] = User()
    with pytest.raises(WrongPasswordError):
        sign_in.begin(world, "test", "test-ghost", PASSWORD, ADDRESS)


def test_a_code_serves_once(world: World, clock: MovableClock) -> None:
    signs_in(world)
    clock.forward(seconds=10)
    with pytest.raises(WrongCodeError):
        signs_in(world)
    assert trail(world) == ["signed_in", "sign_in_failed"]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "24681O", "²²²²²²"])
def test_what_is_no_code_is_not_even_asked_about(world: World, identity: MemoryIdentity, code: str) -> None:
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    asked = identity.asked
    with pytest.raises(WrongCodeError):
        sign_in.give_code(world, "test", waiting.token, code, ADDRESS)
    assert identity.asked == asked


def test_a_half_sign_in_lives_for_five_minutes(world: World, clock: MovableClock) -> None:
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    clock.forward(minutes=5)
    with pytest.raises(SignInExpiredError):
        sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)


def test_a_half_sign_in_is_finished_once(world: World) -> None:
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)
    with pytest.raises(SignInExpiredError):
        sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)


def test_a_new_person_chooses_a_password_and_sets_up_an_app(world: World) -> None:
    waiting = sign_in.begin(world, "test", "test-new", "first-password", ADDRESS)
    assert waiting.step.name == "new_password"
    for weak in ("elevenchars", "p" * 257, "too easy for this pool"):
        with pytest.raises(WeakPasswordError):
            sign_in.give_new_password(world, "test", waiting.token, weak)
    following = sign_in.give_new_password(world, "test", waiting.token, "twelve-chars")
    assert following.step.name == "set_up_code"
    assert following.step.secret == SECRET
    with pytest.raises(SignInExpiredError):
        sign_in.give_new_password(world, "test", waiting.token, "twelve-chars")
    signed_in = sign_in.give_first_code(world, "test", following.token, CODE, ADDRESS)
    assert sign_in.officer_of(world, "test", signed_in.token)


def test_a_step_is_not_taken_for_another(world: World) -> None:
    waiting = sign_in.begin(world, "test", "test-new", "first-password", ADDRESS)
    with pytest.raises(SignInExpiredError):
        sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)
    with pytest.raises(SignInExpiredError):
        sign_in.give_first_code(world, "test", waiting.token, CODE, ADDRESS)


def test_the_waits_grow_and_end_at_a_quarter_of_an_hour() -> None:
    waits = [attempts.wait_after(times, 5).total_seconds() for times in range(1, 14)]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_after_five_failures_the_right_password_waits_too(
    world: World, identity: MemoryIdentity, clock: MovableClock
) -> None:
    for _ in range(5):
        fails(world)
    asked = identity.asked
    with pytest.raises(TooManyFailuresError) as raised:
        sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    assert raised.value.retry_after == 30
    assert identity.asked == asked
    clock.forward(seconds=30)
    fails(world)
    with pytest.raises(TooManyFailuresError) as raised:
        sign_in.begin(world, "test", "test-suda", PASSWORD, "198.51.100.1")
    assert raised.value.retry_after == 60
    clock.forward(seconds=60)
    assert sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS).step.name == "code"


def test_names_that_nobody_has_are_slowed_alike(world: World) -> None:
    for _ in range(5):
        fails(world, "test-nobody")
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-nobody", PASSWORD, ADDRESS)


def test_the_right_password_ends_the_count(world: World, clock: MovableClock) -> None:
    for _ in range(4):
        fails(world)
    signs_in(world)
    for _ in range(4):
        fails(world)
    assert sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)


def test_failures_are_forgotten_after_a_quarter_of_an_hour(world: World, clock: MovableClock) -> None:
    for _ in range(4):
        fails(world)
    clock.forward(minutes=15)
    for _ in range(4):
        fails(world)
    assert sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)


def test_an_address_that_tries_many_names_is_slowed(world: World) -> None:
    for number in range(20):
        fails(world, f"test-guess{number}")
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    assert sign_in.begin(world, "test", "test-suda", PASSWORD, "198.51.100.1")


def test_successes_do_not_count_against_an_address(world: World, clock: MovableClock) -> None:
    for number in range(25):
        employ(world, "test", f"officer{number}", Role.EXECUTIVE)
        world.identity.users[f"test-officer{number}"] = User()  # type: ignore[attr-defined]
        signs_in(world, f"test-officer{number}")


def test_codes_can_not_be_guessed_by_beginning_anew(world: World) -> None:
    for number in range(5):
        waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
        with pytest.raises(WrongCodeError):
            sign_in.give_code(world, "test", waiting.token, f"00000{number}", ADDRESS)
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    with pytest.raises(TooManyFailuresError):
        sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)


def test_failures_are_noted_on_the_person_but_not_those_that_were_not_tried(world: World) -> None:
    for _ in range(5):
        fails(world)
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", "wrong", ADDRESS)
    assert trail(world) == ["sign_in_failed"] * 5


def test_a_sign_in_is_noted_though_somebody_edits_the_person(world: World, monkeypatch: Any) -> None:
    standing = world.records.get(Person, "test", "suda")
    assert standing
    fact = standing.state.sign_out_everywhere(by="test-admin", at=MORNING - timedelta(hours=1))
    world.records.save(proceed(standing, [fact], world.salt))
    signed_in = sign_in._save(world, standing, standing.state.note_sign_in(succeeded=True, at=MORNING))
    assert signed_in.version == standing.version + 2


def test_a_session_ends_after_an_hour_without_use(world: World, clock: MovableClock) -> None:
    token = signs_in(world).token
    clock.forward(minutes=59)
    assert sign_in.officer_of(world, "test", token)
    clock.forward(minutes=59)
    assert sign_in.officer_of(world, "test", token)
    clock.forward(minutes=60)
    assert sign_in.officer_of(world, "test", token) is None


def test_a_session_ends_after_twelve_hours_of_use(world: World, clock: MovableClock) -> None:
    token = signs_in(world).token
    for _ in range(23):
        clock.forward(minutes=30)
        assert sign_in.officer_of(world, "test", token)
    clock.forward(minutes=30)
    assert sign_in.officer_of(world, "test", token) is None


def test_sign_out_ends_the_session_and_no_other(world: World, clock: MovableClock) -> None:
    one = signs_in(world).token
    world.sessions.used.clear()  # type: ignore[attr-defined]
    another = signs_in(world).token
    sign_in.sign_out(world, one)
    assert sign_in.officer_of(world, "test", one) is None
    assert sign_in.officer_of(world, "test", another)


def test_sign_out_everywhere_ends_all_sessions_until_now(world: World, clock: MovableClock) -> None:
    signed_in = signs_in(world)
    clock.forward(seconds=1)
    sign_in.sign_out_everywhere(world, signed_in.officer, by="test-suda")
    assert sign_in.officer_of(world, "test", signed_in.token) is None
    world.sessions.used.clear()  # type: ignore[attr-defined]
    clock.forward(seconds=1)
    assert sign_in.officer_of(world, "test", signs_in(world).token)


def test_who_leaves_is_out_at_once_and_between_the_steps(world: World, clock: MovableClock) -> None:
    token = signs_in(world).token
    world.sessions.used.clear()  # type: ignore[attr-defined]
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    leaves(world)
    assert sign_in.officer_of(world, "test", token) is None
    with pytest.raises(WrongCodeError):
        sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS)
    fails(world)


def leaves(world: World) -> None:
    record: Record[Person] | None = world.records.get(Person, "test", "suda")
    assert record
    fact = record.state.deactivate(by="test-admin", at=world.clock.now())
    world.records.save(proceed(record, [fact], world.salt))


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 44, "ก" * 43])
def test_what_is_no_token_is_no_session(world: World, token: str) -> None:
    assert sign_in.officer_of(world, "test", token) is None
    sign_in.sign_out(world, token)


def test_a_form_token_belongs_to_one_session(world: World) -> None:
    one, another = sign_in.new_token(world), sign_in.new_token(world)
    assert sign_in.is_form_token(one, sign_in.form_token(one))
    assert not sign_in.is_form_token(one, sign_in.form_token(another))
    assert not sign_in.is_form_token(one, "")
    assert not sign_in.is_form_token(one, "ไทย")
    assert not sign_in.is_form_token("", sign_in.form_token(""))


def test_a_network_of_ipv6_is_slowed_as_one_address(world: World) -> None:
    for n in range(20):
        fails(world, f"test-nobody{n}", f"2001:db8:1:2::{n:x}")
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", PASSWORD, "2001:db8:1:2:ffff::1")
    assert sign_in.begin(world, "test", "test-suda", PASSWORD, "2001:db8:1:3::1").step.name == "code"


def known_to(world: World, username: str = "test-suda", cookie: str = "") -> str:
    """What a browser keeps once this person signed in."""
    world.sessions.used.clear()  # type: ignore[attr-defined]
    waiting = sign_in.begin(world, "test", username, PASSWORD, ADDRESS, cookie)
    return sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS, cookie).known


def test_failures_made_elsewhere_keep_nobody_waiting_in_a_browser_that_is_known(world: World) -> None:
    known = known_to(world)
    for number in range(30):
        with pytest.raises((WrongPasswordError, TooManyFailuresError)):
            sign_in.begin(world, "test", "test-suda", f"wrong {number}", ADDRESS)
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", PASSWORD, "198.51.100.1")
    waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS, known)
    world.sessions.used.clear()  # type: ignore[attr-defined]
    assert sign_in.give_code(world, "test", waiting.token, CODE, ADDRESS, known).token


def test_wrong_codes_given_elsewhere_keep_nobody_waiting_either(world: World) -> None:
    known = known_to(world)
    for _ in range(5):
        waiting = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
        with pytest.raises(WrongCodeError):
            sign_in.give_code(world, "test", waiting.token, "000000", ADDRESS)
    assert known_to(world, cookie=known)


def test_a_browser_that_is_known_guesses_no_faster(world: World) -> None:
    known = known_to(world)
    for _ in range(5):
        with pytest.raises(WrongPasswordError):
            sign_in.begin(world, "test", "test-suda", "wrong", ADDRESS, known)
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS, known)


def test_it_is_known_as_nobody_elses(world: World, identity: MemoryIdentity) -> None:
    employ(world, "test", "malee", Role.COMPLAINT_OFFICER)
    identity.users["test-malee"] = User()
    known = known_to(world)
    for _ in range(5):
        fails(world, "test-malee")
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-malee", PASSWORD, "198.51.100.1", known)


def test_colleagues_share_a_browser_and_are_both_known_in_it(world: World, identity: MemoryIdentity) -> None:
    employ(world, "test", "malee", Role.COMPLAINT_OFFICER)
    identity.users["test-malee"] = User()
    shared = known_to(world, "test-malee", known_to(world))
    shared = known_to(world, "test-malee", shared)
    assert len(shared.split("~")) == 2
    for username in ("test-suda", "test-malee"):
        for _ in range(5):
            fails(world, username)
        assert sign_in.begin(world, "test", username, PASSWORD, "198.51.100.1", shared)


@pytest.mark.parametrize("cookie", ["x", "~~~~", "a" * 5000, "made.up.token", "ก~ข", "{known}x", "{older}"])
def test_a_browser_is_not_known_by_what_is_made_up_or_older_than_ninety_days(
    world: World, clock: MovableClock, cookie: str
) -> None:
    older = known_to(world)
    clock.forward(days=90, seconds=1)
    cookie = cookie.format(known=known_to(world), older=older)
    for _ in range(5):
        fails(world)
    with pytest.raises(TooManyFailuresError):
        sign_in.begin(world, "test", "test-suda", PASSWORD, "198.51.100.1", cookie)


def test_a_sign_in_under_way_ends_with_all_sessions(world: World, clock: MovableClock) -> None:
    by_code = sign_in.begin(world, "test", "test-suda", PASSWORD, ADDRESS)
    by_first = sign_in.begin(world, "test", "test-new", "first-password", ADDRESS)
    clock.forward(seconds=1)
    for name in ("suda", "new"):
        officer: Record[Person] | None = world.records.get(Person, "test", name)
        assert officer
        sign_in.sign_out_everywhere(world, officer, by="test-admin")
    with pytest.raises(WrongCodeError):
        sign_in.give_code(world, "test", by_code.token, CODE, ADDRESS)
    with pytest.raises(SignInExpiredError):
        sign_in.give_new_password(world, "test", by_first.token, "twelve-chars")

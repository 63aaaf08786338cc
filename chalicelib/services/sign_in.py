"""The console's door: who somebody is, and the session that begins once both factors have shown it.

The identity provider checks password and one-time code. All else is ours, the same on every cloud: a
session of our own, that failing attempts are slowed and noted, that a code serves once. Whatever is wrong
with a name or a password, the answer is the same.
"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import DomainError
from chalicelib.domain.people import Person
from chalicelib.domain.record import Fact, Record, proceed
from chalicelib.domain.text import to_arabic_digits
from chalicelib.services import attempts, guard, known_browsers
from chalicelib.services.attempts import Attempt
from chalicelib.services.ports import (
    Claim,
    HalfSignIn,
    Session,
    StaleRecordError,
    Step,
    WeakPasswordError,
    WrongCodeError,
    WrongPasswordError,
)
from chalicelib.services.world import World

SESSION_LIVES = timedelta(hours=12)
"""A working day and its overtime; then both factors again."""

SESSION_IDLES = timedelta(hours=1)
"""Counter staff leave their desks; a session that nobody uses ends."""

HALF_SIGN_IN_LIVES = timedelta(minutes=5)

SHORTEST_PASSWORD = 12
"""Characters of a new password, as in the user pool's policy, which the local cloud does not apply."""

_SEEN_EVERY = timedelta(minutes=5)
"""How much time passes before a session's use is written down again."""

_CODE_REMEMBERED = timedelta(minutes=10)
"""Longer than the identity provider takes a one-time code for."""

_LONGEST_PASSWORD = 256

_FAILURES_OF_A_NAME = 5
_FAILURES_OF_AN_ADDRESS = 20
"""Before the first wait. An office shares one address: a colleague's forgotten password shuts nobody out."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
_CODE = re.compile(r"[0-9]{6}")
_WRITES = 5


class SignInExpiredError(DomainError):
    """There is no half sign-in that waits for this: it took too long, or was finished already."""


class Waiting(Struct, frozen=True):
    """A sign-in that waits for its next step; `step.secret` is to be shown once where there is one."""

    token: str
    step: Step


class SignedIn(Struct, frozen=True):
    """Both factors were right: the token of the session that began, whose it is, and what the browser keeps
    so that it is known the next time."""

    token: str
    officer: Record[Person]
    known: str


def begin(world: World, org: str, username: str, password: str, address: str, known: str = "") -> Waiting:
    """The first step: name and password. `known` is what the browser keeps from earlier sign-ins.

    Raises WrongPasswordError for whatever is wrong with them (a name of another organisation, one that
    nobody has, a person who left), TooManyFailuresError.
    """
    username = username.strip().lower()
    counted = _counted(world, "password", username, address, known)
    attempts.begin(world, *counted)
    try:
        if not _may_be(org, username) or len(password) > _LONGEST_PASSWORD:
            raise WrongPasswordError
        step = world.identity.begin(username, password)
        if not _is_active(_officer(world, org, username)):
            raise WrongPasswordError
    except WrongPasswordError:
        _note_failure(world, org, username)
        raise
    _end_count(world, counted)
    return _wait(world, org, username, step)


def give_new_password(world: World, org: str, token: str, password: str) -> Waiting:
    """The step `new_password`: one that the person chose, in place of the first one.

    Raises WeakPasswordError, WrongCodeError where the provider no longer waits, SignInExpiredError.
    """
    half = _half(world, org, token, "new_password")
    if not _is_wanted(_officer(world, org, half.username), half):
        raise SignInExpiredError
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise WeakPasswordError
    step = world.identity.give_new_password(half.username, half.handle, password)
    world.sessions.end(token)
    return _wait(world, org, half.username, step)


def give_code(world: World, org: str, token: str, code: str, address: str, known: str = "") -> SignedIn:
    """The step `code`: the second factor.

    Raises WrongCodeError (a code that was used before is wrong too), SignInExpiredError,
    TooManyFailuresError.
    """
    half = _half(world, org, token, "code")
    return _finish(world, half, token, code, address, known)


def give_first_code(world: World, org: str, token: str, code: str, address: str, known: str = "") -> SignedIn:
    """The step `set_up_code`: the first code of a new authenticator app. Raises as `give_code` does."""
    half = _half(world, org, token, "set_up_code")
    return _finish(world, half, token, code, address, known)


def officer_of(world: World, org: str, token: str) -> Record[Person] | None:
    """Whose session it is; None where it is no session, another organisation's, or over."""
    if not is_token(token):
        return None
    now = world.clock.now()
    session = world.sessions.find(token, now=now)
    if session is None or session.org != org:
        return None
    officer = world.records.get(Person, org, session.person)
    if officer is None or not officer.state.active or officer.state.is_over(session.began):
        return None
    if now - session.seen >= _SEEN_EVERY:
        expires = min(now + SESSION_IDLES, session.began + SESSION_LIVES)
        world.sessions.see(token, seen=now, expires=expires)
    return replace(officer, state=officer.state.on(bangkok_day(now)))


def sign_out(world: World, token: str) -> None:
    """The session ends."""
    if is_token(token):
        world.sessions.end(token)


def sign_out_everywhere(world: World, officer: Record[Person], *, by: str) -> None:
    """All sessions of the person that began until now end."""
    # Anew: the officer of a session holds the roles of absent colleagues too, which are not to be saved.
    record = world.records.get(Person, officer.key.org, officer.key.id)
    if record:
        _save(world, record, record.state.sign_out_everywhere(by=by, at=world.clock.now()))


def new_token(world: World) -> str:
    """A token that nobody guesses: 256 bits."""
    return base64.urlsafe_b64encode(world.chance.bytes(32)).decode().rstrip("=")


def is_token(typed: str) -> bool:
    """Whether it has the form of a token; whether it is anybody's is another matter."""
    return bool(_TOKEN.fullmatch(typed))


def form_token(token: str) -> str:
    """What the forms of a session carry: who can't read the cookie can't make it."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(token: str, typed: str) -> bool:
    """Whether a form was made for this session; takes the same time for whatever was sent."""
    return is_token(token) and hmac.compare_digest(form_token(token).encode(), typed.encode())


def _may_be(org: str, username: str) -> bool:
    return username.startswith(f"{org}-") and bool(_USERNAME.fullmatch(username))


def _officer(world: World, org: str, username: str) -> Record[Person] | None:
    officer = world.records.get(Person, org, username.removeprefix(f"{org}-"))
    return officer if officer and officer.state.username == username else None


def _is_active(officer: Record[Person] | None) -> bool:
    return officer is not None and officer.state.active


def _counted(world: World, what: str, username: str, address: str, known: str) -> tuple[Attempt, ...]:
    """What an attempt is counted under: name and address, or the browser alone where the person is known."""
    token = known_browsers.token_of(world, username, known)
    if token:
        return (Attempt.of(world, f"{what} in a known browser", token, _FAILURES_OF_A_NAME),)
    return (
        Attempt.of(world, what, username, _FAILURES_OF_A_NAME),
        Attempt.of(world, "address", guard.sender(address), _FAILURES_OF_AN_ADDRESS),
    )


def _end_count(world: World, counted: tuple[Attempt, ...]) -> None:
    """The attempt succeeded: forget the failures under its name, and that it was counted for its address."""
    world.sessions.clear(counted[0].key)
    attempts.take_back(world, *counted[1:])


def _wait(world: World, org: str, username: str, step: Step) -> Waiting:
    token = new_token(world)
    now = world.clock.now()
    half = HalfSignIn(org, username, step.name, step.handle, began=now)
    world.sessions.begin_half(token, half, expires=now + HALF_SIGN_IN_LIVES)
    return Waiting(token, step)


def _half(world: World, org: str, token: str, step: str) -> HalfSignIn:
    if not is_token(token):
        raise SignInExpiredError
    half = world.sessions.find_half(token, now=world.clock.now())
    if half is None or half.org != org or half.step != step:
        raise SignInExpiredError
    return half


def _is_wanted(officer: Record[Person] | None, half: HalfSignIn) -> bool:
    """Whether the person may still finish it: works here, and was not signed out everywhere meanwhile."""
    return officer is not None and officer.state.active and not officer.state.is_over(half.began)


def _finish(world: World, half: HalfSignIn, token: str, typed: str, address: str, known: str) -> SignedIn:
    """Check the one-time code and begin the session."""
    code = re.sub(r"[\s-]", "", to_arabic_digits(typed))
    if not _CODE.fullmatch(code):
        raise WrongCodeError
    counted = _counted(world, "code", half.username, address, known)
    attempts.begin(world, *counted)
    now = world.clock.now()
    give = world.identity.give_code if half.step == "code" else world.identity.give_first_code
    try:
        officer = _officer(world, half.org, half.username)
        if officer is None or not _is_wanted(officer, half):
            raise WrongCodeError
        step = give(half.username, half.handle, code)
        fresh = world.sessions.use_code(half.username, code, expires=now + _CODE_REMEMBERED)
        if step.name != "done" or not fresh:
            raise WrongCodeError
    except WrongCodeError:
        _note_failure(world, half.org, half.username)
        raise
    _end_count(world, counted)
    world.sessions.end(token)
    officer = _save(world, officer, officer.state.note_sign_in(succeeded=True, at=now))
    session = new_token(world)
    began = Session(half.org, officer.key.id, began=now, seen=now)
    world.sessions.begin(session, began, expires=now + SESSION_IDLES)
    return SignedIn(session, officer, known_browsers.remember(world, half.username, known))


def _note_failure(world: World, org: str, username: str) -> None:
    """Note a failed attempt on the person's record.

    Where nobody has the name, a transaction that says nothing is saved instead: the time that the answer
    takes must not tell who works here.
    """
    if not _may_be(org, username):
        return
    officer, now = _officer(world, org, username), world.clock.now()
    if officer:
        _save(world, officer, officer.state.note_sign_in(succeeded=False, at=now))
    else:
        world.records.save(claim=Claim(f"NOBODY#{new_token(world)}", "", now + HALF_SIGN_IN_LIVES))


def _save(world: World, officer: Record[Person], fact: Fact) -> Record[Person]:
    """Save a fact that is true whatever else happened to the person meanwhile."""
    for _ in range(_WRITES):
        change = proceed(officer, [fact], world.salt)
        try:
            world.records.save(change)
        except StaleRecordError:
            newer = world.records.get(Person, officer.key.org, officer.key.id)
            if newer is not None:
                officer = newer
        else:
            return change.record
    raise StaleRecordError(officer)

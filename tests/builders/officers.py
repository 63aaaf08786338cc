"""Officers who are signed in."""

from chalicelib.handlers.routing import SESSION_COOKIE
from chalicelib.services import sign_in
from chalicelib.services.ports import Session
from chalicelib.services.world import World
from tests.builders.browser import Browser


def signed_in(world: World, org: str, name: str) -> Browser:
    """A browser with a session of the person, as both factors would have begun it."""
    token = sign_in.new_token(world)
    now = world.clock.now()
    session = Session(org, name, began=now, seen=now)
    world.sessions.begin(token, session, expires=now + sign_in.SESSION_IDLES)
    return Browser({SESSION_COOKIE: token})

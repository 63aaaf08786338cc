"""The pages of the console's door, as a browser meets them."""

import io
import json

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.handlers import routing
from chalicelib.services.sign_in import form_token
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.identity import CODE, PASSWORD, SECRET, MemoryIdentity, User
from tests.builders.organisations import employ
from tests.builders.world import MovableClock

SIGN_IN = "/test/console/sign-in"


@pytest.fixture
def browser(world: World, identity: MemoryIdentity) -> Browser:
    for name in ("suda", "admin", "editor"):
        identity.users[f"test-{name}"] = User()
    identity.users["test-new"] = User("first-password", first=True, has_app=False)
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER)
    employ(world, "test", "admin", Role.ADMINISTRATOR)
    employ(world, "test", "editor", Grant(Role.DISCLOSURE_EDITOR, "works"))
    employ(world, "test", "new", Role.AUDITOR)
    return Browser()


def begins(browser: Browser, name: str = "suda", password: str = PASSWORD) -> Reply:
    return browser.submit(browser.get(SIGN_IN), username=f"test-{name}", password=password)


def signs_in(browser: Browser, name: str = "suda") -> Reply:
    return browser.submit(begins(browser, name), code=CODE, follow=False)


def test_an_officer_signs_in_by_password_and_code(browser: Browser) -> None:
    step = begins(browser)
    assert step.status == 200
    assert "__Host-console" not in browser.cookies
    landed = browser.submit(step, code=CODE, follow=False)
    assert landed.status == 303
    assert landed.headers["Location"] == "/test/console/complaints"
    assert "__Host-console" in browser.cookies
    assert "__Host-console-step" not in browser.cookies


@pytest.mark.parametrize(
    ("name", "place"), [("suda", "complaints"), ("admin", "people"), ("editor", "disclosure")]
)
def test_each_role_lands_where_it_works(browser: Browser, name: str, place: str) -> None:
    assert signs_in(browser, name).headers["Location"] == f"/test/console/{place}"
    assert browser.get("/test/console", follow=False).headers["Location"] == f"/test/console/{place}"


def test_who_holds_no_role_is_told_so(browser: Browser, world: World, identity: MemoryIdentity) -> None:
    employ(world, "test", "between")
    identity.users["test-between"] = User()
    assert browser.submit(begins(browser, "between"), code=CODE).status == 403


def test_a_browser_is_known_the_next_time_whatever_strangers_do(browser: Browser, world: World) -> None:
    landed = signs_in(browser)
    (known,) = (cookie for cookie in landed.cookies if cookie.startswith("__Host-console-known="))
    assert "Max-Age=7776000" in known
    assert "suda" not in known
    for _ in range(5):
        begins(Browser(), password="wrong")
    assert begins(Browser()).status == 429
    begin_anew(browser)
    assert "__Host-console" in browser.cookies


def test_the_language_goes_along(browser: Browser) -> None:
    step = browser.submit(browser.get(f"{SIGN_IN}?lang=en"), username="test-suda", password=PASSWORD)
    assert step.page.heading == "Enter the one-time code"
    landed = browser.submit(step, code=CODE, follow=False)
    assert landed.headers["Location"] == "/test/console/complaints?lang=en"


def test_cookies_are_ours_alone(browser: Browser) -> None:
    asked = browser.get(SIGN_IN)
    step = begins(browser)
    landed = browser.submit(step, code=CODE, follow=False)
    for cookie in [*asked.cookies, *step.cookies, *landed.cookies]:
        name, *attributes = cookie.split("; ")
        assert name.startswith("__Host-console")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes)
        assert not any(attribute.startswith("Domain") for attribute in attributes)
    assert "Max-Age=300" in step.cookies[0]


def test_the_token_of_the_form_changes_once_the_password_was_right(browser: Browser) -> None:
    browser.get(SIGN_IN)
    before = browser.cookies["__Host-console-step"]
    begins(browser)
    assert browser.cookies["__Host-console-step"] != before


def test_what_is_wrong_is_not_told_apart(browser: Browser) -> None:
    wrong = begins(browser, password="wrong")
    unknown = begins(browser, name="nobody")
    assert wrong.status == unknown.status == 422
    assert wrong.page.text.replace("test-suda", "") == unknown.page.text.replace("test-nobody", "")
    assert wrong.page.forms[0].fields["username"] == "test-suda"
    assert "wrong" not in wrong.text


@pytest.mark.parametrize(
    "username", ["test-\u0000suda", "\u202etest-suda", "<b>x</b>", "{{7*7}}", "ก" * 5000]
)
def test_odd_names_are_wrong_like_others(browser: Browser, username: str) -> None:
    reply = browser.submit(browser.get(SIGN_IN), username=username, password=PASSWORD)
    assert reply.status == 422
    assert "<b>" not in reply.text


def test_a_form_of_another_site_is_refused(browser: Browser, world: World) -> None:
    reply = browser.post(SIGN_IN, {"username": "test-suda", "password": PASSWORD})
    assert reply.status == 403
    browser.get(SIGN_IN)
    fields = {"username": "test-suda", "password": PASSWORD, "form_token": "0" * 64}
    reply = browser.post(SIGN_IN, fields)
    assert reply.status == 403
    assert reply.page.forms[0].fields["form_token"]
    assert world.identity.asked == 0  # type: ignore[attr-defined]


def test_failing_is_slowed_and_says_how_long(browser: Browser) -> None:
    for _ in range(5):
        begins(browser, password="wrong")
    reply = begins(browser)
    assert reply.status == 429
    assert reply.headers["Retry-After"] == "30"
    assert "โปรดรอ 30 วินาที" in reply.page.text


def test_a_wrong_code_asks_again_and_a_used_one_too(browser: Browser) -> None:
    again = browser.submit(begins(browser), code="000000")
    assert again.status == 422
    assert browser.submit(again, code=CODE, follow=False).status == 303
    replayed = browser.submit(begins(Browser()), code=CODE)
    assert replayed.status == 403, "another browser's form"
    other = Browser()
    replayed = other.submit(begins(other), code=CODE)
    assert replayed.status == 422
    assert "__Host-console" not in other.cookies


def test_a_step_that_took_too_long_begins_anew(browser: Browser, world: World) -> None:
    step = begins(browser)
    assert isinstance(world.clock, MovableClock)
    world.clock.forward(minutes=6)
    reply = browser.submit(step, code=CODE)
    assert reply.status == 422
    assert "username" in reply.page.forms[0].fields


def test_a_new_officer_chooses_a_password_and_sets_up_an_app(browser: Browser) -> None:
    step = begins(browser, "new", "first-password")
    short = browser.submit(step, new_password="short", new_password_again="short")
    assert short.status == 422
    differs = browser.submit(short, new_password="a long password", new_password_again="a lonk password")
    assert differs.status == 422
    chosen = browser.submit(differs, new_password="a long password", new_password_again="a long password")
    assert chosen.status == 200
    assert "JBSW Y3DP EHPK 3PXP" in chosen.page.text
    assert f"secret={SECRET}" in chosen.text
    again = browser.submit(chosen, code="000000")
    assert again.status == 422
    assert "JBSW Y3DP EHPK 3PXP" in again.page.text
    landed = browser.submit(again, code=CODE, follow=False)
    assert landed.headers["Location"] == "/test/console/complaints"


def test_strangers_are_sent_to_the_door(browser: Browser) -> None:
    for path in ("/test/console", "/test/console/sign-out", "/test/console/sign-out-everywhere"):
        reply = (
            browser.get(path, follow=False)
            if path == "/test/console"
            else browser.post(path, {}, follow=False)
        )
        assert (reply.status, reply.headers["Location"]) == (303, SIGN_IN)


def test_a_session_opens_no_other_organisation(browser: Browser) -> None:
    signs_in(browser)
    reply = browser.get("/other/console", follow=False)
    assert (reply.status, reply.headers["Location"]) == (303, "/other/console/sign-in")


def test_signing_out_needs_the_token_and_ends_the_session(browser: Browser) -> None:
    signs_in(browser)
    session = browser.cookies["__Host-console"]
    assert browser.post("/test/console/sign-out", {"form_token": "0" * 64}).status == 403
    assert browser.get("/test/console", follow=False).headers["Location"] != SIGN_IN
    for path in ("sign-out", "sign-out-everywhere"):
        signs_out(browser, path)
        assert "__Host-console" not in browser.cookies
        old = Browser({"__Host-console": session})
        assert old.get("/test/console", follow=False).headers["Location"] == SIGN_IN
        begin_anew(browser)
        session = browser.cookies["__Host-console"]


def signs_out(browser: Browser, path: str) -> None:
    fields = {"form_token": form_token(browser.cookies["__Host-console"])}
    assert browser.post(f"/test/console/{path}", fields, follow=False).headers["Location"] == SIGN_IN


def begin_anew(browser: Browser) -> None:
    world = routing.world()
    world.sessions.used.clear()  # type: ignore[attr-defined]
    world.clock.forward(seconds=1)  # type: ignore[attr-defined]
    signs_in(browser)


def test_a_new_sign_in_ends_the_browsers_older_session(browser: Browser) -> None:
    signs_in(browser)
    older = browser.cookies["__Host-console"]
    begin_anew(browser)
    assert (
        Browser({"__Host-console": older}).get("/test/console", follow=False).headers["Location"] == SIGN_IN
    )


def test_the_log_names_nobody(browser: Browser) -> None:
    log = io.StringIO()
    usual = routing.LOG.registered_handler.setStream(log)
    begins(browser, password="wrong-Secret-word")
    begins(browser, name="nobody")
    signs_in(browser)
    routing.LOG.registered_handler.setStream(usual)
    logged = log.getvalue()
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {line["route"] for line in lines} == {"/{org}/console/sign-in"}
    for secret in ("suda", "nobody", "wrong-Secret-word", PASSWORD, CODE, browser.cookies["__Host-console"]):
        assert secret not in logged

"""A real Chromium in front of the deployed stack. Pages need no script, so JavaScript is off but for what
looks at a page from outside of it (axe)."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright

from tests.builders.visitor import who
from tests.e2e.browser.actors import Citizen, Officer
from tests.e2e.browser.watch import Watch
from tools.running import Stack

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NewContext = Callable[..., BrowserContext]
OfficerOf = Callable[..., Officer]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, without a window."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.exit("Chromium is not installed; on Debian: apt install chromium", returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def watch() -> Watch:
    """Notes what browsers complain of, over the whole session."""
    return Watch()


@pytest.fixture
def new_context(chromium: Browser, stack: Stack, watch: Watch) -> Iterator[NewContext]:
    """Opens a browser of somebody's own, with nothing cached and nobody signed in; closed after the test."""
    opened: list[BrowserContext] = []

    def open_context(**settings: object) -> BrowserContext:
        usual = {"base_url": stack.site, "java_script_enabled": False, "locale": "th-TH"}
        context = chromium.new_context(**{**usual, **settings})  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        watch.over(context, stack.site)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture(autouse=True)
def _nothing_to_complain_of(watch: Watch) -> Iterator[None]:
    """Whatever a test does: no page fetches from elsewhere, and none makes the browser warn."""
    yield
    complaints = watch.take()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def citizen(new_context: NewContext) -> Citizen:
    return Citizen(new_context().new_page())


@pytest.fixture(scope="session")
def sign_ins() -> dict[str, StorageState]:
    """The state of signed-in officers' browsers, by role: each signs in once a session."""
    return {}


@pytest.fixture
def officer_of(new_context: NewContext, stack: Stack, sign_ins: dict[str, StorageState]) -> OfficerOf:
    """An officer of a role, signed in; further arguments are settings of the browser."""

    def open_officer(role: str, **settings: object) -> Officer:
        if role not in sign_ins:
            context = new_context()
            Officer(context.new_page()).signs_in(who(stack, role))
            sign_ins[role] = context.storage_state()
        return Officer(new_context(storage_state=sign_ins[role], **settings).new_page())

    return open_officer

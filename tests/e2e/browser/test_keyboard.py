"""A complaint filed by keyboard alone, each step of which can be seen."""

from playwright.sync_api import Page

from tests.builders.visitor import CODE
from tests.e2e.browser.actors import REPORT, Citizen
from tests.e2e.browser.conftest import OfficerOf

MOST_STEPS = 60

FOCUSED = """
() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const look = s => [s.outlineStyle, s.outlineWidth, s.boxShadow, s.backgroundColor, s.borderColor].join();
  const focused = look(style);
  e.blur();
  const before = look(getComputedStyle(e));
  e.focus();
  return {
    name: e.getAttribute('name') ?? '', href: e.getAttribute('href') ?? '', tag: e.tagName,
    isMarked: focused !== before, isOnScreen: box.bottom > 0 && box.top < innerHeight && box.width > 1,
  };
}
"""


def steps_to(page: Page, name: str = "", href: str = "", tag: str = "") -> None:
    """Press Tab until the field, link or button has the focus; each stop on the way must be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop["tag"] == "BODY" or (stop["isMarked"] and stop["isOnScreen"]), stop
        if (name and stop["name"] == name) or (href and href in stop["href"]) or (tag and stop["tag"] == tag):
            return
    raise AssertionError(f"no way to {name}{href}{tag} by Tab")


def test_a_complaint_is_filed_and_tracked_by_keyboard_alone(citizen: Citizen) -> None:
    page = citizen.page
    citizen.opens("")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["href"] == "#main-content"
    page.keyboard.press("Enter")
    steps_to(page, href="/complaints/new")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaints/new")
    steps_to(page, name="category")
    page.keyboard.press("ArrowDown")
    assert citizen.typed("category")
    for field in ("subject", "detail"):
        steps_to(page, name=field)
        page.keyboard.type(REPORT[field])
    steps_to(page, name="about_staff")
    page.keyboard.press("Space")
    assert page.locator("[name=about_staff]").is_checked()
    steps_to(page, tag="BUTTON")
    page.keyboard.press("Enter")
    # It is about an officer: the other channel is offered before it is sent.
    page.locator("[name=step]").wait_for(state="attached")
    steps_to(page, tag="BUTTON")
    page.keyboard.press("Enter")
    page.get_by_text(CODE).wait_for()
    code = citizen.code()
    # The first adds a photo, the second leads to the complaint.
    steps_to(page, tag="BUTTON")
    steps_to(page, tag="BUTTON")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaints/track")
    assert REPORT["subject"] in citizen.reads()
    assert code not in page.url


def test_the_fields_with_errors_are_reached_from_their_summary_by_keyboard(citizen: Citizen) -> None:
    page = citizen.page
    citizen.opens("/complaints/new")
    steps_to(page, tag="BUTTON")
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    steps_to(page, href="#subject")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "subject"


def test_what_came_by_telephone_is_entered_with_few_keys_and_the_next_with_fewer(
    officer_of: OfficerOf,
) -> None:
    """A clerk has a minute: words apart, some twenty keys, and none of them to find the first field."""
    officer = officer_of("complaint_officer")
    page = officer.page
    officer.opens("/console/complaints/new")
    pressed = 0

    def press(*keys: str) -> None:
        nonlocal pressed
        for key in keys:
            page.keyboard.press(key)
        pressed += len(keys)

    def focused() -> str:
        return str(page.evaluate("document.activeElement.name"))

    assert focused() == "channel"
    press("ArrowDown", "ArrowDown", "Tab")
    assert (officer.typed("channel"), focused()) == ("phone", "received_on")
    press("Tab", "ArrowDown", "Tab")
    page.keyboard.type(REPORT["subject"])
    press("Tab")
    page.keyboard.type(REPORT["detail"])
    press("Tab", "ArrowDown", "Tab")
    assert focused() == "location"
    page.keyboard.type("หน้าวัด")
    press("Enter")
    page.get_by_text(CODE).wait_for()
    assert pressed <= 20
    steps_to(page, href="channel=phone")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaints/new?channel=phone**")
    assert (officer.typed("channel"), focused()) == ("phone", "category")


def test_a_heading_that_sorts_is_seen_when_the_keyboard_comes_to_it_on_a_phone(officer_of: OfficerOf) -> None:
    page = officer_of("complaint_officer", viewport={"width": 320, "height": 700}).page
    page.goto("/demo/console/complaints")
    heading = page.locator("main thead a").first
    heading.focus()
    assert heading.evaluate(
        "e => { const b = e.getBoundingClientRect();"
        " return e.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"
    )

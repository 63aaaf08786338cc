"""Take the pictures of the README: pages of a cloud of its own, as a phone and a desk's screen show them.

    make screenshots

writes docs/images/. Needs Chromium. Pages are taken once their typeface is there, since a machine may have
no Thai one of its own.
"""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools.accounts import one_time_code
from tools.running import ROOT, Stack, running

IMAGES = ROOT / "docs" / "images"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": {"width": 1040, "height": 740}}

REPORT = {
    "subject": "ถนนหน้าวัดชำรุด",
    "detail": "ถนนเป็นหลุมลึก น้ำท่วมขังทุกครั้งที่ฝนตก รถจักรยานยนต์ล้มหลายครั้งแล้ว",
    "location": "หน้าวัดบางแค",
}


def take(page: Page, name: str) -> None:
    """Take what the window shows."""
    page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    page.screenshot(path=IMAGES / f"{name}.png")


def as_a_citizen(browser: Browser, stack: Stack) -> None:
    page = browser.new_page(base_url=stack.site, **PHONE)
    page.goto("/bangkhae")
    take(page, "phone-home")
    page.goto("/bangkhae/complaints/new")
    page.select_option("[name=category]", "road")
    for name, text in REPORT.items():
        page.fill(f"[name={name}]", text)
    page.locator("h1").evaluate("e => e.scrollIntoView()")
    take(page, "phone-form")
    page.click("main form button[type=submit]")
    take(page, "phone-filed")
    (code,) = re.findall(r"\d{5}(?:-\d{5}){3}", page.inner_text("main"))
    page.goto("/bangkhae/complaints/track")
    page.fill("main [name=code]", code)
    page.click("main form button[type=submit]")
    take(page, "phone-tracking")


def at_a_desk(browser: Browser, stack: Stack) -> None:
    page = browser.new_page(base_url=stack.site, **DESK)
    page.goto("/demo/disclosure")
    take(page, "desktop-disclosure")
    page.goto("/bangkhae/plan")
    take(page, "desktop-plan")
    officer = next(signin for signin in stack.signins if signin.role == "complaint_officer")
    page.set_viewport_size({"width": 1040, "height": 1000})
    page.goto("/demo/console/sign-in")
    page.fill("main [name=username]", officer.username)
    page.fill("main [name=password]", officer.password)
    page.click("main form button[type=submit]")
    page.fill("main [name=code]", one_time_code(officer.secret))
    page.click("main form button[type=submit]")
    take(page, "desktop-console")
    page.locator("main tbody a").first.click()
    take(page, "desktop-complaint")


def main() -> None:
    """Take them all."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as state,
        running(Path(state)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        as_a_citizen(browser, stack)
        at_a_desk(browser, stack)
        browser.close()


if __name__ == "__main__":
    main()

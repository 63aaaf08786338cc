"""Photos in a real browser, with JavaScript off: sent, refused in words, blacked out."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.builders.files import pdf, photo, with_program
from tests.e2e.browser.actors import Citizen
from tests.e2e.browser.conftest import OfficerOf

CHECKING = "ระบบกำลังตรวจไฟล์"


def sends(page: Page, file: Path) -> str:
    """Choose a file, send it, and look again until it is settled; answers what the page says."""
    page.set_input_files("#file", file)
    page.locator("form.upload button").click()
    for _ in range(60):
        if CHECKING not in page.locator("main").inner_text():
            break
        page.get_by_text("ตรวจดูอีกครั้ง").click()
        page.wait_for_timeout(250)
    return page.locator("main").inner_text()


def test_a_photo_is_sent_and_a_part_of_it_blacked_out(
    citizen: Citizen, officer_of: OfficerOf, tmp_path: Path
) -> None:
    good, bad = tmp_path / "road.jpg", tmp_path / "letter.pdf"
    good.write_bytes(photo(width=1200, height=900, seed=77))
    bad.write_bytes(pdf(with_program))
    code = citizen.files(subject="ถนนทรุดหน้าตลาด")
    citizen.tracks(code)
    citizen.page.get_by_role("button", name="เพิ่มรูปถ่ายหรือเอกสาร").click()
    assert "มีโปรแกรมฝังอยู่" in sends(citizen.page, bad)
    assert "เพิ่มไฟล์เรียบร้อยแล้ว" in sends(citizen.page, good)
    assert citizen.page.locator(".files__picture").evaluate("e => e.naturalWidth") == 480
    officer = officer_of("complaint_officer")
    officer.finds(code)
    officer.page.get_by_role("link", name="เพิ่มไฟล์ หรือปิดทับบางส่วนของรูปถ่าย").click()
    officer.page.get_by_role("link", name="ปิดทับใบหน้าหรือป้ายทะเบียน").click()
    for square in (0, 1, 12):
        officer.page.locator(".squares__square").nth(square).check()
    officer.page.get_by_role("button", name="ปิดทับช่องที่เลือก").click()
    expect(officer.page.locator(".govuk-notification-banner")).to_be_visible()
    for _ in range(60):
        officer.page.reload()
        if "ปิดทับไว้บางส่วน" in officer.reads():
            break
        officer.page.wait_for_timeout(250)
    assert "ปิดทับไว้บางส่วน" in officer.reads()

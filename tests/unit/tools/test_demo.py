"""The demonstration as a whole."""

from msgspec.structs import replace

from chalicelib.domain.notices import Notice, NoticeStatus
from chalicelib.domain.people import Grant, Role
from chalicelib.services import plans
from tests.builders.calendar import bangkok
from tests.builders.organisations import SETTINGS, employ, establish
from tests.builders.plans import real_plan
from tests.builders.world import MovableClock, memory_world
from tools import demo
from tools.demo_complaints import _REPORTS

TODAY = bangkok("2026-11-24 09:00")


def test_the_history_leaves_no_letter_to_be_sent_by_the_first_delivery():
    world = memory_world(bangkok("2025-10-01 00:00"))
    categories = [{"id": id, "name": {"th": id, "en": id}} for id in (*_REPORTS, "bribery")]
    establish(world, "demo", **{**SETTINGS, "categories": categories})
    plans.adopt(world, "demo", real_plan(), by="system")
    employ(world, "demo", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "demo", "pimjai", Grant(Role.DISCLOSURE_EDITOR, "palad"))
    demo.fill(lambda at: replace(world, clock=MovableClock(at)), "demo", TODAY.date())
    notices = [r.state for key, r in world.records.records.items() if key.kind == Notice.kind]
    waiting = [notice for notice in notices if notice.status is NoticeStatus.WAITING]
    assert len(notices) > len(waiting)
    assert all(notice.not_before >= bangkok("2026-11-24 00:00") for notice in waiting)

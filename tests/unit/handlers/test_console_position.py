"""Where a complaint lies, as officers see it, and the warning that others read what they write."""

import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.record import proceed
from chalicelib.services import complaints, organisations
from chalicelib.services.world import World
from tests.builders.browser import Browser
from tests.builders.calendar import bangkok
from tests.builders.complaints import act, file
from tests.builders.officers import signed_in
from tests.builders.organisations import employ

POSITION = "14.1234, 100.5678"


@pytest.fixture
def world(world: World) -> World:
    employ(world, "test", "somsri", Role.COMPLAINT_OFFICER)
    employ(world, "test", "nayok", Role.EXECUTIVE)
    here = organisations.find(world, "test")
    known = {"village_positions": {"หมู่ 1": "14.1300, 100.5600", "หมู่ 2": "14.1000, 100.5700"}}
    fact = here.state.change_settings(known, by="admin", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()
    return world


@pytest.fixture
def officer(world: World) -> Browser:
    return signed_in(world, "test", "somsri")


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_it_is_drawn_among_the_villages_told_in_words_and_opens_in_a_program_for_maps(world, officer, lang):
    filed = file(world, position=POSITION)
    shown = officer.get(f"/test/console/complaints/{filed.id}{lang}")
    assert 'href="geo:14.12340,100.56780"' in shown.text
    assert "14.12340, 100.56780" in shown.page.text
    assert shown.text.count('class="sketch__village"') == 2
    words = ("1.1 km", "to the south-east of", "Village 1") if lang else ("1.1 กม.", "ตะวันออกเฉียงใต้", "หมู่ 1")
    for word in words:
        assert word in shown.page.text


def test_where_there_is_none_nothing_is_drawn(world, officer):
    assert "sketch" not in officer.get(f"/test/console/complaints/{file(world).id}").text


def test_the_executive_does_not_see_it(world):
    filed = file(world, position=POSITION)
    world.clock.at = bangkok("2026-12-13 02:00")
    complaints.night(world, lambda: 300)
    shown = signed_in(world, "test", "nayok").get(f"/test/console/complaints/{filed.id}")
    assert shown.status == 200
    assert "14.1234" not in shown.text
    assert "sketch" not in shown.text


def test_officers_are_warned_that_others_read_what_they_write(world, officer):
    filed = file(world, answers="เลขเสาไฟ\n12/7")
    warning = "อย่าเขียนเรื่องส่วนตัว"
    assert warning not in officer.get(f"/test/console/complaints/{filed.id}").page.text
    act(world, file(world).id, "merge", into=filed.id)
    shown = officer.get(f"/test/console/complaints/{filed.id}").page.text
    assert warning in shown
    assert "12/7" in shown

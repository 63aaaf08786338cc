"""Officers see the files of complaints that they may read, add some and black out squares."""

import pytest

from chalicelib.domain.people import Grant, Role
from chalicelib.services import file_cleaning
from chalicelib.services.file_ports import UploadForm
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import file, standing
from tests.builders.file_store import MemoryIntake, WaitingDarkroom
from tests.builders.officers import signed_in
from tests.builders.organisations import employ
from tests.unit.handlers.test_complaint_files import PHOTO, opens, upload_on
from tests.unit.handlers.test_complaint_files import sends as citizen_sends


@pytest.fixture
def suda(world: World) -> Browser:
    employ(world, "test", "suda", Role.COMPLAINT_OFFICER)
    return signed_in(world, "test", "suda")


@pytest.fixture
def id(world: World) -> str:
    """A complaint that came with a photo."""
    filed = file(world)
    citizen_sends(world, opens(filed.code.reveal()), PHOTO)
    return filed.id


def path(id: str, *rest: str) -> str:
    return "/".join((f"/test/console/complaints/{id}/files", *rest))


def photo_of(world: World, id: str) -> str:
    return standing(world, id).state.files.kept[0].id


def sends(world: World, browser: Browser, reply: Reply, content: bytes) -> Reply:
    assert isinstance(world.intake, MemoryIntake)
    form: UploadForm = upload_on(reply)
    file_cleaning.take_in(world, world.intake.post(form, content))
    return browser.get(form.fields["success_action_redirect"].removeprefix("https://sucharit.example"))


def works(world: World) -> None:
    """The darkroom does its orders."""
    assert isinstance(world.darkroom, WaitingDarkroom)
    while world.darkroom.orders:
        file_cleaning.black_out(world, world.darkroom.orders.pop())


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_a_file_is_seen_and_opened(world: World, suda: Browser, id: str, lang: str) -> None:
    number = photo_of(world, id)
    for page in (suda.get(f"/test/console/complaints/{id}{lang}"), suda.get(path(id) + lang)):
        assert page.page.title
        assert f"{path(id, number)}/preview" in page.text
    assert suda.get(path(id, number, "preview")).text == "small"
    assert "clean/test" in str(suda.get(path(id, number), follow=False).headers["Location"])


def test_an_officers_photo_goes_along_with_the_result(world: World, suda: Browser, id: str) -> None:
    page = suda.get(path(id) + "?moment=after")
    back = sends(world, suda, page, b"photo:00ff00ff00ff00ff")
    assert "moment=after" in back.path
    (added,) = standing(world, id).state.files.untold()
    assert "ผู้ร้องเรียนยังไม่เห็น" in back.text
    form = suda.get(f"/test/console/complaints/{id}")
    done = suda.submit(form, action="resolve", message="ซ่อมแล้ว", cause="ฝนตกหนัก", prevention="ตรวจทุกเดือน")
    assert done.status == 200
    assert standing(world, id).state.files.find(added.id).told  # type: ignore[union-attr]


def test_a_file_that_is_none_goes_along_with_nothing(world: World, suda: Browser, id: str) -> None:
    form = suda.get(f"/test/console/complaints/{id}")
    version = standing(world, id).version
    token = form.page.forms[0].fields["form_token"]
    fields = {"action": "message", "version": str(version), "message": "ทดสอบ", "form_token": token}
    answer = suda.post(f"/test/console/complaints/{id}", {**fields, "files": photo_of(world, id)})
    assert answer.status == 422
    assert "ทดสอบ" in answer.text


def test_squares_are_chosen_blacked_out_and_taken_back(world: World, suda: Browser, id: str) -> None:
    number = photo_of(world, id)
    page = suda.get(path(id, number, "black-out"))
    assert suda.get(path(id, number, "whole")).text == f"clean {PHOTO.decode()}"
    assert page.text.count('name="cell"') == 12 * 9
    assert suda.submit(page, cell=["0", "13"]).status == 200
    works(world)
    again = suda.get(path(id, number, "black-out"))
    assert again.text.count(" checked") == 2
    assert suda.get(path(id, number, "whole")).text == f"clean {PHOTO.decode()}"
    assert "ปิดทับไว้บางส่วน" in suda.get(path(id)).text
    assert "original/test" in str(suda.get(path(id, number, "original"), follow=False).headers["Location"])
    undone = suda.post(
        path(id, number, "black-out"),
        {"version": "2", "form_token": again.page.forms[0].fields["form_token"]},
    )
    assert undone.status == 200
    works(world)
    assert not standing(world, id).state.files.kept[0].cells


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"version": "1"}, 422),
        ({"version": "1", "cell": "9999"}, 422),
        ({"version": "7", "cell": "1"}, 409),
        ({"cell": "1"}, 409),
        ({"version": "1", "cell": "-1"}, 422),
    ],
)
def test_other_choices_change_nothing(
    world: World, suda: Browser, id: str, fields: dict[str, str], status: int
) -> None:
    number = photo_of(world, id)
    token = suda.get(path(id)).page.forms[0].fields["form_token"]
    assert suda.post(path(id, number, "black-out"), {**fields, "form_token": token}).status == status
    assert isinstance(world.darkroom, WaitingDarkroom)
    assert not world.darkroom.orders


def test_a_file_of_another_complaint_is_none_here(world: World, suda: Browser, id: str) -> None:
    other = file(world).id
    number = photo_of(world, id)
    for rest in ((), ("preview",), ("original",), ("black-out",), ("whole",)):
        assert suda.get(path(other, number, *rest), follow=False).status == 404


def test_who_may_not_read_the_complaint_sees_no_file(world: World, id: str) -> None:
    employ(world, "test", "anan", Grant(Role.UNIT_OFFICER, "works"))
    browser = signed_in(world, "test", "anan")
    number = photo_of(world, id)
    for rest in (
        (),
        (number,),
        (number, "preview"),
        (number, "original"),
        (number, "black-out"),
        (number, "whole"),
    ):
        assert browser.get(path(id, *rest), follow=False).status == 403


def test_who_reads_without_contact_data_sees_what_is_blacked_out_alone(world: World, id: str) -> None:
    employ(world, "test", "somsak", Role.AUDITOR)
    browser = signed_in(world, "test", "somsak")
    number = photo_of(world, id)
    assert browser.get(path(id, number, "black-out")).status == 403
    assert "intake.example" not in browser.get(path(id)).text
    assert browser.get(path(id, number, "original")).status == 404


def test_a_photo_that_came_before_is_marked(world: World, suda: Browser, id: str) -> None:
    second = file(world)
    citizen_sends(world, opens(second.code.reveal()), PHOTO)
    page = suda.get(path(second.id))
    assert "รูปนี้เคยส่งมาแล้ว" in page.text
    assert f"/console/complaints/{id}" in page.text

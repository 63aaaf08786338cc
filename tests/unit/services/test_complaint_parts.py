"""What was split off a complaint is its complainant's own: the one code follows, answers and reopens it."""

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.complaint import Status
from chalicelib.domain.complaint_terms import MOST_PARTS
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError
from chalicelib.services import complaint_progress, complaints, organisations, surveys
from chalicelib.services.complaint_progress import Progress
from chalicelib.services.complaints import Filed
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import memory_world

DONE = {"message": "เปลี่ยนหลอดแล้ว", "cause": "หลอดขาด", "prevention": "ตรวจทุกเดือน"}
LIGHT = {"category": "light", "subject": "ไฟดับหน้าวัด", "detail": "หลอดไฟดับสามดวง"}


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    return world


@pytest.fixture
def whole(world: World) -> Filed:
    return file(world, email="somying@example.com")


@pytest.fixture
def part(world: World, whole: Filed) -> str:
    return split(world, whole.id)


def split(world: World, id: str, **typed: str) -> str:
    act(world, id, "split", **{**LIGHT, **typed})
    return str(standing(world, id).state.parts[-1])


def seen(world: World, whole: Filed, part: str = "") -> Progress:
    return complaint_progress.find(world, "test", whole.code, part)


def kinds(progress: Progress) -> list[str]:
    return [shown.event.kind for shown in progress.events]


def templates(world: World) -> list[tuple[str, str]]:
    made = [r.state for key, r in world.records.records.items() if key.kind == "notice"]  # type: ignore[attr-defined]
    return sorted((n.template, n.about_id) for n in made)


def test_the_whole_shows_its_parts_and_what_happened_to_them(world: World, whole: Filed, part: str) -> None:
    act(world, part, "resolve", **DONE)
    (shown,) = seen(world, whole).parts
    assert shown.part == part
    assert shown.complaint.status is Status.RESOLVED
    assert kinds(shown) == ["filed", "resolved"]
    assert shown.complaint.due_on == date(2026, 12, 9)
    assert kinds(seen(world, whole, part)) == ["filed", "resolved"]


def test_its_complainant_does_with_a_part_all_that_she_does_with_the_whole(
    world: World, whole: Filed, part: str
) -> None:
    here = organisations.find(world, "test")
    for _ in range(2):
        complaints.write(world, "test", whole.code, "หลอดที่สองด้วย", token="w", part=part)
    act(world, part, "resolve", **DONE)
    surveys.answer(world, "test", whole.code, (5, 5, 5, 5, 5), "", token="s", part=part)
    world.clock.forward(days=28)  # type: ignore[attr-defined]
    surveys.say_if_solved(world, "test", whole.code, yes=False, token="y", part=part)
    complaints.reopen(world, here, whole.code, "ดับอีกแล้ว", token="r", part=part)
    state = standing(world, part).state
    assert (state.status, state.still_solved, len(state.scores)) == (Status.REOPENED, {"": False}, 1)
    assert kinds(seen(world, whole, part))[1:] == [
        "citizen_messaged",
        "resolved",
        "surveyed",
        "still_solved",
        "reopened",
    ]
    assert kinds(seen(world, whole)) == ["filed", "split"]
    assert standing(world, whole.id).state.status is Status.RECEIVED


def test_a_form_of_the_whole_is_none_of_a_part(world: World, whole: Filed, part: str) -> None:
    complaints.write(world, "test", whole.code, "เพิ่มเติม", token="t")
    with pytest.raises(complaints.OtherBodyError):
        complaints.write(world, "test", whole.code, "เพิ่มเติม", token="t", part=part)


def test_another_complaint_is_no_part_of_hers(world: World, whole: Filed, part: str) -> None:
    stranger, split_too = file(world, detail="เรื่องของอีกคนหนึ่ง"), file(world)
    theirs = split(world, split_too.id)
    establish(world, "other")
    foreign = file(world, "other")
    for id in (stranger.id, theirs, foreign.id, whole.id, "nonsense", "0" * 20):
        with pytest.raises(NoSuchRecordError):
            seen(world, whole, id)
        with pytest.raises(NoSuchRecordError):
            complaints.write(world, "test", whole.code, "แอบเขียน", token=f"t{id}", part=id)
    # A part opens the whole as little as the whole opens a stranger's.
    with pytest.raises(NoSuchRecordError):
        complaint_progress.find(world, "test", split_too.code, part)


def test_a_part_of_a_part_is_hers_too(world: World, whole: Filed, part: str) -> None:
    deeper = split(world, part, subject="เสาไฟเอียง")
    assert [shown.part for shown in seen(world, whole).parts] == [part, deeper]
    complaints.write(world, "test", whole.code, "เอียงมาก", token="d", part=deeper)
    assert kinds(seen(world, whole, deeper)) == ["filed", "citizen_messaged"]


def test_a_part_that_was_merged_shows_how_the_other_one_goes_on(
    world: World, whole: Filed, part: str
) -> None:
    other = file(world, category="light", detail="ไฟดับ แจ้งโดยอีกคน")
    complaints.write(world, "test", other.code, "บ้านผมเลขที่ 9", token="o")
    act(world, part, "merge", into=other.id)
    act(world, other.id, "start")
    (shown,) = seen(world, whole).parts
    assert shown.of == part
    assert shown.complaint.status is Status.IN_PROGRESS
    assert shown.complaint.report.subject == LIGHT["subject"]
    assert "บ้านผมเลขที่ 9" not in [s.event.text("message") for s in shown.events]
    complaints.write(world, "test", whole.code, "หน้าวัดครับ", token="m", part=part)
    assert standing(world, other.id).state.unanswered == 1


def test_the_parts_of_a_merged_complaint_stay_its_complainants(world: World, whole: Filed, part: str) -> None:
    other = file(world, detail="หลุมเดียวกัน แจ้งโดยอีกคน")
    act(world, whole.id, "merge", into=other.id)
    assert [shown.part for shown in seen(world, whole).parts] == [part]
    assert seen(world, other).parts == ()


def test_who_left_an_address_is_told_of_the_split_once_and_of_what_happens_to_the_part(
    world: World, whole: Filed, part: str
) -> None:
    act(world, part, "resolve", **DONE)
    assert templates(world) == [
        ("complaint_received", whole.id),
        ("complaint_resolved", part),
        ("complaint_split", whole.id),
    ]


def test_a_code_that_was_issued_again_opens_the_parts_and_the_old_one_none(
    world: World, whole: Filed, part: str
) -> None:
    from tests.builders.complaints import SUPERVISOR

    version = standing(world, whole.id).version
    code = complaints.reissue_code(world, "test", whole.id, version=version, officer=SUPERVISOR)
    assert complaint_progress.find(world, "test", code, part).part == part
    with pytest.raises(complaints.UnknownCodeError):
        seen(world, whole, part)


def test_a_complaint_is_split_into_so_many_parts_and_no_more(world: World, whole: Filed) -> None:
    for number in range(MOST_PARTS):
        split(world, whole.id, subject=f"ปัญหาที่ {number + 1}")
    with pytest.raises(InvalidFieldError) as refused:
        split(world, whole.id)
    assert refused.value.reasons == {"subject": "too_many_parts"}


def test_a_closed_part_stays_closed_though_the_whole_is_open(world: World, whole: Filed, part: str) -> None:
    act(world, part, "resolve", **DONE)
    world.clock.at = bangkok("2026-12-25 02:00")  # type: ignore[attr-defined]
    complaints.night(world, lambda: 300)
    here: Any = organisations.find(world, "test")
    assert standing(world, part).state.status is Status.CLOSED
    with pytest.raises(IllegalMoveError):
        complaints.reopen(world, here, whole.code, "ดับอีก", token="r", part=part)
    with pytest.raises(IllegalMoveError):
        complaints.write(world, "test", whole.code, "ดับอีก", token="w", part=part)

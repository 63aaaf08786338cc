"""From the intake to the complaint, whoever dies in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint_files import MOST_OF_CITIZEN, MOST_REFUSED, Moment, Sent
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.files import MOST_BYTES, Fault
from chalicelib.domain.people import Role
from chalicelib.domain.record import broken_at
from chalicelib.services import complaint_files, complaint_progress, complaints, file_cleaning
from chalicelib.services.file_ports import BlackOut
from chalicelib.services.world import World
from tests.builders.complaints import act, file, standing
from tests.builders.file_store import MemoryFiles, MemoryIntake, WaitingDarkroom
from tests.builders.organisations import employ, establish
from tests.builders.world import MovableClock, memory_world

LOOKS = "0123456789abcdef"
OTHER = "fedcba9876543210"


@pytest.fixture
def world() -> World:
    world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    establish(world)
    return world


def back(file: str) -> str:
    return f"https://sucharit.example/?sent={file}"


def sends(world: World, id: str, content: bytes | str) -> tuple[str, str]:
    """A complainant sends a file: its number, and the key under which it waits."""
    form = complaint_files.form_for_citizen(world, standing(world, id), back)
    assert form
    content = content.encode() if isinstance(content, str) else content
    assert isinstance(world.intake, MemoryIntake)
    key = world.intake.post(form, content)
    return key.partition("/")[2], key


def arrives(world: World, id: str, content: bytes | str) -> str:
    number, key = sends(world, id, content)
    file_cleaning.take_in(world, key)
    return number


def kinds(world: World, id: str) -> list[str]:
    history = world.records.history(type(standing(world, id).state), "test", id)
    assert history and broken_at(history.events) is None
    return [event.kind for event in history.events]


def stored(world: World) -> dict[str, bytes]:
    assert isinstance(world.files, MemoryFiles)
    return world.files.kept


def waiting(world: World) -> dict[str, Any]:
    assert isinstance(world.intake, MemoryIntake)
    return world.intake.arrived


def test_a_photo_is_kept_clean_and_leaves_the_intake(world: World) -> None:
    id = file(world).id
    number = arrives(world, id, f"photo:{LOOKS}")
    (kept,) = standing(world, id).state.files.kept
    assert (kept.id, kept.is_photo, kept.from_citizen) == (number, True, True)
    assert stored(world).keys() == {f"clean/test/{id}/{number}/0", f"preview/test/{id}/{number}/0"}
    assert not waiting(world)


@pytest.mark.parametrize(
    "fault", ["empty", "unknown_kind", "unreadable", "too_many_pixels", "locked", "program"]
)
def test_a_refusal_says_why_and_keeps_nothing(world: World, fault: str) -> None:
    id = file(world).id
    number = arrives(world, id, fault)
    files = standing(world, id).state.files
    assert (files.fault_of(number), files.kept) == (Fault(fault), ())
    assert not stored(world)
    assert not waiting(world)


def test_what_is_too_large_is_not_even_fetched(world: World) -> None:
    id = file(world).id
    number = arrives(world, id, b"x" * (MOST_BYTES + 1))
    assert standing(world, id).state.files.fault_of(number) is Fault.TOO_LARGE


def test_a_sixth_file_is_refused(world: World) -> None:
    id = file(world).id
    keys = [sends(world, id, "pdf") for _ in range(MOST_OF_CITIZEN + 1)]
    for _, key in keys:
        file_cleaning.take_in(world, key)
    files = standing(world, id).state.files
    assert len(files.kept) == MOST_OF_CITIZEN
    assert files.fault_of(keys[-1][0]) is Fault.TOO_MANY
    assert complaint_files.form_for_citizen(world, standing(world, id), back) is None


def test_refusals_without_end_are_not_remembered(world: World) -> None:
    id = file(world).id
    keys = [sends(world, id, "empty")[1] for _ in range(MOST_REFUSED + 3)]
    for key in keys:
        file_cleaning.take_in(world, key)
    assert len(standing(world, id).state.files.refused) == MOST_REFUSED
    assert not waiting(world)
    assert complaint_files.form_for_citizen(world, standing(world, id), back) is None


def test_the_same_key_serves_once(world: World) -> None:
    id = file(world).id
    form = complaint_files.form_for_citizen(world, standing(world, id), back)
    assert form and isinstance(world.intake, MemoryIntake)
    for content in (b"pdf", b"photo:" + LOOKS.encode()):
        file_cleaning.take_in(world, world.intake.post(form, content))
    (kept,) = standing(world, id).state.files.kept
    assert kept.media_type == "application/pdf"
    assert not waiting(world)


@pytest.mark.parametrize("claim", ["", "nonsense", "e30.x.y"])
def test_what_no_claim_of_ours_came_with_leaves_unsaid(world: World, claim: str) -> None:
    id = file(world).id
    assert isinstance(world.intake, MemoryIntake)
    world.intake.arrived["test/aa"] = (b"pdf", claim)
    file_cleaning.take_in(world, "test/aa")
    assert kinds(world, id) == ["filed"]
    assert not waiting(world)


def test_a_claim_serves_no_other_organisation_and_no_other_key(world: World) -> None:
    establish(world, "other")
    id = file(world).id
    claim = file_cleaning.claim_of(world, "test", Sent(complaint=id, file="aa", by="citizen"))
    assert isinstance(world.intake, MemoryIntake)
    for key in ("other/aa", "test/bb"):
        world.intake.arrived[key] = (b"pdf", claim)
        file_cleaning.take_in(world, key)
    assert kinds(world, id) == ["filed"]
    assert not waiting(world)


def test_a_photo_that_came_before_is_told_to_officers_alone(world: World) -> None:
    first, second = file(world).id, file(world)
    arrives(world, first, f"photo:{LOOKS}")
    alike = f"{int(LOOKS, 16) ^ 0b101:016x}"
    number = arrives(world, second.id, f"photo:{alike}")
    arrives(world, second.id, f"photo:{OTHER}")
    kept = standing(world, second.id).state.files.find(number)
    assert kept and kept.recognised == (first,)
    assert kinds(world, second.id) == ["filed", "file_sent", "photo_recognised", "file_sent"]
    shown = complaint_progress.find(world, "test", second.code)
    assert first not in str([event.event.data for event in shown.events])


def test_a_photo_is_blacked_out_and_comes_back(world: World) -> None:
    id = file(world).id
    suda = employ(world, "test", "suda", Role.COMPLAINT_OFFICER).state
    number = arrives(world, id, f"photo:{LOOKS}")
    original = stored(world)[f"clean/test/{id}/{number}/0"]
    complaint_files.black_out(world, standing(world, id), number, {0, 5}, rendition=0, officer=suda)
    assert isinstance(world.darkroom, WaitingDarkroom)
    (order,) = world.darkroom.orders
    for _ in range(2):
        file_cleaning.black_out(world, order)
    kept = standing(world, id).state.files.find(number)
    assert kept and (kept.rendition, kept.cells) == (1, (0, 5))
    assert stored(world).keys() == {
        f"clean/test/{id}/{number}/1",
        f"preview/test/{id}/{number}/1",
        f"original/test/{id}/{number}",
    }
    assert stored(world)[f"clean/test/{id}/{number}/1"] != original
    undone = replace(order, rendition=1, cells=())
    file_cleaning.black_out(world, undone)
    assert stored(world)[f"clean/test/{id}/{number}/2"] == original
    assert kinds(world, id)[-2:] == ["photo_blacked_out", "photo_blacked_out"]


class KilledError(BaseException):
    """The function died here."""


@contextmanager
def dying_at(world: World, call: int) -> Iterator[list[int]]:
    """Die before the call of that number to anything that is kept outside."""
    seen = [0]
    ports = {name: getattr(world, name) for name in ("intake", "files", "records")}

    def counting(port: Any, name: str) -> Any:
        method = getattr(port, name)

        def counted(*args: Any, **named: Any) -> Any:
            seen[0] += 1
            if seen[0] == call:
                raise KilledError
            return method(*args, **named)

        return counted

    watched = {"intake": ("find", "read", "remove"), "files": ("put", "get", "remove")}
    watched["records"] = ("get", "save", "list")
    for name, methods in watched.items():
        for method in methods:
            setattr(ports[name], method, counting(ports[name], method))
    try:
        yield seen
    except KilledError:
        pass
    finally:
        for name, methods in watched.items():
            for method in methods:
                delattr(ports[name], method)


def outcome(world: World, id: str) -> tuple[Any, ...]:
    files = standing(world, id).state.files
    return kinds(world, id), files, dict(stored(world)), dict(waiting(world))


@pytest.mark.parametrize("content", [f"photo:{LOOKS}", "program"])
def test_dying_between_any_two_calls_changes_nothing_in_the_end(content: str) -> None:
    def begun() -> tuple[World, str, str]:
        world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
        establish(world)
        id = file(world).id
        return world, id, sends(world, id, content)[1]

    world, id, key = begun()
    with dying_at(world, 0) as calls:
        file_cleaning.take_in(world, key)
    wanted, (total,) = outcome(world, id), calls
    assert total >= 5
    for call in range(1, total + 1):
        world, id, key = begun()
        with dying_at(world, call):
            file_cleaning.take_in(world, key)
        file_cleaning.take_in(world, key)
        assert outcome(world, id) == wanted, call


def test_dying_while_a_photo_is_blacked_out_changes_nothing_in_the_end() -> None:
    def begun() -> tuple[World, str, BlackOut]:
        world = memory_world(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
        establish(world)
        id = file(world).id
        number = arrives(world, id, f"photo:{LOOKS}")
        order = BlackOut(org="test", complaint=id, file=number, rendition=0, cells=(1, 2), by="test-suda")
        return world, id, order

    world, id, order = begun()
    with dying_at(world, 0) as calls:
        file_cleaning.black_out(world, order)
    wanted, (total,) = outcome(world, id)[:2], calls
    for call in range(1, total + 1):
        world, id, order = begun()
        with dying_at(world, call):
            file_cleaning.black_out(world, order)
        file_cleaning.black_out(world, order)
        assert outcome(world, id)[:2] == wanted, call
        assert f"clean/test/{id}/{order.file}/1" in stored(world)


def test_an_officers_file_is_seen_by_the_complainant_once_it_went_along(world: World) -> None:
    filed = file(world)
    suda = employ(world, "test", "suda", Role.COMPLAINT_OFFICER).state
    form = complaint_files.form_for_officer(world, standing(world, filed.id), suda, Moment.AFTER, back)
    assert form and isinstance(world.intake, MemoryIntake)
    key = world.intake.post(form, b"photo:" + LOOKS.encode())
    file_cleaning.take_in(world, key)
    number = key.partition("/")[2]
    assert not complaint_progress.find(world, "test", filed.code).files
    (untold,) = standing(world, filed.id).state.files.untold()
    assert (untold.id, untold.moment) == (number, Moment.AFTER)
    act(world, filed.id, "message", message="ซ่อมแล้ว", files=number)
    assert complaint_progress.find(world, "test", filed.code).files.keys() == {number}
    assert not standing(world, filed.id).state.files.untold()
    with pytest.raises(InvalidFieldError):
        act(world, filed.id, "message", message="ซ่อมแล้วอีก", files=number)


def test_files_go_with_the_contact_data_unless_they_are_held(world: World) -> None:
    filed = file(world)
    number = arrives(world, filed.id, f"photo:{LOOKS}")
    assert isinstance(world.clock, MovableClock)
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    world.clock.forward(days=40)
    complaints.night(world, lambda: 300)
    act(world, filed.id, "hold", note="คดีในศาล")
    world.clock.forward(days=400)
    complaints.night(world, lambda: 300)
    assert stored(world)
    act(world, filed.id, "lift", note="คดีสิ้นสุด")
    complaints.night(world, lambda: 300)
    assert kinds(world, filed.id)[-1] == "contact_erased"
    assert not stored(world)
    assert standing(world, filed.id).state.files.find(number) is None


def test_a_closed_complaint_takes_no_more_files(world: World) -> None:
    id = file(world).id
    number, key = sends(world, id, "pdf")
    assert isinstance(world.clock, MovableClock)
    act(world, id, "reject", message="ไม่อยู่ในอำนาจ")
    world.clock.forward(days=40)
    complaints.night(world, lambda: 300)
    file_cleaning.take_in(world, key)
    assert standing(world, id).state.files.fault_of(number) is Fault.CLOSED
    assert complaint_files.form_for_citizen(world, standing(world, id), back) is None

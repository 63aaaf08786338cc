"""The index of complaints: fresh at once, made anew, written whole, and without what was erased."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint_index import Audience
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.services import complaint_index, complaint_indexing, complaint_lists, complaints
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.organisations import find
from chalicelib.services.ports import IndexFile, StaleFileError
from chalicelib.services.world import World
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, SUPERVISOR, act, file, standing
from tests.builders.organisations import establish
from tests.builders.world import MemoryIndexFiles, memory_world

FILES = {"test/contact", "test/plain", "position"}
EXECUTIVE = Person(
    username="test-nayok", name="นายก", email="n@example.go.th", grants=(Grant(Role.EXECUTIVE),)
)


@pytest.fixture
def world() -> World:
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    return world


def index(world: World, remaining: Callable[[], float] = lambda: 300) -> int:
    """Run the job; how many organisations it wrote."""
    done = complaint_indexing.run(world, remaining)
    assert not done.failed
    complaint_index.forget()
    return done.acted


def found(world: World, text: str = "", officer: Person = SUPERVISOR, **query: object) -> list[str]:
    asked = Query(**{"text": text, "status": Choice.ALL, **query})
    return [
        entry.subject for entry in complaint_lists.find(world, find(world, "test"), officer, asked).entries
    ]


def held(world: World, audience: Audience = Audience.CONTACT) -> str:
    """All that a file says, as text."""
    files = world.index_files
    kept = complaint_index.from_file(files.get(complaint_index.file_name("test", audience)))
    return repr(kept)


def test_what_was_just_entered_is_found_before_the_job_ran_and_after(world: World) -> None:
    file(world, subject="ไฟดับหน้าวัด")
    assert found(world, "ไฟดับ") == ["ไฟดับหน้าวัด"]
    assert index(world) == 1
    assert found(world, "ไฟดับ") == ["ไฟดับหน้าวัด"]
    file(world, subject="ไฟดับหน้าตลาด")
    assert sorted(found(world, "ไฟดับ")) == ["ไฟดับหน้าตลาด", "ไฟดับหน้าวัด"]


def test_what_changed_since_stands_in_the_list_as_it_is_now(world: World) -> None:
    filed = file(world)
    index(world)
    act(world, filed.id, "assign", unit="works")
    assert found(world, unit="works") == ["ถนนชำรุดหน้าวัด"]
    assert found(world, unit="palad") == []
    world.clock.forward(hours=1)
    index(world)
    assert found(world, unit="works") == ["ถนนชำรุดหน้าวัด"]


def test_a_run_with_nothing_to_do_writes_nothing(world: World) -> None:
    file(world)
    assert index(world) == 1
    before = dict(world.index_files.files)
    world.clock.forward(minutes=5)
    assert index(world) == 0
    assert {n: f for n, f in before.items() if n != "position"} == {
        n: f for n, f in world.index_files.files.items() if n != "position"
    }


def test_an_organisation_without_complaints_has_its_files_all_the_same(world: World) -> None:
    assert index(world) == 1
    assert set(world.index_files.files) == FILES
    assert found(world) == []


@pytest.mark.parametrize("lost", ["test/contact", "test/plain", "position"])
def test_a_lost_file_is_made_anew_and_meanwhile_nothing_is_missing(world: World, lost: str) -> None:
    file(world, subject="ก่อน")
    index(world)
    world.clock.forward(days=40)
    file(world, subject="หลัง")
    index(world)
    del world.index_files.files[lost]
    assert sorted(found(world)) == ["ก่อน", "หลัง"]
    index(world)
    assert set(world.index_files.files) == FILES
    assert sorted(found(world)) == ["ก่อน", "หลัง"]


def test_a_file_of_another_layout_is_made_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file(world)
    monkeypatch.setattr(complaint_index, "_LAYOUT", "of an earlier deployment")
    index(world)
    monkeypatch.undo()
    assert found(world) == ["ถนนชำรุดหน้าวัด"]
    file(world, subject="อีกเรื่อง")
    index(world)
    assert "อีกเรื่อง" in held(world)
    assert "ถนนชำรุดหน้าวัด" in held(world)


def test_contact_data_stand_in_the_file_of_those_alone_who_may_read_them(world: World) -> None:
    file(world, **CONTACT)
    index(world)
    assert "สมหญิง" in held(world)
    assert "0812345678" in held(world)
    for hidden in ("สมหญิง", "0812345678", "081-234"):
        assert hidden not in held(world, Audience.PLAIN)


def test_erased_contact_data_are_gone_from_the_index_with_the_next_run(world: World) -> None:
    filed = file(world, **CONTACT)
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    act(world, filed.id, "contacted", how="call", message="โทรแจ้งแล้ว")
    index(world)
    assert found(world, "สมหญิง") == ["ถนนชำรุดหน้าวัด"]
    world.clock.forward(days=31)
    complaints.night(world, lambda: 300)
    world.clock.forward(days=366)
    complaints.night(world, lambda: 300)
    assert not standing(world, filed.id).state.report.has_contact()
    assert found(world, "สมหญิง") == []
    assert index(world) == 1
    assert "สมหญิง" not in held(world)
    assert "0812345678" not in held(world)
    assert found(world, "081-234-5678") == []
    assert found(world, "ถนน") == ["ถนนชำรุดหน้าวัด"]


def test_a_hit_that_somebody_may_not_read_shows_nothing_and_counts_nowhere(world: World) -> None:
    other = file(world, subject="ของกองช่าง", **CONTACT)
    act(world, other.id, "assign", unit="works")
    head = Person(
        username="test-head",
        name="หัวหน้า",
        email="h@example.go.th",
        grants=(Grant(Role.UNIT_HEAD, "palad"), Grant(Role.EXECUTIVE)),
    )
    index(world)
    for officer in (EXECUTIVE, head):
        for text in ("", "กองช่าง", "สมหญิง", "0812345678"):
            listing = complaint_lists.find(
                world, find(world, "test"), officer, Query(text=text, status=Choice.ALL)
            )
            assert (listing.entries, listing.found, listing.counts.open) == ([], 0, 0)
    world.clock.at = bangkok("2026-12-13 02:00")
    complaints.night(world, lambda: 300)
    index(world)
    for officer in (EXECUTIVE, head):
        assert found(world, "กองช่าง", officer) == ["ของกองช่าง"]
        # By the executive's role, which shows no contact data.
        assert found(world, "สมหญิง", officer) == []
        assert found(world, "0812345678", officer) == []


def test_a_run_that_dies_at_any_file_is_resumed_by_the_next(world: World) -> None:
    for n in range(3):
        establish(world, f"other{n}")
        file(world, f"other{n}", subject=f"เรื่องของ {n}")
    file(world, subject="เรื่อง")

    class Dying(MemoryIndexFiles):
        left = 0

        def put(self, name: str, body: bytes, *, instead_of: str) -> None:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            super().put(name, body, instead_of=instead_of)

    whole = memory_world(world.clock.now(), records=world.records)
    complaint_indexing.run(whole, lambda: 300)
    for survived in range(9):
        files = Dying()
        files.left = survived
        dying = replace(world, index_files=files)
        with pytest.raises(KeyboardInterrupt):
            complaint_indexing.run(dying, lambda: 300)
        files.left = 100
        assert not complaint_indexing.run(dying, lambda: 300).failed
        assert files.files == whole.index_files.files


def test_who_comes_second_leaves_the_organisation_to_its_next_run(world: World) -> None:
    file(world, subject="แรก")
    index(world)
    file(world, subject="สอง")

    class Overtaken(MemoryIndexFiles):
        """Another run writes between this one's reading and writing."""

        is_overtaken = True

        def put(self, name: str, body: bytes, *, instead_of: str) -> None:
            if self.is_overtaken and name != complaint_index.POSITION:
                self.is_overtaken = False
                raise StaleFileError
            super().put(name, body, instead_of=instead_of)

    files = Overtaken(dict(world.index_files.files))
    slow = replace(world, index_files=files)
    assert complaint_indexing.run(slow, lambda: 300).acted == 0
    position, _ = complaint_index.position(slow)
    assert position.behind.keys() == {"test"}
    complaint_index.forget()
    assert sorted(found(slow)) == ["สอง", "แรก"]
    assert complaint_indexing.run(slow, lambda: 300).acted == 1
    assert complaint_index.position(slow)[0].behind == {}
    assert "สอง" in held(slow)


def test_whom_there_was_no_time_for_comes_first_in_the_next_run(world: World) -> None:
    for n in range(4):
        establish(world, f"other{n}")
    calls = iter([300.0, 300.0, *[1.0] * 100])
    done = complaint_indexing.run(world, lambda: next(calls))
    assert (done.checked, done.left) == (2, True)
    calls = iter([300.0] * 3 + [1.0] * 100)
    assert complaint_indexing.run(world, lambda: next(calls)).acted == 3
    assert len(world.index_files.files) == 2 * 5 + 1
    assert complaint_index.position(world)[0].behind.keys() == {"other0", "other1"}
    assert not complaint_indexing.run(world, lambda: 300).left
    assert complaint_index.position(world)[0].behind == {}


def test_one_organisation_that_fails_holds_up_no_other_and_is_not_lost(world: World) -> None:
    establish(world, "other")
    file(world)
    file(world, "other")

    class Broken(MemoryIndexFiles):
        is_broken = True

        def put(self, name: str, body: bytes, *, instead_of: str) -> None:
            if self.is_broken and name.startswith("other/"):
                raise OSError
            super().put(name, body, instead_of=instead_of)

    files = Broken()
    world = replace(world, index_files=files)
    done = complaint_indexing.run(world, lambda: 300)
    assert (done.acted, done.failed) == (1, 1)
    world.clock.forward(days=1)
    files.is_broken = False
    assert complaint_indexing.run(world, lambda: 300).acted == 1
    assert "other/contact" in files.files


def test_an_event_that_shows_late_in_its_day_is_not_lost(world: World) -> None:
    """A function may bear an instant for minutes before what it saves can be seen."""
    index(world)
    slow = world.clock.now()
    world.clock.forward(minutes=10)
    index(world)
    late = replace(world, clock=type(world.clock)(slow))
    file(late, subject="มาช้า")
    assert found(world) == ["มาช้า"]
    world.clock.forward(minutes=4)
    assert index(world) == 1
    assert "มาช้า" in held(world)


def test_a_job_run_as_of_a_later_instant_hides_nothing_of_today(world: World) -> None:
    """On the local cloud alone a job is run so; what comes afterwards bears the true time."""
    today = world.clock.now()
    world.clock.forward(days=30)
    index(world)
    world.clock.at = today + timedelta(minutes=1)
    file(world, subject="วันนี้")
    assert found(world) == ["วันนี้"]
    assert index(world) == 1


def test_more_than_one_request_may_read_is_said_and_comes_bit_by_bit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(world)
    monkeypatch.setattr(complaint_index, "MOST_FRESH", 2)
    for n in range(5):
        file(world, subject=f"เรื่อง {n}")
        world.clock.forward(seconds=1)
    here = find(world, "test")
    first = complaint_lists.find(world, here, SUPERVISOR, Query())
    assert (first.is_whole, {e.subject for e in first.entries}) == (False, {"เรื่อง 3", "เรื่อง 4"})
    later = [complaint_lists.find(world, here, SUPERVISOR, Query()) for _ in range(2)]
    assert [(listing.is_whole, listing.found) for listing in later] == [(False, 4), (True, 5)]


def test_in_a_flood_the_most_urgent_work_stays_in_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.domain.complaint_index.MOST_INDEXED", 4)
    done = file(world, subject="ไม่รับ")
    act(world, done.id, "reject", message="ไม่อยู่ในอำนาจ")
    for n in range(6):
        world.clock.forward(days=7)
        file(world, subject=f"เรื่อง {n}")
    index(world)
    world.clock.forward(days=1)
    index(world)
    listing = complaint_lists.find(world, find(world, "test"), SUPERVISOR, Query(status=Choice.ALL))
    assert [e.subject for e in listing.entries] == [f"เรื่อง {n}" for n in (3, 2, 1, 0)]
    assert not listing.is_whole


def test_an_unchanged_file_is_not_read_again(world: World) -> None:
    file(world)
    index(world)
    bodies: list[bool] = []

    class Watched(MemoryIndexFiles):
        def get(self, name: str, *, known: str = "") -> IndexFile | None:
            answer = super().get(name, known=known)
            bodies.append(bool(answer and answer.body is not None))
            return answer

    watched = replace(world, index_files=Watched(world.index_files.files))
    for _ in range(3):
        assert found(watched) == ["ถนนชำรุดหน้าวัด"]
    assert bodies == [True, True, False, False]  # the position, the file, and twice that it is the same

"""Orders of documents: made once, however often the job is told of them and wherever it dies."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from chalicelib.domain.document_order import EXPORT_KEPT, TAKEN_FOR, DocumentOrder, OrderStatus, Purpose
from chalicelib.domain.errors import IllegalMoveError, NotAllowedError
from chalicelib.domain.people import Grant, Person, Role
from chalicelib.domain.period_report import PARTS, ReportStatus, ReportText
from chalicelib.domain.record import Key, broken_at, proceed
from chalicelib.services import complaints, documents, exports, reports
from chalicelib.services.complaint_lists import Choice, Query
from chalicelib.services.documents import make, sweep
from chalicelib.services.ports import NoSuchRecordError, UnwritableError
from chalicelib.services.world import World
from tests.builders.complaints import CONTACT, SUPERVISOR, file
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

RECIPES = {Purpose.REPORT: reports.RECIPE, Purpose.EXPORT: exports.RECIPE}
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class DiedError(BaseException):
    """The function was killed."""


@pytest.fixture
def world() -> World:
    world = memory_world(NOW)
    establish(world)
    return world


def ordered_report(world: World) -> Key:
    id = reports.begin_edition(world, "test", "2569-10", officer=SUPERVISOR)
    reports.write(world, "test", id, ReportText(problems="น้ำท่วม"), version=1, officer=SUPERVISOR)
    reports.order(world, "test", id, version=2, officer=SUPERVISOR)
    return Key("test", DocumentOrder.kind, f"{id}.1")


def order(world: World, key: Key):
    return world.records.get(DocumentOrder, key.org, key.id).state


def report(world: World):
    return reports.find(world, "test", "2569-10.1").state


def test_an_order_calls_the_job_and_is_made_part_by_part(world: World) -> None:
    key = ordered_report(world)
    assert world.bell.rung == [key]
    assert make(world, RECIPES, key)
    assert order(world, key).status is OrderStatus.READY
    assert report(world).status is ReportStatus.MADE
    assert set(world.documents.files) == {f"reports/test/2569-10.1.1.{part}" for part in PARTS}
    assert report(world).sizes == {
        part: len(world.documents.files[f"reports/test/2569-10.1.1.{part}"][0]) for part in PARTS
    }


def test_a_second_delivery_makes_nothing(world: World) -> None:
    key = ordered_report(world)
    make(world, RECIPES, key)
    before = dict(world.records.records)
    world.documents.files.clear()
    assert not make(world, RECIPES, key)
    assert world.documents.files == {}
    assert world.records.records == before


def test_while_a_run_is_at_it_no_other_begins(world: World) -> None:
    key = ordered_report(world)
    record = world.records.get(DocumentOrder, "test", key.id)
    documents._save(world, record, record.state.take(at=world.clock.now()))
    assert not make(world, RECIPES, key)
    assert sweep(world, RECIPES, lambda: 300).acted == 0
    world.clock.at += TAKEN_FOR
    assert sweep(world, RECIPES, lambda: 300).acted == 1


def test_what_no_message_told_of_the_schedule_finds(world: World) -> None:
    key = ordered_report(world)
    done = sweep(world, RECIPES, lambda: 300)
    assert (done.due, done.acted) == (1, 1)
    assert sweep(world, RECIPES, lambda: 300).due == 0
    assert order(world, key).status is OrderStatus.READY


def test_a_run_without_time_leaves_the_rest(world: World) -> None:
    ordered_report(world)
    assert sweep(world, RECIPES, lambda: 1).left


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, 12))
def test_killed_at_any_call_it_is_resumed_and_ends_the_same(
    call: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = memory_world(NOW)
    establish(whole)
    make(whole, RECIPES, ordered_report(whole))
    world = memory_world(NOW)
    establish(world)
    key = ordered_report(world)
    seen = 0

    def dying(act):
        def do(*args, **named):
            nonlocal seen
            seen += 1
            if seen == call and not after:
                raise DiedError
            answer = act(*args, **named)
            if seen == call:
                raise DiedError
            return answer

        return do

    with monkeypatch.context() as patched:
        patched.setattr(world.records, "save", dying(world.records.save))
        patched.setattr(world.documents, "put", dying(world.documents.put))
        try:
            make(world, RECIPES, key)
        except DiedError:
            world.clock.at += TAKEN_FOR
    make(world, RECIPES, key)
    assert world.documents.files == whole.documents.files
    assert (report(world).figures, report(world).sizes) == (report(whole).figures, report(whole).sizes)
    assert report(world).status is ReportStatus.MADE
    assert broken_at(world.records.history(DocumentOrder, "test", key.id).events) is None


class Failing:
    """A writer that can't write, or stumbles as often as it is told."""

    def __init__(self, error: Exception, times: int = 99) -> None:
        self.error, self.times = error, times

    def report(self, *_):
        if self.times:
            self.times -= 1
            raise self.error
        return b"made"


def failing(error: Exception, times: int = 99) -> World:
    world = memory_world(NOW, writer=Failing(error, times))
    establish(world)
    return world


def test_who_stumbles_is_tried_again_some_minutes_later() -> None:
    world = failing(OSError("full"), 1)
    key = ordered_report(world)
    assert not make(world, RECIPES, key)
    assert order(world, key).status is OrderStatus.ORDERED
    assert sweep(world, RECIPES, lambda: 300).due == 0
    world.clock.forward(minutes=3)
    assert sweep(world, RECIPES, lambda: 300).acted == 1
    assert report(world).status is ReportStatus.MADE


def test_what_fails_each_time_ends_as_failed_and_the_report_can_be_ordered_anew() -> None:
    world = failing(OSError("full"))
    key = ordered_report(world)
    for _ in range(4):
        make(world, RECIPES, key)
        world.clock.forward(minutes=10)
    assert order(world, key).status is OrderStatus.FAILED
    state = report(world)
    assert (state.status, state.failed) == (ReportStatus.DRAFT, True)
    version = reports.find(world, "test", "2569-10.1").version
    reports.order(world, "test", "2569-10.1", version=version, officer=SUPERVISOR)
    assert world.bell.rung[-1].id == "2569-10.1.2"


def test_what_can_not_be_written_fails_at_once() -> None:
    world = failing(UnwritableError("glyph"))
    key = ordered_report(world)
    assert make(world, RECIPES, key)
    assert order(world, key).reason == "unwritable"


def test_a_run_that_dies_each_time_is_given_up(world: World) -> None:
    key = ordered_report(world)
    for _ in range(3):
        record = world.records.get(DocumentOrder, "test", key.id)
        documents._save(world, record, record.state.take(at=world.clock.now()))
        world.clock.at += TAKEN_FOR
    assert make(world, RECIPES, key)
    assert order(world, key).status is OrderStatus.FAILED


def officer(world: World, role: Role = Role.COMPLAINT_OFFICER, name: str = "suda") -> Person:
    return employ(world, "test", name, role).state


def here(world: World):
    from chalicelib.services.organisations import find

    return find(world, "test")


def test_an_export_is_gone_some_days_later(world: World) -> None:
    suda = officer(world)
    file(world)
    id = exports.order(world, here(world), Query(status=Choice.ALL), token="t", officer=suda)
    assert sweep(world, RECIPES, lambda: 300).acted == 1
    assert exports.mine(world, "test", suda)
    world.clock.at += EXPORT_KEPT
    assert sweep(world, RECIPES, lambda: 300).acted == 1
    assert sweep(world, RECIPES, lambda: 300).due == 0
    assert exports.find(world, "test", id, suda).state.status is OrderStatus.EXPIRED
    assert not exports.mine(world, "test", suda)


def rows(world: World, id: str) -> list[str]:
    content, media = world.documents.files[f"exports/test/{id}.csv"]
    assert media == "text/csv; charset=utf-8"
    return content.decode("utf-8-sig").splitlines()


def exported(world: World, query: Query, officer: Person, token: str = "t") -> str:
    id = exports.order(world, here(world), query, token=token, officer=officer)
    sweep(world, RECIPES, lambda: 300)
    return id


def test_an_export_holds_what_the_list_shows_and_contact_data_for_who_may_read_them(world: World) -> None:
    file(world, **CONTACT)
    file(world, category="light", subject="ไฟดับ")
    made = rows(world, exported(world, Query(category="road"), officer(world)))
    assert len(made) == 2
    assert "สมหญิง ใจดี" in made[1]
    assert "081-234-5678" in made[1]


def test_an_executive_gets_what_was_escalated_and_no_contact_data(world: World) -> None:
    filed = file(world, **CONTACT)
    boss = officer(world, Role.EXECUTIVE, "boss")
    assert len(rows(world, exported(world, Query(status=Choice.ALL), boss))) == 1
    world.clock.forward(days=20)
    complaints.night(world, lambda: 300)
    made = rows(world, exported(world, Query(status=Choice.ALL), boss, "u"))
    assert filed.id in made[1]
    assert "สมหญิง" not in "".join(made)
    assert "โทรศัพท์" not in made[0]


def test_a_unit_officer_gets_the_units_own_complaints_alone(world: World) -> None:
    file(world)
    works = employ(world, "test", "works", Grant(Role.UNIT_OFFICER, "works")).state
    assert len(rows(world, exported(world, Query(status=Choice.ALL), works))) == 1
    with pytest.raises(NotAllowedError):
        exports.order(world, here(world), Query(unit="finance"), token="v", officer=works)


def test_rights_are_those_of_the_day_on_which_it_is_made(world: World) -> None:
    suda = officer(world)
    file(world, **CONTACT)
    id = exports.order(world, here(world), Query(), token="t", officer=suda)
    person = world.records.get(Person, "test", "suda")
    world.records.save(proceed(person, [suda.deactivate(by="x", at=NOW)], world.salt))
    sweep(world, RECIPES, lambda: 300)
    state = exports.find(world, "test", id, suda).state
    assert (state.status, state.reason) == (OrderStatus.FAILED, "not_allowed")
    assert world.documents.files == {}


def test_the_same_order_is_recognised(world: World) -> None:
    suda = officer(world)
    first = exports.order(world, here(world), Query(text="ถนน"), token="t", officer=suda)
    assert exports.order(world, here(world), Query(text="ถนน"), token="t", officer=suda) == first
    assert exports.order(world, here(world), Query(text="ถนน"), token="other", officer=suda) == first
    other = exports.order(world, here(world), Query(text="ไฟ"), token="third", officer=suda)
    assert other != first
    sweep(world, RECIPES, lambda: 300)
    assert exports.order(world, here(world), Query(text="ถนน"), token="t", officer=suda) == first
    assert exports.order(world, here(world), Query(text="ถนน"), token="fourth", officer=suda) != first


def test_nobody_else_finds_an_export_and_each_fetch_stands_in_its_events(world: World) -> None:
    suda, malee = officer(world), officer(world, name="malee")
    id = exported(world, Query(text="0812345678"), suda)
    with pytest.raises(NoSuchRecordError):
        exports.find(world, "test", id, malee)
    with pytest.raises(NoSuchRecordError):
        exports.find(world, "other", id, suda)
    with pytest.raises(IllegalMoveError):
        exports.fetch(world, "test", id, "pdf", suda)
    assert f"exports/test/{id}.csv" in exports.fetch(world, "test", id, "csv", suda)
    events = world.records.history(DocumentOrder, "test", id).events
    assert (events[-1].kind, events[-1].actor, events[-1].data) == ("fetched", "test-suda", {"part": "csv"})
    assert "0812345678" not in str([event.body() for event in events])


def test_the_words_of_an_expired_export_are_erased(world: World) -> None:
    suda = officer(world)
    id = exported(world, Query(text="สมหญิง"), suda)
    world.clock.at += EXPORT_KEPT
    sweep(world, RECIPES, lambda: 300)
    history = world.records.history(DocumentOrder, "test", id)
    assert not any("สมหญิง" in e.text("text") for e in history.events)
    assert broken_at(history.events) is None
    with pytest.raises(IllegalMoveError):
        exports.fetch(world, "test", id, "csv", suda)


def test_a_formula_in_a_complaint_is_a_text_in_both_files(world: World) -> None:
    file(world, subject="=HYPERLINK(1)+cmd")
    id = exported(world, Query(), officer(world))
    assert "'=HYPERLINK(1)+cmd" in rows(world, id)[1]
    content, _ = world.documents.files[f"exports/test/{id}.xlsx"]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "=HYPERLINK(1)+cmd" in book.read("xl/sharedStrings.xml").decode()

"""Lists of complaints: whose, in which order, narrowed to what, page by page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report, Status
from chalicelib.domain.complaint_index import Question
from chalicelib.domain.errors import NotAllowedError
from chalicelib.domain.people import UNIT_ROLES, Grant, Person, Role, Task
from chalicelib.services import complaint_lists, complaints
from chalicelib.services.complaint_lists import Choice, Query, Urgency, urgency
from chalicelib.services.complaint_work import do
from chalicelib.services.ports import InvalidCursorError
from tests.builders.calendar import bangkok
from tests.builders.indexed import ONE
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

REPORT = Report(category="road", subject="ถนนหมู่ ๓ ชำรุด", detail="เป็นหลุมลึกหน้าวัด", village="หมู่ 2")


@pytest.fixture
def world():
    return memory_world(bangkok("2026-11-24 10:00"))


@pytest.fixture
def organisation(world):
    return establish(world)


@pytest.fixture
def officer(world, organisation):
    return employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state


def file(world, organisation, subject="ถนนชำรุด", unit=None):
    """A complaint, given to a unit; its id."""
    report = replace(REPORT, subject=subject)
    token = world.chance.bytes(8).hex()
    filed = complaints.file(world, organisation, report, consent=True, token=token, channel=Channel.WEB)
    if unit:
        somchai = employ(world, "test", f"assigner{world.chance.calls}", Role.COMPLAINT_OFFICER).state
        act(world, organisation, somchai, filed.id, "assign", unit=unit)
    return filed.id


def act(world, organisation, officer, id, action, **typed):
    version = world.records.get(Complaint, "test", id).version
    return do(world, organisation, id, action=action, typed=typed, version=version, officer=officer)


def subjects(world, organisation, officer, **query):
    listing = complaint_lists.find(world, organisation, officer, Query(**{"year": 2570, **query}))
    return [entry.subject for entry in listing.entries]


def test_open_work_of_several_units_stands_in_one_order_the_most_urgent_first(world, organisation, officer):
    for day, unit in (("13", "works"), ("11", "palad"), ("12", "finance"), ("10", "works")):
        world.clock.at = bangkok(f"2026-11-{day} 10:00")
        file(world, organisation, f"วันที่ {day}", unit)
    assert subjects(world, organisation, officer) == ["วันที่ 10", "วันที่ 11", "วันที่ 12", "วันที่ 13"]


def test_an_entry_says_how_pressing_it_is(world, organisation, officer):
    file(world, organisation)
    seen = []
    for day in (date(2026, 11, 24), date(2026, 12, 4), date(2026, 12, 9), date(2026, 12, 10)):
        world.clock.at = bangkok(f"{day} 10:00")
        (entry,) = complaint_lists.find(world, organisation, officer, Query(year=2570)).entries
        seen.append((entry.days_left, entry.urgency))
    assert seen == [
        (15, Urgency.LATER),
        (5, Urgency.DUE_SOON),
        (0, Urgency.DUE_TODAY),
        (-1, Urgency.OVERDUE),
    ]


def test_a_unit_officer_sees_the_own_unit_and_may_ask_for_no_other(world, organisation):
    chang = employ(world, "test", "chang", Grant(Role.UNIT_OFFICER, "works")).state
    file(world, organisation, "ของกองช่าง", "works")
    file(world, organisation, "ของสำนักปลัด")
    assert subjects(world, organisation, chang) == ["ของกองช่าง"]
    assert subjects(world, organisation, chang, status=Choice.ALL) == ["ของกองช่าง"]
    with pytest.raises(NotAllowedError):
        subjects(world, organisation, chang, unit="palad")


def test_nobody_may_ask_for_a_unit_that_is_not_there(world, organisation, officer):
    with pytest.raises(NotAllowedError):
        subjects(world, organisation, officer, unit="nowhere")


def test_the_executive_sees_what_was_escalated_and_counts_no_more(world, organisation):
    nayok = employ(world, "test", "nayok", Role.EXECUTIVE).state
    file(world, organisation, "เกินกำหนด")
    world.clock.at = bangkok("2026-12-12 02:00")
    complaints.night(world, lambda: 300)
    file(world, organisation, "ใหม่")
    listing = complaint_lists.find(world, organisation, nayok, Query(year=2570))
    assert [e.subject for e in listing.entries] == ["เกินกำหนด"]
    assert listing.counts == complaint_lists.Counts(open=1, overdue=1, due_soon=0)
    assert subjects(world, organisation, nayok, status=Choice.ALL) == ["เกินกำหนด"]


def test_open_work_is_counted_whatever_it_is_narrowed_to(world, organisation, officer):
    for day in ("2026-11-02", "2026-11-12", "2026-11-24"):
        world.clock.at = bangkok(f"{day} 10:00")
        file(world, organisation, day)
    for status, found in ((Choice.OVERDUE, ["2026-11-02"]), (Choice.DUE_SOON, ["2026-11-12"])):
        listing = complaint_lists.find(world, organisation, officer, Query(year=2570, status=status))
        assert [e.subject for e in listing.entries] == found
        assert listing.counts == complaint_lists.Counts(open=3, overdue=1, due_soon=1)


def test_a_year_is_listed_newest_first_and_by_status(world, organisation, officer):
    first = file(world, organisation, "แรก")
    world.clock.forward(days=1)
    second = file(world, organisation, "สอง")
    act(world, organisation, officer, first, "reject", message="ไม่อยู่ในอำนาจ")
    assert subjects(world, organisation, officer, status=Choice.ALL) == ["สอง", "แรก"]
    assert subjects(world, organisation, officer, status=Status.REJECTED) == ["แรก"]
    assert subjects(world, organisation, officer) == ["สอง"]
    act(world, organisation, officer, second, "start")
    assert subjects(world, organisation, officer, status=Status.IN_PROGRESS) == ["สอง"]
    assert subjects(world, organisation, officer, status=Choice.ALL, year=2569) == []


def test_text_is_found_in_thai_or_arabic_digits_and_any_case(world, organisation, officer):
    file(world, organisation, "ถนนหมู่ ๓ Soi A")
    for text in ("หมู่ 3", "หมู่ ๓", "SOI a"):
        assert subjects(world, organisation, officer, text=text) == ["ถนนหมู่ ๓ Soi A"]
    assert subjects(world, organisation, officer, text="หมู่ 4") == []


def test_pages_of_open_work_hold_each_complaint_once_though_work_goes_on_between(
    world, organisation, officer, monkeypatch
):
    monkeypatch.setattr(complaint_lists, "A_PAGE", 2)
    ids = [file(world, organisation, f"เรื่อง {n}", unit) for n, unit in enumerate(["works", None] * 3)]
    seen, cursor = [], None
    while True:
        listing = complaint_lists.find(world, organisation, officer, Query(year=2570, cursor=cursor))
        seen += [entry.id for entry in listing.entries]
        if listing.next_cursor is None:
            break
        cursor = listing.next_cursor
        act(world, organisation, officer, seen[-1], "reject", message="ไม่อยู่ในอำนาจ")
    assert sorted(seen) == sorted(ids)


def test_pages_of_a_year_hold_each_complaint_once(world, organisation, officer, monkeypatch):
    monkeypatch.setattr(complaint_lists, "A_PAGE", 2)
    ids = [file(world, organisation, f"เรื่อง {n}") for n in range(5)]
    seen, cursor = [], None
    while True:
        query = Query(year=2570, cursor=cursor, status=Choice.ALL)
        listing = complaint_lists.find(world, organisation, officer, query)
        seen += [entry.id for entry in listing.entries]
        cursor = listing.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("cursor", ["x", "2026-12-09", "W10", "WzEsMl0", "bnVsbA", "9" * 5000])
def test_a_made_up_cursor_is_refused(world, organisation, officer, cursor):
    with pytest.raises(InvalidCursorError):
        subjects(world, organisation, officer, cursor=cursor)


def test_the_page_says_who_is_to_be_called(world, organisation, officer):
    report = replace(REPORT, phone="081-234-5678")
    filed = complaints.file(world, organisation, report, consent=True, token="t", channel=Channel.WEB)
    act(world, organisation, officer, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    query = Query(year=2570, status=Status.REJECTED)
    assert complaint_lists.find(world, organisation, officer, query).entries[0].to_be_called
    act(world, organisation, officer, filed.id, "contacted", how="call", message="โทรแจ้งแล้ว")
    assert not complaint_lists.find(world, organisation, officer, query).entries[0].to_be_called


GRANTS = st.lists(
    st.one_of(
        st.builds(Grant, st.sampled_from(sorted(set(Role) - UNIT_ROLES)), st.none()),
        st.builds(Grant, st.sampled_from(sorted(UNIT_ROLES)), st.sampled_from(["works", "palad"])),
    ),
    max_size=4,
)


@given(GRANTS, st.sampled_from(["works", "palad", "finance"]), st.booleans())
def test_a_list_shows_what_a_complaints_own_page_would(grants, unit, escalated):
    officer = Person(username="test-x", name="ก", email="x@example.go.th", grants=tuple(grants))
    complaint = replace(ONE, unit=unit, escalated=escalated)
    shown = complaints.may_read(officer, unit, [Role.EXECUTIVE] if escalated else [])
    reader = complaint_lists.reader(officer)
    assert Question().takes(reader)(complaint) == shown
    may_read_contact = officer.may(Task.READ_CONTACT, unit)
    assert Question(text="สมหญิง").takes(reader)(complaint) == (shown and may_read_contact)


@given(st.integers(-400, 400), st.integers(0, 15))
def test_urgency_never_falls_as_days_pass(days_left, soon):
    order = [Urgency.OVERDUE, Urgency.DUE_TODAY, Urgency.DUE_SOON, Urgency.LATER]
    assert order.index(urgency(days_left - 1, soon)) <= order.index(urgency(days_left, soon))

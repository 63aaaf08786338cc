"""What officers do with a complaint: who may, what must be typed, and that it is done once."""

from datetime import date

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import ALLOWED_WHILE, Channel, Complaint, Report, Status
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import Words
from chalicelib.services import complaint_lists, complaints
from chalicelib.services.complaint_work import ACTIONS, do, is_intact, offered, suggested_day
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from tests.builders.calendar import bangkok
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด")
TYPED = {
    "assign": {"unit": "works"},
    "explain": {"message": "รออะไหล่", "due_on": "24/12/2569"},
    "resolve": {"message": "ซ่อมแล้ว", "cause": "อุปกรณ์เสื่อม", "prevention": "ตรวจทุกเดือน"},
    "reject": {"message": "ไม่อยู่ในอำนาจ"},
    "refer": {"message": "ส่งต่อแล้ว", "body": "กรมทางหลวง"},
    "contacted": {"how": "call", "message": "โทรแจ้งแล้ว"},
    "message": {"message": "ขอข้อมูลเพิ่ม"},
    "note": {"note": "ช่างลาป่วย"},
    "start": {},
    "recategorise": {"category": "light"},
    "watch": {},
    "unwatch": {},
    "hold": {"note": "คดีอยู่ในศาล"},
    "split": {"category": "light", "subject": "ไฟดับ", "detail": "หลอดไฟหน้าวัดดับ"},
}
FIRST = [name for name in ACTIONS if name not in {"merge", "unmerge", "lift", "unwatch"}]
"""What one complaint that was just filed is enough for."""
OFFERED = set(ACTIONS) - {"unmerge", "lift", "unwatch"}
OFFICERS_OF_THE_UNIT = {"start", "explain", "resolve", "message", "note", "contacted", "watch"}


@pytest.fixture
def world():
    return memory_world(bangkok("2026-11-24 10:00"))


@pytest.fixture
def organisation(world):
    return establish(world)


@pytest.fixture
def officer(world, organisation):
    return employ(world, "test", "somsri", Role.COMPLAINT_OFFICER).state


@pytest.fixture
def id(world, organisation):
    return complaints.file(world, organisation, REPORT, consent=True, token="t", channel=Channel.WEB).id


def act(world, organisation, officer, id, action, version=1, **typed):
    typed = typed or TYPED[action]
    return do(world, organisation, id, action=action, typed=typed, version=version, officer=officer)


@pytest.mark.parametrize("action", FIRST)
def test_every_action_is_done_by_a_complaint_officer(world, organisation, officer, id, action):
    assert act(world, organisation, officer, id, action).version == 2


def test_every_action_says_in_which_states_it_is_possible():
    assert set(ACTIONS) == set(ALLOWED_WHILE)


@pytest.mark.parametrize(
    ("grant", "actions"),
    [
        (Grant(Role.COMPLAINT_OFFICER), OFFERED),
        (Grant(Role.UNIT_OFFICER, "palad"), OFFICERS_OF_THE_UNIT),
        (Grant(Role.UNIT_OFFICER, "works"), set()),
        (Grant(Role.UNIT_HEAD, "palad"), OFFICERS_OF_THE_UNIT | {"assign"}),
        (Grant(Role.CHIEF_ADMINISTRATOR), {"assign", "watch"}),
        (Grant(Role.EXECUTIVE), {"watch"}),
        (Grant(Role.AUDITOR), {"watch"}),
        (Grant(Role.ADMINISTRATOR), set()),
        (Grant(Role.PLAN_MANAGER), set()),
    ],
)
def test_a_role_is_offered_what_it_may_do_and_is_refused_the_rest(world, organisation, id, grant, actions):
    officer = employ(world, "test", "x", grant).state
    assert set(offered(world.records.get(Complaint, "test", id).state, officer)) == actions
    for action in set(FIRST) - actions:
        with pytest.raises(NotAllowedError):
            act(world, organisation, officer, id, action)


def test_what_a_state_does_not_allow_is_neither_offered_nor_done(world, organisation, officer, id):
    act(world, organisation, officer, id, "resolve")
    resolved = world.records.get(Complaint, "test", id)
    assert offered(resolved.state, officer) == ["contacted", "message", "note", "watch", "hold"]
    for action in ("explain", "resolve", "assign", "start", "reject", "refer"):
        with pytest.raises(IllegalMoveError):
            act(world, organisation, officer, id, action, version=2)
    with pytest.raises(IllegalMoveError):
        act(world, organisation, officer, id, "explain", version=2, message="", due_on="x")


@pytest.mark.parametrize(
    ("action", "typed", "reasons"),
    [
        (
            "resolve",
            {"message": "", "cause": "", "prevention": "x"},
            {"message": "required", "cause": "required"},
        ),
        ("explain", {"message": "", "due_on": ""}, {"message": "required", "due_on": "required"}),
        ("explain", {"message": "", "due_on": "x"}, {"message": "required", "due_on": "malformed_date"}),
        ("explain", {"message": "x", "due_on": "31/4/2570"}, {"due_on": "no_such_day"}),
        ("explain", {"message": "x", "due_on": "1/1/1500"}, {"due_on": "year_out_of_range"}),
        ("explain", {"message": "x", "due_on": "9/12/2569"}, {"due_on": "not_later"}),
        ("explain", {"message": "x", "due_on": "12/12/2569"}, {"due_on": "not_a_working_day"}),
        ("explain", {"message": "x", "due_on": "1/2/2599"}, {"due_on": "too_far"}),
        ("assign", {"unit": "nowhere"}, {"unit": "unknown"}),
        ("contacted", {"how": "dream", "message": ""}, {"how": "unknown", "message": "required"}),
        ("message", {"message": "ก" * 10_001}, {"message": "too_long"}),
    ],
)
def test_all_that_is_wrong_is_named_at_once(world, organisation, officer, id, action, typed, reasons):
    with pytest.raises(InvalidFieldError) as refused:
        act(world, organisation, officer, id, action, **typed)
    assert refused.value.reasons == reasons


def test_who_watches_is_told_what_others_do_while_the_role_allows_reading(world, organisation, officer, id):
    chief = employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR).state
    nong = employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad")).state
    act(world, organisation, chief, id, "watch")
    act(world, organisation, nong, id, "watch", version=2)
    act(world, organisation, nong, id, "explain", version=3)
    act(world, organisation, officer, id, "assign", version=4)

    def told():
        made = [r.state for k, r in world.records.records.items() if k.kind == "notice"]
        return sorted((n.person, n.event) for n in made if n.template == "complaint_watched")

    assert told() == [("palad", 4), ("palad", 5)]
    act(world, organisation, chief, id, "unwatch", version=5)
    act(world, organisation, officer, id, "resolve", version=6)
    assert len(told()) == 2
    with pytest.raises(IllegalMoveError):
        act(world, organisation, chief, id, "unwatch", version=7)


def test_a_complaint_about_staff_is_never_given_to_their_unit(world, organisation, officer):
    report = replace(REPORT, about_staff=True, about_unit="works")
    filed = complaints.file(world, organisation, report, consent=True, token="a", channel=Channel.WEB)
    with pytest.raises(InvalidFieldError) as refused:
        act(world, organisation, officer, filed.id, "assign", unit="works")
    assert refused.value.reasons == {"unit": "about_it"}
    assert act(world, organisation, officer, filed.id, "assign", unit="finance").state.unit == "finance"


def test_no_officer_of_the_main_unit_sees_what_is_about_it_and_the_chief_administrator_does(
    world, organisation
):
    report = replace(REPORT, about_staff=True, about_unit="palad")
    filed = complaints.file(world, organisation, report, consent=True, token="a", channel=Channel.WEB)
    head = employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad")).state
    chief = employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR).state
    with pytest.raises(NotAllowedError):
        complaints.find(world, "test", filed.id, head)
    assert complaints.find(world, "test", filed.id, chief)
    query = complaint_lists.Query(year=2570)
    assert filed.id in [e.id for e in complaint_lists.find(world, organisation, chief, query).entries]
    assert complaint_lists.find(world, organisation, head, query).entries == []


@pytest.mark.parametrize("typed", ["24/12/2569", "24/12/2026", "๒๔/๑๒/๒๕๖๙", "2026-12-24"])
def test_a_day_is_taken_in_either_era_in_either_digits(world, organisation, officer, id, typed):
    act(world, organisation, officer, id, "explain", message="รออะไหล่", due_on=typed)
    assert world.records.get(Complaint, "test", id).state.due_on == date(2026, 12, 24)


@pytest.mark.parametrize("action", FIRST)
def test_the_same_form_sent_twice_is_done_once(world, organisation, officer, id, action):
    act(world, organisation, officer, id, action)
    assert act(world, organisation, officer, id, action).version == 2


def test_an_old_form_with_other_words_or_of_somebody_else_is_refused(world, organisation, officer, id):
    act(world, organisation, officer, id, "message")
    with pytest.raises(StaleRecordError):
        act(world, organisation, officer, id, "message", message="อีกข้อความ")
    other = employ(world, "test", "nong", Role.COMPLAINT_OFFICER).state
    with pytest.raises(StaleRecordError):
        act(world, organisation, other, id, "message")
    act(world, organisation, officer, id, "note", version=2)
    with pytest.raises(StaleRecordError):
        act(world, organisation, officer, id, "message")


def test_another_organisations_complaint_is_not_there(world, organisation, officer, id):
    other = establish(world, "other")
    stranger = employ(world, "other", "somsri", Role.COMPLAINT_OFFICER).state
    with pytest.raises(NoSuchRecordError):
        act(world, other, stranger, id, "note")


def test_the_suggested_day_is_the_first_working_day_after_the_days_of_the_rules(world, organisation, id):
    complaint = world.records.get(Complaint, "test", id).state
    assert complaint.due_on == date(2026, 12, 9)
    assert suggested_day(world, organisation.state, complaint) == date(2026, 12, 24)
    world.clock.at = bangkok("2026-12-17 10:00")  # overdue: 1 January is a holiday, 2 and 3 a weekend
    assert suggested_day(world, organisation.state, complaint) == date(2027, 1, 4)


def test_a_changed_or_a_dropped_event_shows(world, organisation, officer, id):
    act(world, organisation, officer, id, "message")
    assert is_intact(complaints.find(world, "test", id, officer))
    key = next(k for k in world.records.events if k.kind == "complaint")
    newest = world.records.events[key].pop(2)
    assert not is_intact(complaints.find(world, "test", id, officer))
    newest.private["message"] = Words(newest.private["message"].salt, "อีกอย่าง")
    world.records.events[key][2] = newest
    assert not is_intact(complaints.find(world, "test", id, officer))


def test_an_explained_complaint_is_resolved_in_time(world, organisation, officer, id):
    act(world, organisation, officer, id, "explain")
    world.clock.at = bangkok("2026-12-20 10:00")
    state = act(world, organisation, officer, id, "resolve", version=2).state
    assert state.status is Status.RESOLVED
    assert state.on_time(date(2026, 12, 20))

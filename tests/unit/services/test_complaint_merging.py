"""Duplicates are merged and parted again, and one complaint that is two is split."""

from datetime import date

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import PUBLIC_WORDS, Complaint, Status
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import broken_at, fold
from chalicelib.services import (
    audit,
    complaint_intake,
    complaint_progress,
    complaints,
    organisations,
    surveys,
)
from chalicelib.services.complaint_work import offered
from chalicelib.services.ports import StaleRecordError
from tests.builders.calendar import bangkok
from tests.builders.complaints import CONTACT, REPORT, SUPERVISOR, act, file, standing
from tests.builders.organisations import employ, establish
from tests.builders.world import memory_world

DONE = {"message": "ซ่อมแล้ว", "cause": "เสื่อม", "prevention": "ตรวจทุกเดือน"}


@pytest.fixture
def world():
    world = memory_world(bangkok("2026-11-24 10:00"))
    establish(world)
    return world


@pytest.fixture
def pair(world):
    """An earlier complaint and one filed four days later."""
    first = file(world, email="first@example.com", detail="หลุมหน้าวัด แจ้งครั้งแรก")
    world.clock.forward(days=4)
    second = file(world, email="second@example.com", detail="หลุมหน้าวัด แจ้งซ้ำ")
    return first, second


def state(world, filed):
    return standing(world, filed.id).state


def notices_of(world, template):
    return [
        r.state
        for k, r in world.records.records.items()
        if k.kind == "notice" and r.state.template == template
    ]


def seen(world, filed):
    return complaint_progress.find(world, "test", filed.code)


def test_the_clock_of_the_earliest_counts_whichever_is_merged_into_which(world, pair):
    first, second = pair
    assert (state(world, first).due_on, state(world, second).due_on) == (
        date(2026, 12, 9),
        date(2026, 12, 14),
    )
    act(world, first.id, "merge", into=second.id)
    assert state(world, second).due_on == date(2026, 12, 9)
    act(world, first.id, "unmerge")
    assert state(world, second).due_on == date(2026, 12, 14)
    assert state(world, first).due_on == date(2026, 12, 9)
    act(world, second.id, "merge", into=first.id)
    assert state(world, first).due_on == date(2026, 12, 9)


def test_a_merged_complaint_rests_and_its_code_shows_the_other_ones_progress(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.code.hyphenated())
    assert [row.key.id for row in complaints.queue(world, "test", "palad")] == [first.id]
    assert offered(state(world, second), SUPERVISOR) == ["unmerge", "note", "watch", "hold"]
    act(world, first.id, "resolve", **DONE)
    progress = seen(world, second)
    assert progress.complaint.status is Status.RESOLVED
    assert progress.complaint.report == state(world, second).report
    assert [s.event.kind for s in progress.events] == ["filed", "merged", "resolved"]


def test_neither_complainant_sees_the_words_of_the_other(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    complaints.write(world, "test", first.code, "คำของคนแรก", token="a")
    complaints.write(world, "test", second.code, "คำของคนที่สอง", token="b")
    act(world, first.id, "contacted", how="call", message="คุยกับคนแรก")
    act(world, first.id, "message", message="ถึงทุกคน")
    here = organisations.find(world, "test")
    act(world, first.id, "resolve", **DONE)
    complaints.reopen(world, here, second.code, "เปิดใหม่โดยคนที่สอง", token="c")

    def words(filed):
        return {
            w.value for s in seen(world, filed).events for n, w in s.event.private.items() if n != "actor"
        }

    assert {"คำของคนแรก", "คุยกับคนแรก", "ถึงทุกคน", "ซ่อมแล้ว"} <= words(first)
    assert not {"คำของคนที่สอง", "เปิดใหม่โดยคนที่สอง", "หลุมหน้าวัด แจ้งซ้ำ"} & words(first)
    assert {"คำของคนที่สอง", "ถึงทุกคน", "เปิดใหม่โดยคนที่สอง", "หลุมหน้าวัด แจ้งซ้ำ"} <= words(second)
    assert not {"คำของคนแรก", "คุยกับคนแรก", "หลุมหน้าวัด แจ้งครั้งแรก"} & words(second)
    assert state(world, first).status is Status.REOPENED


def test_both_complainants_are_told_and_asked(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    (told,) = notices_of(world, "complaint_merged")
    assert told.about_id == second.id
    act(world, first.id, "resolve", **DONE)
    assert sorted(n.of for n in notices_of(world, "complaint_resolved")) == sorted(["", second.id])
    from chalicelib.services import notices

    notices.deliver(world, lambda: 300)
    got = sorted(to for _, to, subject, _ in world.mail.sent if subject.startswith("complaint_resolved"))
    assert got == ["first@example.com", "second@example.com"]
    for token, filed in (("a", first), ("b", second)):
        surveys.answer(world, "test", filed.code, (5, 5, 5, 5, 5), "", token=token)
        with pytest.raises(IllegalMoveError):
            surveys.answer(world, "test", filed.code, (1, 1, 1, 1, 1), "", token=token + "2")
    assert len(state(world, first).scores) == 2


def test_who_is_to_be_called_stays_so_when_merged(world):
    first, second = file(world, email="first@example.com"), file(world, **CONTACT)
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "reject", message="ไม่อยู่ในอำนาจ")
    assert state(world, first).is_to_be_called()
    act(world, first.id, "contacted", how="call", message="โทรแล้ว")
    assert not state(world, first).is_to_be_called()


def test_an_explained_day_holds_for_all_after_the_merging_is_undone(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    act(world, second.id, "unmerge")
    for filed in pair:
        assert state(world, filed).due_on == date(2026, 12, 24)
    assert state(world, second).status is Status.RECEIVED


def test_a_due_day_that_only_the_merging_made_pass_is_forgiven_when_it_is_undone(world, pair):
    first, second = pair
    act(world, first.id, "merge", into=second.id)
    world.clock.at = bangkok("2026-12-11 10:00")
    assert state(world, second).is_overdue(date(2026, 12, 11))
    act(world, first.id, "unmerge")
    assert state(world, second).on_time(date(2026, 12, 11))
    assert not state(world, first).on_time(date(2026, 12, 11))


def test_a_day_off_announced_while_it_was_merged_counts_when_it_is_undone(world, pair):
    from chalicelib.domain.record import proceed

    first, second = pair
    act(world, second.id, "merge", into=first.id)
    here = organisations.find(world, "test")
    day = {"2026-12-14": {"th": "วันหยุดพิเศษ", "en": "Special holiday"}}
    fact = here.state.change_settings({"days_off": day}, by="admin", at=world.clock.now())
    world.records.save(proceed(here, [fact], world.salt))
    organisations.forget()
    act(world, second.id, "unmerge")
    assert state(world, second).due_on == date(2026, 12, 15)


def test_all_are_closed_together_and_closed_stays_closed(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "resolve", **DONE)
    world.clock.forward(days=31)
    complaints.night(world, lambda: 300)
    assert state(world, first).status is state(world, second).status is Status.CLOSED
    with pytest.raises(IllegalMoveError):
        act(world, second.id, "unmerge")


@pytest.mark.parametrize("into", ["itself", "unknown", "decided", "merged", "has_followers"])
def test_what_can_not_be_merged_says_why(world, pair, into):
    first, second = pair
    third = file(world)
    target = {
        "itself": first.id,
        "unknown": "0" * 20,
        "decided": second.id,
        "merged": second.id,
        "has_followers": second.id,
    }[into]
    if into == "decided":
        act(world, second.id, "reject", message="ไม่อยู่ในอำนาจ")
    if into == "merged":
        act(world, second.id, "merge", into=third.id)
    if into == "has_followers":
        act(world, third.id, "merge", into=first.id)
    with pytest.raises(InvalidFieldError) as refused:
        act(world, first.id, "merge", into=target)
    assert refused.value.reasons == {"into": into}


def test_a_decided_or_merged_complaint_is_not_merged(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    with pytest.raises(IllegalMoveError):
        act(world, second.id, "merge", into=first.id)
    with pytest.raises(IllegalMoveError):
        act(world, second.id, "resolve", **DONE)
    act(world, first.id, "resolve", **DONE)
    with pytest.raises(IllegalMoveError):
        act(world, first.id, "merge", into=file(world).id)


def test_merging_takes_the_role_that_decides_and_another_organisation_is_not_there(world, pair):
    head = employ(world, "test", "hua", Grant(Role.UNIT_HEAD, "palad")).state
    establish(world, "other")
    foreign = file(world, "other")
    with pytest.raises(NotAllowedError):
        act(world, pair[0].id, "merge", officer=head, into=pair[1].id)
    with pytest.raises(InvalidFieldError):
        act(world, pair[0].id, "merge", into=foreign.code.hyphenated())


def test_the_form_sent_twice_merges_once_and_an_old_one_is_refused(world, pair):
    from chalicelib.services.complaint_work import do

    first, second = pair
    here = organisations.find(world, "test")
    asked = {"action": "merge", "typed": {"into": first.id}, "version": 1, "officer": SUPERVISOR}
    assert [do(world, here, second.id, **asked).version for _ in range(2)] == [2, 2]
    with pytest.raises(StaleRecordError):
        do(world, here, second.id, **{**asked, "typed": {"into": file(world).id}})
    assert len(state(world, first).followers) == 1


def test_a_part_keeps_the_day_received_and_is_seen_with_the_same_code(world):
    filed = file(world, **CONTACT, position="14.1234, 100.5678")
    world.clock.forward(days=5)
    act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    (part,) = state(world, filed).parts
    made = standing(world, part).state
    assert made.part_of == filed.id
    assert made.received_at == state(world, filed).received_at
    assert made.due_on == state(world, filed).due_on == date(2026, 12, 9)
    assert made.report.phone == CONTACT["phone"]
    assert made.report.position == "14.12340, 100.56780"
    assert made.report.subject == "ไฟดับหน้าวัด"
    assert [p.part for p in seen(world, filed).parts] == [part]
    assert len(list(complaints.queue(world, "test", "palad"))) == 2


def test_a_part_of_an_explained_complaint_keeps_the_day_that_was_told(world):
    filed = file(world)
    act(world, filed.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    made = standing(world, state(world, filed).parts[0]).state
    assert (made.due_on, made.computed) == (date(2026, 12, 24), None)


def test_only_open_complaints_are_split_and_all_is_typed(world):
    filed = file(world)
    with pytest.raises(InvalidFieldError) as refused:
        act(world, filed.id, "split", category="light", subject="", detail="")
    assert refused.value.reasons == {"subject": "required", "detail": "required"}
    act(world, filed.id, "reject", message="ไม่อยู่ในอำนาจ")
    with pytest.raises(IllegalMoveError):
        act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")


def test_states_follow_from_the_events_and_the_chains_hold(world, pair):
    first, second = pair
    act(world, first.id, "merge", into=second.id)
    act(world, second.id, "explain", message="รออะไหล่", due_on="24/12/2569")
    act(world, first.id, "unmerge")
    act(world, first.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    for id in (first.id, second.id, *state(world, first).parts):
        history = world.records.history(Complaint, "test", id)
        assert fold(Complaint, history.events) == history.record.state
        assert broken_at(history.events) is None


def test_neither_takes_away_the_others_words_in_the_history(world, pair):
    first, second = pair
    act(world, second.id, "merge", into=first.id)
    complaints.write(world, "test", second.code, "ผมเห็นนาย ก ทำพัง", token="t1")
    act(world, first.id, "resolve", **DONE)
    complaints.reopen(world, organisations.find(world, "test"), second.code, "นาย ก ยังทำอยู่", token="t2")
    history = complaints.follow(world, "test", first.code)
    exported = audit.export(world, history, is_shown=complaint_progress.is_hers, words=PUBLIC_WORDS)
    text = str(exported)
    assert "นาย ก" not in text
    assert "แจ้งครั้งแรก" in text
    assert len(exported["events"]) == history.record.events


def test_who_follows_reads_no_message_that_was_written_to_the_other_one_before(world, pair):
    first, second = pair
    act(world, first.id, "message", message="คุณสมหญิง เราจะไปหาที่บ้านพรุ่งนี้")
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "message", message="เราจะซ่อมพรุ่งนี้")
    told = [s.event.text("message") for s in seen(world, second).events]
    assert "เราจะซ่อมพรุ่งนี้" in told
    assert "คุณสมหญิง เราจะไปหาที่บ้านพรุ่งนี้" not in told
    assert "คุณสมหญิง เราจะไปหาที่บ้านพรุ่งนี้" in [s.event.text("message") for s in seen(world, first).events]


def test_one_about_an_officer_goes_to_that_unit_neither_merged_nor_split(world):
    about = file(world, about_staff=True, about_unit="palad")
    other = file(world, village="หมู่ 1")
    assert (state(world, about).unit, state(world, other).unit) == ("chief_administrator", "palad")
    for one, into in ((about, other), (other, about)):
        with pytest.raises(InvalidFieldError) as refused:
            act(world, one.id, "merge", into=into.id)
        assert refused.value.reasons == {"into": "about_it"}
    act(world, about.id, "split", category="road", subject="ถนนชำรุด", detail="ถนนชำรุดหน้าบ้าน")
    (part,) = state(world, about).parts
    assert standing(world, part).state.unit == "chief_administrator"
    report = replace(REPORT, village="หมู่ 1")
    shown = complaint_intake.likely(world, organisations.find(world, "test"), report, "t")
    assert len(shown) == 1
    assert shown[0].received_on == date(2026, 11, 24)


def test_nobody_is_to_be_called_any_more_once_who_was_has_parted(world):
    first, second = file(world, email="first@example.com"), file(world, detail="หลุมเดียวกันนี้เอง", **CONTACT)
    act(world, second.id, "merge", into=first.id)
    act(world, first.id, "resolve", **DONE)
    assert state(world, first).is_to_be_called()
    act(world, second.id, "unmerge")
    assert not state(world, first).is_to_be_called()
    assert state(world, first).told


def test_contact_data_that_were_erased_change_nothing_that_the_events_fold_to(world):
    filed = file(world, email="first@example.com")
    act(world, filed.id, "resolve", **DONE)
    for later in ("2026-12-25 02:00", "2028-01-03 02:00"):
        world.clock.at = bangkok(later)
        complaints.night(world, lambda: 300)
    history = world.records.history(Complaint, "test", filed.id)
    assert history.record.state.report.email == ""
    assert fold(Complaint, history.events) == history.record.state

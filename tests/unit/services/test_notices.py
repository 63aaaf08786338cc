"""Delivering notices: once where nothing goes wrong, again where something did, never for nobody."""

import pytest
from msgspec.structs import replace

from chalicelib.domain.complaint import Channel, Complaint, Report
from chalicelib.domain.errors import IllegalMoveError
from chalicelib.domain.notices import RETRY_AFTER, Notice, NoticeStatus
from chalicelib.domain.people import Grant, Role
from chalicelib.domain.record import proceed
from chalicelib.services import complaints, notices
from chalicelib.services.ports import MailError, NoSuchAddressError, StaleRecordError
from tests.builders.calendar import bangkok
from tests.builders.organisations import employ, establish
from tests.builders.world import MemoryMail, memory_world

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด", email="a@example.com", lang="en")


@pytest.fixture
def world():
    return memory_world(bangkok("2026-11-24 10:00"))


@pytest.fixture
def organisation(world):
    return establish(world)


@pytest.fixture
def receipt(world, organisation):
    """The notice that a complaint was received."""
    return file(world, organisation, "t1")


def file(world, organisation, token, email="a@example.com"):
    before = set(world.records.records)
    report = replace(REPORT, email=email)
    complaints.file(world, organisation, report, consent=True, token=token, channel=Channel.WEB)
    (id,) = [k.id for k in set(world.records.records) - before if k.kind == "notice"]
    return id


def deliver(world):
    return notices.deliver(world, lambda: 300)


def state(world, id):
    return world.records.get(Notice, "test", id).state


class Died(BaseException):
    """The function died here."""


def test_a_notice_is_sent_once_in_the_complainants_language(world, receipt):
    first, second = deliver(world), deliver(world)
    assert world.mail.sent == [(receipt, "a@example.com", "complaint_received en", "about event id")]
    assert (first.acted, second.due) == (1, 0)
    assert state(world, receipt).status is NoticeStatus.SENT


def test_an_officer_is_told_in_thai_by_name_and_not_before_the_morning(world, organisation):
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    complaints.file(
        world, organisation, replace(REPORT, email=""), consent=True, token="t", channel=Channel.WEB
    )
    world.clock.at = bangkok("2026-12-07 02:00")  # a holiday: the office opens on the 8th
    complaints.night(world, lambda: 300)
    world.clock.at = bangkok("2026-12-08 08:29")
    assert deliver(world).due == 0
    world.clock.at = bangkok("2026-12-08 08:30")
    assert deliver(world).acted == 1
    [(_, to, subject, text)] = world.mail.sent
    assert (to, subject, text) == (
        "nong@test.example.go.th",
        "complaint_due_soon th",
        "about event id person",
    )


def test_what_could_not_be_handed_over_is_tried_later_and_later_and_then_given_up(world, receipt, caplog):
    world.mail.broken = MailError("TooManyRequestsException")
    for wait in RETRY_AFTER:
        assert deliver(world).acted == 1
        assert state(world, receipt).next_attempt == world.clock.now() + wait
        world.clock.forward(seconds=wait.total_seconds() - 1)
        assert deliver(world).due == 0
        world.clock.forward(seconds=1)
    assert caplog.records == []
    deliver(world)
    failed = state(world, receipt)
    assert (failed.status, failed.attempts) == (NoticeStatus.FAILED, 5)
    assert failed.reason == "TooManyRequestsException"
    (line,) = caplog.records
    assert (line.message, line.notice, line.reason) == ("notice_failed", receipt, failed.reason)
    assert "a@example.com" not in str(vars(line))
    world.clock.forward(days=30)
    assert deliver(world).due == 0


def test_a_notice_that_failed_first_and_succeeds_later_is_sent_under_the_same_id(world, receipt):
    world.mail.broken = MailError("Timeout")
    deliver(world)
    world.mail.broken = None
    world.clock.forward(minutes=5)
    deliver(world)
    assert [id for id, *_ in world.mail.sent] == [receipt]
    assert state(world, receipt).attempts == 2


def test_an_address_that_was_erased_meanwhile_is_not_written_to(world, receipt):
    (key,) = [k for k in world.records.records if k.kind == "complaint"]
    history = world.records.history(Complaint, "test", key.id)
    fact = history.record.state.erase_contact(at=world.clock.now())
    world.records.save(proceed(history.record, [fact], world.salt, earlier=history.events))
    deliver(world)
    assert world.mail.sent == []
    assert (state(world, receipt).status, state(world, receipt).reason) == (
        NoticeStatus.FAILED,
        "no_address",
    )


def test_an_officer_who_left_is_not_told(world, organisation):
    person = employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    complaints.file(
        world, organisation, replace(REPORT, email=""), consent=True, token="t", channel=Channel.WEB
    )
    world.clock.at = bangkok("2026-12-08 02:00")
    complaints.night(world, lambda: 300)
    fact = person.state.deactivate(by="somebody", at=world.clock.now())
    world.records.save(proceed(person, [fact], world.salt))
    world.clock.at = bangkok("2026-12-08 08:30")
    deliver(world)
    assert world.mail.sent == []
    (row,) = notices.failed(world, "test").rows
    assert row.summary["reason"] == "left"


def test_an_address_that_is_none_is_given_up_at_once(world, receipt):
    world.mail.broken = NoSuchAddressError("malformed")
    deliver(world)
    assert state(world, receipt).reason == "malformed"
    assert state(world, receipt).status is NoticeStatus.FAILED


def test_a_letter_that_can_not_be_written_does_not_hold_up_the_others(world, organisation):
    class FirstIsBroken:
        calls = 0

        def write(self, template, lang, organisation, **facts):
            self.calls += 1
            if self.calls == 1:
                raise KeyError(template)
            return world.letters.write(template, lang, organisation, **facts)

    broken, sound = file(world, organisation, "t1"), file(world, organisation, "t2")
    deliver(replace(world, letters=FirstIsBroken()))
    waiting, sent = sorted((state(world, broken), state(world, sound)), key=lambda n: n.status, reverse=True)
    assert (waiting.status, waiting.reason) == (NoticeStatus.WAITING, "KeyError")
    assert sent.status is NoticeStatus.SENT


@pytest.mark.parametrize("death", ["before the mail is handed over", "before that is saved"])
def test_a_run_that_dies_is_made_good_by_the_next_under_the_same_id(world, receipt, death, monkeypatch):
    def die(*_, **__):
        raise Died

    with monkeypatch.context() as patch:
        if death == "before the mail is handed over":
            patch.setattr(world.mail, "send", die)
        else:
            patch.setattr(world.records, "save", die)
        with pytest.raises(Died):
            deliver(world)
    assert deliver(world).acted == 1
    assert {id for id, *_ in world.mail.sent} == {receipt}
    assert len(world.mail.sent) == (1 if death == "before the mail is handed over" else 2)
    assert state(world, receipt).status is NoticeStatus.SENT


def test_of_two_deliveries_at_once_one_saves_and_the_other_does_no_harm(world, receipt):
    class Interrupted(MemoryMail):
        """While the first delivery hands the letter over, a second one runs from beginning to end."""

        other: object = None

        def send(self, message_id, to, subject, text):
            super().send(message_id, to, subject, text)
            if len(self.sent) == 1:
                self.other = deliver(interrupted)

    mail = Interrupted()
    interrupted = replace(world, mail=mail)
    outer = deliver(interrupted)
    assert (mail.other.acted, outer.acted) == (1, 0)
    assert {id for id, *_ in mail.sent} == {receipt}
    assert (state(world, receipt).status, state(world, receipt).attempts) == (NoticeStatus.SENT, 1)


def test_a_run_without_time_leaves_the_rest_to_the_next(world, organisation):
    for n in range(3):
        file(world, organisation, f"t{n}")
    seconds = iter([300, 300, 5])
    summary = notices.deliver(world, lambda: next(seconds))
    assert (summary.acted, summary.left) == (2, True)
    assert deliver(world).acted == 1


def test_a_failed_notice_is_sent_again_when_an_officer_asks(world, receipt):
    world.mail.broken = NoSuchAddressError("malformed")
    deliver(world)
    (row,) = notices.failed(world, "test").rows
    notices.send_again(world, "test", receipt, version=row.version)
    world.mail.broken = None
    assert deliver(world).acted == 1
    assert notices.failed(world, "test").rows == ()
    assert [id for id, *_ in world.mail.sent] == [receipt]


def test_only_a_failed_notice_is_sent_again_and_only_as_it_was_seen(world, receipt):
    with pytest.raises(IllegalMoveError):
        notices.send_again(world, "test", receipt, version=1)
    deliver(world)
    with pytest.raises(StaleRecordError):
        notices.send_again(world, "test", receipt, version=1)


def test_notices_of_a_year_are_listed_newest_first_and_by_status(world, organisation):
    ids = []
    for n in range(3):
        ids.append(file(world, organisation, f"t{n}"))
        world.clock.forward(minutes=1)
    deliver(world)
    ids.append(file(world, organisation, "t3"))
    assert [r.key.id for r in notices.of_year(world, "test", 2570).rows] == ids[::-1]
    waiting = notices.of_year(world, "test", 2570, NoticeStatus.WAITING)
    assert [r.key.id for r in waiting.rows] == ids[3:]
    assert notices.of_year(world, "test", 2569).rows == ()


def test_a_status_that_is_rare_is_found_behind_many_others(world, organisation):
    rare = file(world, organisation, "rare")
    world.mail.broken = NoSuchAddressError("malformed")
    deliver(world)
    world.mail.broken = None
    for n in range(120):
        world.clock.forward(seconds=1)
        file(world, organisation, f"t{n}", f"a{n}@example.com")
    deliver(world)
    found = notices.of_year(world, "test", 2570, NoticeStatus.FAILED)
    assert [r.key.id for r in found.rows] == [rare]
    assert found.next_cursor is None


def test_nobody_has_us_flood_an_address_and_a_failed_letter_goes_out_another_day(world, organisation):
    ids = [file(world, organisation, f"t{n}") for n in range(notices.MOST_LETTERS + 3)]
    deliver(world)
    assert len(world.mail.sent) == notices.MOST_LETTERS
    failed = [id for id in ids if state(world, id).status is NoticeStatus.FAILED]
    assert {state(world, id).reason for id in failed} == {"too_often"}
    assert len(failed) == 3
    notices.send_again(world, "test", failed[0], version=2)
    deliver(world)
    assert state(world, failed[0]).status is NoticeStatus.FAILED
    world.clock.forward(days=1)
    notices.send_again(world, "test", failed[0], version=4)
    deliver(world)
    assert state(world, failed[0]).status is NoticeStatus.SENT


def test_an_officer_is_written_to_however_often(world, organisation):
    employ(world, "test", "palad", Role.CHIEF_ADMINISTRATOR)
    for n in range(notices.MOST_LETTERS + 3):
        report = replace(REPORT, email="", subject=f"เรื่องที่ {n}")
        complaints.file(world, organisation, report, consent=True, token=f"t{n}", channel=Channel.WEB)
    world.clock.at = bangkok("2026-12-10 02:00")
    complaints.night(world, lambda: 300)
    world.clock.at = bangkok("2026-12-14 08:30")
    deliver(world)
    assert len(world.mail.sent) == notices.MOST_LETTERS + 3


@pytest.fixture
def reminder(world, organisation):
    """A reminder to an officer that may go out from Friday, 4 December, 08:30."""
    employ(world, "test", "nong", Grant(Role.UNIT_OFFICER, "palad"))
    complaints.file(
        world, organisation, replace(REPORT, email=""), consent=True, token="t", channel=Channel.WEB
    )
    world.clock.at = bangkok("2026-12-04 02:00")
    complaints.night(world, lambda: 300)
    (id,) = [k.id for k in world.records.records if k.kind == "notice"]
    return id


@pytest.mark.parametrize(
    ("late", "opens"),
    [
        ("2026-12-04 16:30", "2026-12-08 08:30"),
        ("2026-12-05 10:00", "2026-12-08 08:30"),
        ("2026-12-08 00:00", "2026-12-08 08:30"),
        ("2026-12-31 09:00", "2027-01-04 08:30"),
        ("2027-04-13 09:00", "2027-04-16 08:30"),
    ],
)
def test_a_run_that_comes_late_disturbs_no_officer_outside_office_hours(world, reminder, late, opens):
    world.clock.at = bangkok(late)
    deliver(world)
    assert world.mail.sent == []
    assert state(world, reminder).next_attempt == bangkok(opens)
    assert state(world, reminder).attempts == 0
    assert deliver(world).due == 0
    world.clock.at = bangkok(opens)
    deliver(world)
    assert len(world.mail.sent) == 1


def test_an_attempt_hours_after_one_that_failed_waits_for_the_morning(world, reminder):
    world.clock.at = bangkok("2026-12-04 08:30")
    world.mail.broken = MailError("Throttling")
    # The fourth attempt is eight hours after the third: at 19:05.
    for _ in range(4):
        deliver(world)
        world.clock.at = state(world, reminder).next_attempt
    world.mail.broken = None
    deliver(world)
    assert world.mail.sent == []
    assert state(world, reminder).next_attempt == bangkok("2026-12-08 08:30")


def test_a_complainant_has_the_answer_to_her_own_complaint_at_once(world, receipt):
    world.clock.at = bangkok("2026-12-05 23:59")
    deliver(world)
    assert len(world.mail.sent) == 1

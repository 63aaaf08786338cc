"""Notices delivered through SES and DynamoDB, killed at every call on the way."""

from email import message_from_string
from email.policy import default

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from msgspec.structs import replace

from chalicelib.adapters.mail import SesMail
from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.notices import Notice, NoticeStatus
from chalicelib.services import complaints, notices, organisations
from chalicelib.services.ports import MailError, NoSuchAddressError
from chalicelib.services.world import World
from chalicelib.web.letters import TemplateLetters
from tests.builders.calls import counted, killed_at
from tests.builders.organisations import establish
from tests.builders.world import MovableClock

REPORT = Report(category="road", subject="ถนนชำรุด", detail="เป็นหลุมลึกหน้าวัด", email="a@example.com")
SENDER = "notices@sucharit.example"


@pytest.fixture
def posted(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose mail goes to SES."""
    monkeypatch.setenv("MAIL_SENDER", SENDER)
    boto3.client("sesv2").create_email_identity(EmailIdentity="sucharit.example")
    return replace(world, mail=SesMail(), letters=TemplateLetters("https://sucharit.example"))


@pytest.fixture
def receipt(posted: World) -> str:
    """A notice that waits, by its id."""
    organisation = establish(posted)
    complaints.file(posted, organisation, REPORT, consent=True, token="t", channel=Channel.WEB)
    [key] = posted.records.due(Notice, posted.clock.now())
    return key.id


def messages() -> list:
    """What SES was handed over."""
    sent = ses_backends[DEFAULT_ACCOUNT_ID]["ap-southeast-1"].sent_messages
    return [message_from_string(m.raw_data, policy=default) for m in sent]


def deliver(world: World) -> notices.Summary:
    return notices.deliver(world, lambda: 300)


def status(world: World, id: str) -> NoticeStatus:
    record = world.records.get(Notice, "test", id)
    assert record
    return record.state.status


def test_a_notice_reaches_ses_as_a_thai_letter_with_its_own_id(posted: World, receipt: str) -> None:
    assert deliver(posted).acted == 1
    [message] = messages()
    assert message["Message-ID"] == f"<{receipt}@sucharit.example>"
    assert message["From"] == SENDER
    assert message["To"] == "a@example.com"
    assert message["Subject"] == "รับเรื่องร้องเรียนของท่านแล้ว – อบต.ทดสอบ"
    assert "เป็นหลุมลึก" not in message.get_content()
    assert "https://sucharit.example/test/complaints/track" in message.get_content()
    assert (status(posted, receipt), deliver(posted).due) == (NoticeStatus.SENT, 0)


def test_a_delivery_killed_at_any_call_is_made_good_by_the_next(posted: World, receipt: str) -> None:
    with counted() as calls:
        deliver(posted)
    assert status(posted, receipt) is NoticeStatus.SENT
    for call in range(1, len(calls) + 1):
        for after in (False, True):
            organisation = organisations.find(posted, "test")
            token = f"t{call}{after}"
            report = replace(REPORT, email=f"{token}@example.com")
            complaints.file(posted, organisation, report, consent=True, token=token, channel=Channel.WEB)
            [key] = posted.records.due(Notice, posted.clock.now())
            before = len(messages())
            with killed_at(call, after=after):
                deliver(posted)
            deliver(posted)
            assert status(posted, key.id) is NoticeStatus.SENT
            ids = {m["Message-ID"] for m in messages()[before:]}
            assert ids == {f"<{key.id}@sucharit.example>"}


def test_what_ses_refuses_is_tried_later_and_names_no_address(
    posted: World, receipt: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("sesv2").delete_email_identity(EmailIdentity="sucharit.example")
    deliver(posted)
    record = posted.records.get(Notice, "test", receipt)
    assert record
    assert (record.state.status, record.state.reason) == (NoticeStatus.WAITING, "MessageRejected")
    assert messages() == []
    boto3.client("sesv2").create_email_identity(EmailIdentity="sucharit.example")
    clock.forward(minutes=5)
    deliver(posted)
    assert status(posted, receipt) is NoticeStatus.SENT


def test_an_error_of_ses_is_told_by_its_code_alone(posted: World) -> None:
    boto3.client("sesv2").delete_email_identity(EmailIdentity="sucharit.example")
    with pytest.raises(MailError) as refused:
        posted.mail.send("n1", "a@example.com", "s", "t")
    assert str(refused.value) == "MessageRejected"
    assert refused.value.__cause__ is None


def test_an_address_that_is_none_never_reaches_ses(posted: World) -> None:
    with pytest.raises(NoSuchAddressError):
        posted.mail.send("n1", "a@example.com\r\nBcc: b@example.com", "s", "t")
    assert messages() == []

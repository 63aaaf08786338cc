"""Messages as they go to SES."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.mime import compose
from chalicelib.services.ports import NoSuchAddressError

SENDER = "notices@sucharit.example"
HEADERS = {
    "Message-ID",
    "References",
    "From",
    "To",
    "Subject",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


def read(subject: str = "เรื่อง", text: str = "ข้อความ\n", to: str = "a@example.com", id: str = "n1"):
    """The message as its receiver's program reads it."""
    raw = compose(SENDER, id, to, subject, text).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 998
    return message_from_bytes(raw, policy=default)


def test_thai_arrives_as_it_was_written() -> None:
    subject = "รับเรื่องร้องเรียนของท่านแล้ว – อบต.บางแค " * 5
    message = read(subject, "บรรทัดแรก\n\n" + "ยาว" * 2000 + "\n")
    assert message["Subject"] == subject.strip()
    assert message.get_content().replace("\r\n", "\n") == "บรรทัดแรก\n\n" + "ยาว" * 2000 + "\n"


def test_the_same_notice_has_the_same_message_id() -> None:
    assert read(id="n1")["Message-ID"] == read("อื่น", id="n1")["Message-ID"] == "<n1@sucharit.example>"


def test_no_absence_notice_is_to_answer() -> None:
    assert read()["Auto-Submitted"] == "auto-generated"


@given(subject=st.text(), text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_makes_a_header_of_its_own(subject: str, text: str) -> None:
    message = read(subject.encode("utf-8", "ignore").decode() + "\r\nBcc: victim@example.com", text)
    assert set(message.keys()) == HEADERS
    assert "victim" in message["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "a",
        "a@",
        "@example.com",
        "a@b..c",
        "a b@example.com",
        "a@example.com,b@example.com",
        "a@example.com\r\nBcc: victim@example.com",
        "<a>@example.com",
        "สมชาย@example.com",
        "a@" + "b" * 70 + ".com",
        "a@\u200b.com",
    ],
)
def test_what_is_no_address_that_mail_can_reach_is_refused(address: str) -> None:
    with pytest.raises(NoSuchAddressError) as refused:
        compose(SENDER, "n1", address, "s", "t")
    assert address not in str(refused.value) or address in {"", "a", "@"}


def test_a_thai_domain_is_written_as_the_name_system_writes_it() -> None:
    assert read(to="info@ไทย.ไทย")["To"] == "info@xn--o3cw4h.xn--o3cw4h"

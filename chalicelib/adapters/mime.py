"""An email as it travels."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.services.ports import NoSuchAddressError


def compose(sender: str, message_id: str, to: str, subject: str, text: str) -> EmailMessage:
    """A message in plain text, marked as a program's, so that no absence notice answers it.

    SES puts a Message-ID of its own in the place of ours when it delivers; `References` stays, so that a
    mail program shows a repeated message beside the first. Raises NoSuchAddressError.
    """
    id = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message = EmailMessage(SMTP)
    message["Message-ID"] = id
    message["References"] = id
    message["From"] = Address(addr_spec=sender)
    message["To"] = _address(to)
    # A line break in a header would begin another header: there is none left after this.
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    return message


def _address(typed: str) -> Address:
    """The address, its domain as the name system writes it. SES takes no letters but ASCII before the @."""
    user, _, domain = typed.rpartition("@")
    try:
        address = Address(addr_spec=f"{user}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, HeaderParseError):
        raise NoSuchAddressError("malformed") from None
    if not (user.isascii() and address.username and address.domain):
        raise NoSuchAddressError("malformed")
    return address

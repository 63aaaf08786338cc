"""Email by Amazon SES, as raw messages: only so does a message carry an id of ours."""

import os
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.tables import connection
from chalicelib.services.ports import MailError, NoSuchAddressError

# Together they stay below the seconds at which a job's run leaves the rest to the next one.
_LIMITS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})


class SesMail:
    """Implements the port `Mail`. The sender is the address in MAIL_SENDER, an identity of SES."""

    def send(self, message_id: str, to: str, subject: str, text: str) -> None:
        sender = os.environ["MAIL_SENDER"]
        message = compose(sender, message_id, to, subject, text)
        try:
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [message["To"].addresses[0].addr_spec]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        except ClientError as error:
            # The error's message may name the address, its code does not.
            raise MailError(error.response["Error"]["Code"]) from None
        except BotoCoreError as error:
            raise MailError(type(error).__name__) from None

    @cached_property
    def _client(self) -> Any:
        return connection().session.create_client("sesv2", config=_LIMITS)


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

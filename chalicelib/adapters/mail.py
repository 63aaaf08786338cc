"""Email by Amazon SES, as raw messages: only so does a message carry an id of ours."""

import os
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.tables import connection
from chalicelib.services.ports import MailError

# Together they stay below the seconds at which a job's run leaves the rest to the next one.
_LIMITS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})


class SesMail:
    """Implements the port `Mail`. The sender is the address in MAIL_SENDER, an identity of SES."""

    def send(self, message_id: str, to: str, subject: str, text: str) -> None:
        # Imported here: every door makes this adapter, and one job alone sends with it.
        from chalicelib.adapters.mime import compose  # noqa: PLC0415

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

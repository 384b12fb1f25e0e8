"""Mail by Amazon's Simple Email Service."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from shared.clock import Clock
from shared.errors import ServiceUnavailable
from shared.mail.message import compose, parse_mailbox
from shared.mail.protocol import Mail, MailRefused, MailUncertain

_REFUSED = frozenset({"MessageRejected", "BadRequestException", "InvalidParameterValue"})


class SesMailer:
    """Sends messages by SES; `timeout` is in seconds, per response.

    Without keys, boto3 uses those of the environment.
    """

    repeatable = False

    def __init__(
        self,
        region: str,
        *,
        sender: str,
        clock: Clock,
        access_key: str = "",
        secret_key: str = "",
        endpoint_url: str | None = None,
        timeout: float = 20.0,
    ) -> None:
        import boto3
        from botocore.config import Config

        self._sender = parse_mailbox(sender)
        self._clock = clock
        # A retry by the client could deliver the message twice.
        once = Config(connect_timeout=5, read_timeout=timeout, retries={"total_max_attempts": 1})
        self._client: Any = boto3.session.Session().client(
            "sesv2",
            region_name=region,
            endpoint_url=endpoint_url,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=once,
        )

    async def send(self, mail: Mail) -> None:
        message = compose(mail, sender=self._sender, at=self._clock.now())
        recipient = _encode_ascii(parse_mailbox(mail.to))
        message.replace_header("To", recipient)
        await asyncio.to_thread(self._deliver, message, recipient.addr_spec)

    async def aclose(self) -> None:
        self._client.close()

    def _deliver(self, message: EmailMessage, recipient: str) -> None:
        content = message.as_bytes(policy=SMTP.clone(cte_type="7bit"))
        with _translate_errors():
            self._client.send_email(
                FromEmailAddress=self._sender.addr_spec,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": content}},
            )


def _encode_ascii(address: Address) -> Address:
    """Return the address with its domain in IDNA. Raises MailRefused for a user name beyond ASCII."""
    try:
        address.username.encode("ascii")
        domain = address.domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise MailRefused("This address cannot receive mail from us; use one in ASCII") from error
    return Address(address.display_name, address.username, domain)


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate errors of SES to those of the port."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _REFUSED:
            raise MailRefused from error
        raise ServiceUnavailable("The mail service refused the message for now; try again later") from error
    except HTTPClientError as error:  # after connecting
        raise MailUncertain from error
    except BotoCoreError as error:
        raise ServiceUnavailable("The mail service is not available; try again later") from error

"""The port of outgoing mail."""

from dataclasses import dataclass
from typing import Protocol

from shared.errors import ProcessingFailed


@dataclass(frozen=True)
class Mail:
    """A message, identified by its `key`."""

    key: str
    to: str
    subject: str
    text: str


class MailRefused(ProcessingFailed):
    """The message was refused for good: sending it again is useless (502)."""

    message = "The message could not be delivered"


class MailUncertain(ProcessingFailed):
    """The connection broke after the text was sent: the message may have been accepted (502)."""

    message = "The message may not have been delivered"


class Mailer(Protocol):
    """The port of mail.

    Raises ServiceUnavailable where the message was certainly not accepted and may be sent again; MailRefused
    and MailUncertain where it may not; ValueError for a line break in a header, or where `to` is not one
    address.
    """

    @property
    def repeatable(self) -> bool:
        """True where sending the same key twice leaves one message."""
        ...

    async def send(self, mail: Mail) -> None: ...

    async def aclose(self) -> None: ...

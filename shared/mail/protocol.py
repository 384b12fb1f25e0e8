"""The port of outgoing mail."""

from dataclasses import dataclass
from typing import Protocol

from shared.errors import ProcessingFailed


@dataclass(frozen=True)
class Mail:
    """`key` identifies the message: the same key is the same message, also when it is handed in again."""

    key: str
    to: str
    subject: str
    text: str


class MailRefused(ProcessingFailed):
    """The message was refused for good; handing it in again is of no use (502)."""

    message = "The message could not be delivered"


class MailUncertain(ProcessingFailed):
    """The connection broke after the text was sent: the message was taken, or it was not (502)."""

    message = "It is not known whether the message was delivered"


class Mailer(Protocol):
    """Raises ServiceUnavailable when the message was surely not taken, and may be handed in again;
    MailRefused and MailUncertain, when it may not; ValueError when a header would hold a line break,
    or `to` is not exactly one address."""

    @property
    def repeatable(self) -> bool:
        """Whether handing in the same key twice leaves one message."""
        ...

    async def send(self, mail: Mail) -> None: ...

    async def aclose(self) -> None: ...

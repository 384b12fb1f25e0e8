"""The port of outgoing mail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Mail:
    """`key` identifies the message: the same key is the same message, also when it is handed in again."""

    key: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Raises ServiceUnavailable when the message was surely not taken, and may be handed in again."""

    @property
    def repeatable(self) -> bool:
        """Whether handing in the same key twice leaves one message."""
        ...

    async def send(self, mail: Mail) -> None: ...

    async def aclose(self) -> None: ...

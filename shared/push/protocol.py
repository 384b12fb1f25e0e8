"""The port of notifications to devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MAX_TOKENS = 500  # at once: what Firebase takes


@dataclass(frozen=True)
class Notification:
    """`key` identifies it: a device shows a second one of the same key in the place of the first.
    `data` is for the application."""

    key: str
    title: str
    body: str
    data: Mapping[str, str] = field(default_factory=dict)


class Push(Protocol):
    """Raises ServiceUnavailable when no device was reached, and the notification may be handed in again."""

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        """Send to at most 500 devices; gives the tokens that are gone for good."""
        ...

    async def aclose(self) -> None: ...

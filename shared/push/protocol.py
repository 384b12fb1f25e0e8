"""The port of notifications to devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MAX_TOKENS = 500  # in one request; Firebase's limit


@dataclass(frozen=True)
class Notification:
    """A notification; a device replaces an earlier one of the same `key`. `data` is for the application."""

    key: str
    title: str
    body: str
    data: Mapping[str, str] = field(default_factory=dict)


class Push(Protocol):
    """The port of push. Raises ServiceUnavailable where no device was reached and a retry is useful."""

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        """Send to at most `MAX_TOKENS` devices; return the tokens that are invalid for good."""
        ...

    async def aclose(self) -> None: ...

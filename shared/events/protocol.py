"""The port of events."""

from collections.abc import Sequence
from typing import Protocol

from shared.messages import EventEnvelope


class Events(Protocol):
    """Raises ServiceUnavailable when an event was not surely taken; it may then be published again."""

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        """Hand the events over durably; delivered at least once, in any order, to each subscribed group."""
        ...

"""The port of events."""

from collections.abc import Sequence
from typing import Protocol

from shared.messages import EventEnvelope


class Events(Protocol):
    """The port of events. Raises ServiceUnavailable where a publication is uncertain and may be repeated."""

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        """Publish the events durably: delivered at least once, in any order, to each subscribed group."""
        ...

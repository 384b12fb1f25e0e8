"""Events on the embedded queue."""

from collections.abc import Sequence

from shared.messages import EventEnvelope
from shared.queue import Message, Queue


class EmbeddedEvents:
    """Implements `Events`; the local worker delivers to each group that subscribes in functions.yaml."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def publish(self, events: Sequence[EventEnvelope]) -> None:
        await self._queue.push(
            [
                Message(
                    id=f"event:{event.id}", topic="event", target="", name=event.type,
                    payload={
                        "id": event.id, "time": event.time.isoformat(), "data": dict(event.data),
                        "request_id": event.request_id, "trace": event.trace,
                    },
                    due_at=event.time,
                )
                for event in events
            ]
        )  # fmt: skip

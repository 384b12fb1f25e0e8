"""Tasks on the embedded queue."""

from collections.abc import Sequence

from shared.clock import Clock
from shared.messages import TaskEnvelope
from shared.queue import Message, Queue


class EmbeddedTasks:
    """Implements `Tasks`; the local worker delivers each when it is due."""

    def __init__(self, queue: Queue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    async def enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        now = self._clock.now()
        await self._queue.push(
            [
                Message(
                    id=f"task:{task.id}", topic="task", target=task.group, name=task.name,
                    payload={
                        "id": task.id, "data": dict(task.data),
                        "request_id": task.request_id, "trace": task.trace,
                    },
                    due_at=max(task.not_before or now, now),
                )
                for task in tasks
            ]
        )  # fmt: skip

"""The port of tasks."""

from collections.abc import Sequence
from typing import Protocol

from shared.messages import TaskEnvelope


class Tasks(Protocol):
    """Raises ServiceUnavailable when a task was not surely taken; it may then be handed in again."""

    async def enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        """Hand the tasks over durably. A task whose id is still remembered is not taken twice; that
        memory is short, so it saves work and guarantees nothing."""
        ...

"""The port of tasks."""

from collections.abc import Sequence
from typing import Protocol

from shared.messages import TaskEnvelope


class Tasks(Protocol):
    """The port of tasks. Raises ServiceUnavailable where an enqueueing is uncertain and may be repeated."""

    async def enqueue(self, tasks: Sequence[TaskEnvelope]) -> None:
        """Enqueue the tasks durably, without those whose id is still known.

        Ids are remembered only for a short time: it saves work and guarantees nothing.
        """
        ...

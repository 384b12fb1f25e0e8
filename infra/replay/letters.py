"""The dead letters that a replay lists, and those that it chooses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.consumers import MAX_REPLAY_AGE


@dataclass(frozen=True)
class Letter:
    """A message that failed for good; `time` is that of an event, or when a task died."""

    kind: Literal["event", "task", "entry"]
    name: str
    group: str
    id: str
    time: datetime
    error: str = ""

    def format_line(self) -> str:
        """Return the line of the list."""
        return (
            f"{self.time:%Y-%m-%d %H:%M} {self.kind} {self.name} {self.group} {self.id} {self.error}".rstrip()
        )


@dataclass(frozen=True)
class Selection:
    """The choice of letters: by event type or task name, and for one consumer of one group; empty is any."""

    name: str = ""
    group: str = ""
    consumer: str = ""

    def fits(self, letter: Letter, *, now: datetime) -> bool:
        """Tell whether the letter is replayed.

        An event that is older than its group's consumers remember goes to a named consumer alone: the one
        that failed. Another would apply it twice.
        """
        if self.name not in ("", letter.name) or self.group not in ("", letter.group):
            return False
        if letter.kind != "event":
            return not self.consumer
        return bool(self.consumer) or now - letter.time <= MAX_REPLAY_AGE


@dataclass(frozen=True)
class Replayed:
    """The letters that will be delivered again, and those that were left."""

    letters: tuple[Letter, ...] = ()
    left: tuple[Letter, ...] = ()

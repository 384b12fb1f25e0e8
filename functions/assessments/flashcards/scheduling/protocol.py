"""What a scheduler is."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import Answer


class Step(NamedTuple):
    """What an answer makes of a scheduler's memory, by the fields of `Schedule` that hold it, and the whole
    days after which the card should be asked again: never less than one."""

    memory: Mapping[str, float]
    interval_days: int


class Scheduler(Protocol):
    """Pure: the same schedule and answer always give the same step."""

    def after(self, schedule: Schedule, answer: Answer) -> Step: ...

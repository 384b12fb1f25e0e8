"""The protocol of a scheduler."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.models import Answer

MAX_INTERVAL_DAYS = 36_500


class Step(NamedTuple):
    """A scheduler's memory after an answer, by the fields of `Schedule` that hold it, and its interval.

    After the interval, in whole days and at least one, the card should be asked again.
    """

    memory: Mapping[str, float]
    interval_days: int


class Scheduler(Protocol):
    """A pure function: the same schedule and answer always give the same step."""

    def advance(self, schedule: Schedule, answer: Answer) -> Step: ...

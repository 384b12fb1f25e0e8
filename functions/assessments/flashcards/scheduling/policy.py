"""The policy by which a user's reviews are scheduled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.fsrs import Fsrs, Model, Weights
from functions.assessments.flashcards.scheduling.models import Answer, Review, SchedulerName
from functions.assessments.flashcards.scheduling.protocol import Scheduler, Step
from functions.assessments.flashcards.scheduling.sm2 import Sm2
from shared.published.flashcards import StudyState


@dataclass(frozen=True)
class Policy:
    """The named `scheduler` decides on intervals; the memory of the other is kept up too."""

    scheduler: SchedulerName = "sm2"
    desired_retention: float = 0.9
    weights: Weights | None = None

    @classmethod
    def of(cls, state: StudyState) -> Self:
        return cls(state.scheduler, state.desired_retention, state.weights)

    @property
    def model(self) -> Model:
        return Model.of(self.weights)

    def as_of(self, review: Review) -> Self:
        """Return the policy with the scheduler that the review had."""
        return replace(self, scheduler=review.scheduler, desired_retention=review.desired_retention)

    def advance(self, schedule: Schedule, answer: Answer) -> Mapping[SchedulerName, Step]:
        """Return each scheduler's step."""
        schedulers: dict[SchedulerName, Scheduler] = {
            "sm2": Sm2(),
            "fsrs": Fsrs(self.desired_retention, self.model),
        }
        return {name: scheduler.advance(schedule, answer) for name, scheduler in schedulers.items()}

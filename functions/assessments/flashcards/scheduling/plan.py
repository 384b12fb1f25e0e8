"""How a user's reviews are scheduled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.fsrs import Fsrs
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.protocol import Scheduler, Step
from functions.assessments.flashcards.scheduling.sm2 import Sm2
from shared.published.flashcards import StudyState

Name = Literal["sm2", "fsrs"]


@dataclass(frozen=True)
class Plan:
    """`scheduler` decides on intervals; what the others remember is kept up too."""

    scheduler: Name = "sm2"
    desired_retention: float = 0.9
    weights: tuple[float, ...] | None = None

    @classmethod
    def of(cls, state: StudyState) -> Self:
        return cls(state.scheduler, state.desired_retention, state.weights)

    def as_of(self, review: Review) -> Self:
        return replace(self, scheduler=review.scheduler, desired_retention=review.desired_retention)

    def steps(self, schedule: Schedule, answer: Answer) -> Mapping[Name, Step]:
        schedulers: dict[Name, Scheduler] = {
            "sm2": Sm2(),
            "fsrs": Fsrs(self.desired_retention, self.weights),
        }
        return {name: scheduler.after(schedule, answer) for name, scheduler in schedulers.items()}

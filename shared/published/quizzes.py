"""Event published by `functions/assessments` when an attempt at a quiz is completed."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.messages import Event


class FirstAnswer(BaseModel):
    """The first answer to a question of which the learner saw the mark; a later one may be corrected."""

    model_config = ConfigDict(frozen=True)

    points: float
    selected: tuple[str, ...] = ()


class QuestionFact(BaseModel):
    """The outcome of one question of an attempt; `selected` are the ids of the chosen options.

    `correct` means full points, and is None while the answer is not graded. `first` is None if the learner
    saw no mark before completion, and in events of earlier versions.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    answered: bool
    correct: bool | None
    points: float
    points_possible: float
    concept: str = ""
    seconds: float = 0.0
    selected: tuple[str, ...] = ()
    first: FirstAnswer | None = None


class QuizAttemptCompleted(Event):
    """An attempt was completed, on `day` in the user's time zone.

    `questions` are those of the attempt in the order shown, 500 at most.
    """

    type: ClassVar[str] = "quiz_attempt.completed"

    user: str
    quiz: str
    course: str
    attempt: str
    percentage: float
    passed: bool
    completed_at: datetime
    day: date
    questions: tuple[QuestionFact, ...]

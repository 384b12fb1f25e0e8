"""Published by `functions/assessments`: that an attempt at a quiz is over."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.messages import Event


class QuestionFact(BaseModel):
    """How one question of an attempt went. `correct` is None while nobody has graded it, and tells of full
    points otherwise; `selected` are the ids of the options chosen."""

    model_config = ConfigDict(frozen=True)

    question: str
    answered: bool
    correct: bool | None
    points: float
    points_possible: float
    concept: str = ""
    seconds: float = 0.0
    selected: tuple[str, ...] = ()


class QuizAttemptCompleted(Event):
    """`day` is the user's; `questions` are those of the attempt, at most 500, in the order shown."""

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

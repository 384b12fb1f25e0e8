"""Quizzes as they are stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, NewQuestion
from shared.store import Document

QuizType = Literal["practice", "exam", "assessment"]
QuizSource = Literal["manual", "generated", "import"]


class QuizContent(BaseModel):
    """A quiz without its questions.

    Each attempt draws `questions_per_attempt` of them at random, or has all if that is None. `passing_score`
    is a percentage; `fingerprint` is the hash of the imported file.
    """

    model_config = ConfigDict(frozen=True)

    course: str
    title: str
    description: str = ""
    topic: str = ""
    quiz_type: QuizType = "practice"
    time_limit_minutes: int | None = None
    passing_score: float = 70.0
    max_attempts: int | None = None
    randomize_questions: bool = False
    show_results_immediately: bool = True
    adaptive: bool = False
    questions_per_attempt: int | None = None
    assessment: str | None = None
    source: QuizSource = "manual"
    fingerprint: str | None = None
    generator: str | None = None
    confidence: float | None = None


class NewQuiz(QuizContent):
    """A quiz to be added with all its questions in one transaction. Adding the same `id` twice fails."""

    id: str | None = None
    questions: tuple[NewQuestion, ...] = Field(default=(), max_length=MAX_QUESTIONS)


class Quiz(QuizContent, Document):
    """A quiz with the ids of its questions in their order."""

    questions: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime


class QuizState(Document):
    """The attempts at the quiz that is its id: the number begun, and the one in progress, if any.

    `open_exam` is True if that one is an exam; `open_until` is when its time is up.
    """

    used: int = 0
    open_attempt: str | None = None
    open_exam: bool = False
    open_until: datetime | None = None

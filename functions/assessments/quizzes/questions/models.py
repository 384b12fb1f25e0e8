"""Questions as they are stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from functions.assessments.flashcards.cards.models import Citation, Difficulty
from shared.model.protocol import RubricPoint
from shared.store import Document

QuestionType = Literal[
    "multiple_choice", "multiple_select", "true_false", "short_answer", "numeric", "essay", "code"
]

MAX_QUESTIONS = 500  # of one quiz: its document lists their ids


class Option(BaseModel):
    """An option of a question."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    is_correct: bool = False


class QuestionContent(BaseModel):
    """The text of a question and its key.

    With `graded_by_model` the model grades short answers that match no accepted one; essays are graded by
    their `rubric`.
    """

    model_config = ConfigDict(frozen=True)

    question_text: str
    question_type: QuestionType
    points: float = 1.0
    options: tuple[Option, ...] = ()
    accepted_answers: tuple[str, ...] = ()
    correct_answer: float | None = None
    tolerance: float = 0.0
    unit: str = ""
    rubric: tuple[RubricPoint, ...] = ()
    graded_by_model: bool = False
    explanation: str = ""
    difficulty_level: Difficulty = "medium"
    concept: str = ""
    tags: tuple[str, ...] = ()
    citation: Citation | None = None
    confidence: float | None = None
    generator: str | None = None


class NewQuestion(QuestionContent):
    """A question to be added. Adding the same `id` twice fails."""

    id: str | None = None


class Question(QuestionContent, Document):
    """A question of a quiz. `course` is the quiz's at the time the question was added."""

    quiz: str
    course: str
    created_at: datetime
    updated_at: datetime

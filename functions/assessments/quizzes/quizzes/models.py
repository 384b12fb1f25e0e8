"""Quizzes and questions as they are stored."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.assessments.flashcards.cards.models import Citation, Difficulty
from shared.model.protocol import RubricPoint
from shared.store import Document

QuizType = Literal["practice", "exam", "assessment"]
QuestionType = Literal[
    "multiple_choice", "multiple_select", "true_false", "short_answer", "numeric", "essay", "code"
]
QuizSource = Literal["manual", "generated", "import"]

MOST_QUESTIONS = 500  # of one quiz: their ids stand in its document


class Quiz(Document):
    """`questions` are the ids of its questions in their order; each attempt draws `questions_per_attempt` of
    them by chance, or takes all where that is None. `passing_score` is a percentage; `fingerprint` is of the
    file that was imported."""

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
    questions: tuple[str, ...] = ()
    assessment: str | None = None
    source: QuizSource = "manual"
    fingerprint: str | None = None
    generator: str | None = None
    confidence: float | None = None
    created_at: datetime
    updated_at: datetime


class Option(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    is_correct: bool = False


class QuestionContent(BaseModel):
    """What a question asks and what is right. `graded_by_model` has short answers that match no accepted one
    judged by the model; essays are judged by their `rubric`."""

    model_config = ConfigDict(frozen=True)

    question_text: str
    question_type: QuestionType
    points: float = 1.0
    options: tuple[Option, ...] = ()
    accepted_answers: tuple[str, ...] = ()
    correct_answer: float | None = None
    tolerance: float = 0.0
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
    """A question to be added. A given `id` makes adding it twice fail."""

    id: str | None = None


class Question(QuestionContent, Document):
    """`course` is its quiz's when the question was made."""

    quiz: str
    course: str
    created_at: datetime
    updated_at: datetime


class NewQuiz(BaseModel):
    """A quiz to be made with all its questions in one transaction."""

    model_config = ConfigDict(frozen=True)

    id: str | None = None
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
    questions: tuple[NewQuestion, ...] = Field(default=(), max_length=MOST_QUESTIONS)


class QuizState(Document):
    """The attempts at the quiz that is its id: how many were begun, and the one in progress, if any; whether
    that is an exam, and when its time is up."""

    used: int = 0
    open_attempt: str | None = None
    open_exam: bool = False
    open_until: datetime | None = None

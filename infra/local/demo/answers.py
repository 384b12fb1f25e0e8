"""The parts of the API's answers that the demo reads."""

from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

Row = TypeVar("Row")


class Health(BaseModel):
    """The state of the API."""

    status: str
    version: str
    checks: dict[str, str] = Field(default_factory=dict)


class UserRow(BaseModel):
    """The signed-in user."""

    id: str
    username: str
    email: str


class SignedIn(BaseModel):
    """A session's tokens."""

    access: str
    refresh: str
    user: UserRow


class Listed(BaseModel, Generic[Row]):
    """One page of a list."""

    count: int
    results: list[Row]


class Course(BaseModel):
    """A course."""

    id: str
    name: str
    exam_date: date | None = None


class DocumentRow(BaseModel):
    """A document in a list."""

    id: str
    name: str
    document_type: str
    file_size_bytes: int


class Uploaded(BaseModel):
    """The answer to an upload."""

    document: DocumentRow


class ProcessingStatus(BaseModel):
    """A document's progress; `processing_status` is pending, processing, completed or failed."""

    processing_status: str
    processing_error: str | None = None
    progress_percentage: int = 0


class Content(BaseModel):
    """The text of a document."""

    extracted_text: str


class Citation(BaseModel):
    """The quote that a card or a question stands on."""

    document_id: str
    quote: str
    page: int | None = None


class Card(BaseModel):
    """A generated card; `generator` names the model that wrote it."""

    id: str
    question: str
    answer: str
    generator: str | None = None
    citation: Citation | None = None


class GateReport(BaseModel):
    """The number of drafts that the model proposed, and that each rule of the quality gate dropped."""

    generator: str = ""
    proposed: int = 0
    accepted: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)


class Generated(BaseModel):
    """Generated cards with the report of the gate."""

    flashcards: list[Card]
    agent_metadata: GateReport = GateReport()


class GeneratedQuestion(BaseModel):
    """A question as generation answers it."""

    question_text: str
    question_type: str
    options: list[str]


class GeneratedQuiz(BaseModel):
    """A generated quiz with the report of the gate."""

    quiz_id: str
    question_count: int
    questions: list[GeneratedQuestion]
    agent_metadata: GateReport = GateReport()


class QuizRow(BaseModel):
    """A quiz in a list."""

    id: str
    title: str


class Option(BaseModel):
    """An option of a question, with its key."""

    id: str
    is_correct: bool


class RubricPoint(BaseModel):
    """A point of an essay's rubric."""

    text: str


class Question(BaseModel):
    """A question as its owner sees it, with the key."""

    id: str
    question_type: str
    options: list[Option] = Field(default_factory=list)
    accepted_answers: list[str] = Field(default_factory=list)
    correct_answer: bool | float | None = None
    rubric: list[RubricPoint] = Field(default_factory=list)


class StartedAttempt(BaseModel):
    """An attempt and the order of its questions."""

    attempt_id: str
    questions_order: list[str]


class ModelGrade(BaseModel):
    """A grade given by the model."""

    generator: str
    feedback: str


class QuestionResult(BaseModel):
    """The result of one question."""

    question: str
    user_answer: str
    correct_answer: str | None = None
    is_correct: bool | None = None
    points_earned: float
    points_possible: float
    citation: Citation | None = None
    model_grades: list[ModelGrade] = Field(default_factory=list)


class AttemptResult(BaseModel):
    """The result of an attempt; `grading_status` is pending while the model is grading."""

    score: float
    points_possible: float
    percentage_score: float
    passed: bool
    correct_answers: int
    total_questions: int
    grading_status: str
    detailed_results: list[QuestionResult]


class Problem(BaseModel):
    """The contract's error shape."""

    error: str
    error_code: str = ""
    details: dict[str, list[str]] = Field(default_factory=dict)
    request_id: str = ""

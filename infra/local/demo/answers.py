"""What the demo reads of the API's answers. They may say more."""

from datetime import date, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, RootModel

Row = TypeVar("Row")


class Health(BaseModel):
    status: str
    version: str
    checks: dict[str, str] = Field(default_factory=dict)


class UserRow(BaseModel):
    id: str
    username: str
    email: str


class SignedIn(BaseModel):
    access: str
    refresh: str
    user: UserRow


class Listed(BaseModel, Generic[Row]):
    """One page of a list."""

    count: int
    results: list[Row]


class Course(BaseModel):
    id: str
    name: str
    exam_date: date | None = None


class DocumentRow(BaseModel):
    id: str
    name: str
    document_type: str
    file_size_bytes: int


class Uploaded(BaseModel):
    document: DocumentRow


class ProcessingStatus(BaseModel):
    """`processing_status` is pending, processing, completed or failed."""

    processing_status: str
    processing_error: str | None = None
    progress_percentage: int = 0


class Content(BaseModel):
    extracted_text: str


class Citation(BaseModel):
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
    """How many drafts the model proposed, and how many each rule of the quality gate dropped."""

    generator: str = ""
    proposed: int = 0
    accepted: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)


class Generated(BaseModel):
    flashcards: list[Card]
    agent_metadata: GateReport = GateReport()


class GeneratedQuestion(BaseModel):
    question_text: str
    question_type: str
    options: list[str]


class GeneratedQuiz(BaseModel):
    quiz_id: str
    question_count: int
    questions: list[GeneratedQuestion]
    agent_metadata: GateReport = GateReport()


class QuizRow(BaseModel):
    id: str
    title: str


class Option(BaseModel):
    id: str
    is_correct: bool


class RubricPoint(BaseModel):
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
    attempt_id: str
    questions_order: list[str]


class ModelGrade(BaseModel):
    generator: str
    feedback: str


class QuestionResult(BaseModel):
    question: str
    user_answer: str
    correct_answer: str | None = None
    is_correct: bool | None = None
    points_earned: float
    points_possible: float
    citation: Citation | None = None
    model_grades: list[ModelGrade] = Field(default_factory=list)


class AttemptResult(BaseModel):
    """What an attempt came to; `grading_status` is pending while the model has something to grade."""

    score: float
    points_possible: float
    percentage_score: float
    passed: bool
    correct_answers: int
    total_questions: int
    grading_status: str
    detailed_results: list[QuestionResult]


class DueCard(BaseModel):
    id: str
    question: str
    total_reviews: int = 0


class DueCards(RootModel[list[DueCard]]):
    """A bare array, most overdue first."""


class Reviewed(BaseModel):
    """A card's schedule, as a review leaves it."""

    next_review_date: datetime
    interval_days: int
    ease_factor: float
    repetitions: int

    @property
    def schedule(self) -> tuple[datetime, int, float, int]:
        return self.next_review_date, self.interval_days, self.ease_factor, self.repetitions


class ReviewTaken(Reviewed):
    """What a review's answer adds: which scheduler decided."""

    scheduler: str


class Flashcard(Reviewed):
    id: str


class StudySettings(BaseModel):
    review_scheduler: str
    desired_retention: float


class BatchedCard(BaseModel):
    id: str
    interval_days: int


class BatchTaken(BaseModel):
    """What became of a batch of reviews, and where their cards stand."""

    accepted: int
    duplicates: int
    flashcards: list[BatchedCard]


class MasteryCount(BaseModel):
    level: str
    count: int


class Statistics(BaseModel):
    total_flashcards: int
    due_flashcards: int
    average_success_rate: float
    by_mastery: list[MasteryCount] = Field(default_factory=list)


class ForecastDay(BaseModel):
    date: date
    due: int


class ExamForecast(BaseModel):
    """Mean recall of the course's cards, as it is expected; `sampled` of them were looked at."""

    date: date
    expected_recall_now: float
    expected_recall_on_exam_day: float
    expected_recall_if_nothing_reviewed: float
    cards: int
    sampled: int


class Forecast(BaseModel):
    days: list[ForecastDay]
    overdue: int = 0
    exam: ExamForecast | None = None


class DeckImported(BaseModel):
    imported: int
    skipped: int


class Problem(BaseModel):
    """The contract's error shape."""

    error: str
    error_code: str = ""
    details: dict[str, list[str]] = Field(default_factory=dict)
    request_id: str = ""

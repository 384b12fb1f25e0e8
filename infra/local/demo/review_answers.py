"""The parts of the API's answers on reviews, statistics and decks that the demo reads."""

from datetime import date, datetime

from pydantic import BaseModel, Field, RootModel


class DueCard(BaseModel):
    """A card to review now."""

    id: str
    question: str
    total_reviews: int = 0


class DueCards(RootModel[list[DueCard]]):
    """The due cards as a bare array, most overdue first."""


class Reviewed(BaseModel):
    """The schedule of a card after a review."""

    next_review_date: datetime
    interval_days: int
    ease_factor: float
    repetitions: int

    @property
    def schedule(self) -> tuple[datetime, int, float, int]:
        """All fields of the schedule, to be compared."""
        return self.next_review_date, self.interval_days, self.ease_factor, self.repetitions


class ReviewTaken(Reviewed):
    """The answer to a review; `scheduler` names the one that decided."""

    scheduler: str


class Flashcard(Reviewed):
    """A card with its schedule."""

    id: str


class StudySettings(BaseModel):
    """The settings of the scheduler."""

    review_scheduler: str
    desired_retention: float


class BatchedCard(BaseModel):
    """A card after a batch of reviews."""

    id: str
    interval_days: int


class BatchTaken(BaseModel):
    """The outcome of a batch of reviews and the state of its cards."""

    accepted: int
    duplicates: int
    flashcards: list[BatchedCard]


class MasteryCount(BaseModel):
    """The number of cards at a level of mastery."""

    level: str
    count: int


class Statistics(BaseModel):
    """The statistics of a course's cards."""

    total_flashcards: int
    due_flashcards: int
    average_success_rate: float
    by_mastery: list[MasteryCount] = Field(default_factory=list)


class ForecastDay(BaseModel):
    """The number of cards due on a day."""

    date: date
    due: int


class ExamForecast(BaseModel):
    """The expected mean recall of the course's cards, of which `sampled` were examined."""

    date: date
    expected_recall_now: float
    expected_recall_on_exam_day: float
    expected_recall_if_nothing_reviewed: float
    cards: int
    sampled: int


class Forecast(BaseModel):
    """The cards due on the coming days."""

    days: list[ForecastDay]
    overdue: int = 0
    exam: ExamForecast | None = None


class DeckImported(BaseModel):
    """The outcome of an import."""

    imported: int
    skipped: int

"""Request and response bodies of reviews."""

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, WithJsonSchema, field_validator

from functions.assessments.flashcards.cards.models import Difficulty, Flashcard, Mastery, Status
from functions.assessments.flashcards.cards.rules import (
    assess_mastery,
    compute_next_review,
    is_leech,
    to_day_start,
    to_local_day,
)
from functions.assessments.flashcards.reviews.rules import QUALITY_OF_DIFFICULTY, is_too_early
from functions.assessments.flashcards.scheduling.models import Answer, Review, SchedulerName
from shared.errors import ValidationFailed
from shared.language import say
from shared.web.schemas import Body, DocumentId, InputInstant, Instant, View

MAX_REVIEWS = 500

Text = Annotated[str, StringConstraints(max_length=5000)]

_ONE_GRADE = say("Send either quality_response or difficulty", code="required")


class ReviewIn(Body):
    """An answer to a card, graded by `quality_response` from 0 to 5 or by `difficulty`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "quality_response": 4,
                    "response_time_seconds": 12,
                    "user_answer": "Light becomes sugar",
                    "notes": "Need to review the chemical equation",
                }
            ]
        }
    )

    difficulty: Difficulty | None = None
    quality_response: Annotated[int, Field(ge=0, le=5, strict=True)] | None = Field(
        default=None, validate_default=True
    )
    response_time_seconds: Annotated[float, Field(ge=0, le=86_400, strict=True)] | None = None
    user_answer: Text | None = None
    notes: Text | None = None
    client_review_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="The client's own id of the review, by which it counts once however often it is sent",
    )
    reviewed_at: InputInstant | None = Field(
        default=None, description="Time of the review, for clients that were offline; now if it is not sent"
    )

    @field_validator("quality_response")
    @classmethod
    def _require_one_grade(cls, value: int | None, info: ValidationInfo) -> int | None:
        if "difficulty" in info.data and (value is None) == (info.data["difficulty"] is None):
            raise ValueError(_ONE_GRADE)
        return value

    @property
    def quality(self) -> int:
        if self.quality_response is None:
            return QUALITY_OF_DIFFICULTY[self.difficulty or "medium"]
        return self.quality_response

    def to_answer(self, *, review_id: str, card_id: str, now: datetime, zone: ZoneInfo) -> Answer:
        """Return the answer. Raises ValidationFailed for a review that lies in the future."""
        reviewed_at = self.reviewed_at or now
        if is_too_early(reviewed_at, now):
            raise ValidationFailed(
                details={"reviewed_at": ["The review lies in the future; check the clock"]}
            )
        return Answer(
            id=review_id,
            flashcard=card_id,
            quality=self.quality,
            reviewed_at=reviewed_at,
            day=to_local_day(reviewed_at, zone),
            response_time_seconds=self.response_time_seconds,
            user_answer=self.user_answer or "",
            notes=self.notes or "",
        )


class ReviewBatchItem(ReviewIn):
    """A review in a batch, with the card it is of."""

    flashcard: DocumentId


_ITEM = {
    "type": "object",
    "description": "A review with its `flashcard`; each is checked by itself and cannot hold up the others.",
    "examples": [
        {
            "flashcard": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70",
            "quality_response": 4,
            "client_review_id": "c1",
            "reviewed_at": "2026-03-02T12:00:00Z",
            "response_time_seconds": 3,
        }
    ],
}


class ReviewBatchIn(Body):
    """Reviews to record together, for example those made offline."""

    reviews: Annotated[list[Annotated[dict[str, Any], WithJsonSchema(_ITEM)]], Field(max_length=MAX_REVIEWS)]


class ReviewedView(View):
    """The schedule after the review, the scheduler that decided, and the status of the card now."""

    flashcard_id: str
    review_id: str
    quality_response: int
    next_review_date: Instant
    interval_days: int
    ease_factor: float
    repetitions: int
    scheduler: SchedulerName
    lapses: int
    review_count: int
    total_reviews: int
    success_rate: float
    mastery: Mastery
    leech: bool
    status: Status

    @classmethod
    def of(cls, review: Review, card: Flashcard, zone: ZoneInfo) -> Self:
        after = review.after
        return cls(
            flashcard_id=review.flashcard,
            review_id=review.id,
            quality_response=review.quality,
            next_review_date=to_day_start(after.scheduled_on, zone),
            interval_days=after.interval_days,
            ease_factor=round(after.ease_factor, 4),
            repetitions=after.repetitions,
            scheduler=review.scheduler,
            lapses=after.lapses,
            review_count=after.total_reviews,
            total_reviews=after.total_reviews,
            success_rate=after.success_rate,
            mastery=assess_mastery(after),
            leech=is_leech(after),
            status=card.status,
        )


class ReviewView(View):
    """A review in the history of a card, with the schedule that followed."""

    id: str
    flashcard: str
    quality_response: int
    reviewed_at: Instant
    interval_days: int
    ease_factor: float
    repetitions: int
    scheduler: SchedulerName
    response_time_seconds: float | None
    user_answer: str
    notes: str

    @classmethod
    def of(cls, review: Review) -> Self:
        return cls(
            id=review.id,
            flashcard=review.flashcard,
            quality_response=review.quality,
            reviewed_at=review.reviewed_at,
            interval_days=review.after.interval_days,
            ease_factor=round(review.after.ease_factor, 4),
            repetitions=review.after.repetitions,
            scheduler=review.scheduler,
            response_time_seconds=review.response_time_seconds,
            user_answer=review.user_answer,
            notes=review.notes,
        )


class ReviewRejected(View):
    """A review of a batch that was not recorded, and the reason; `index` is its place in the batch."""

    index: int
    flashcard: str | None
    client_review_id: str | None
    error: str


class CardScheduled(View):
    """The card's schedule and counts after the whole batch."""

    id: str
    next_review_date: Instant
    interval_days: int
    ease_factor: float
    repetitions: int
    total_reviews: int
    mastery: Mastery
    leech: bool
    status: Status

    @classmethod
    def of(cls, card: Flashcard, zone: ZoneInfo) -> Self:
        return cls(
            id=card.id,
            next_review_date=compute_next_review(card, zone),
            interval_days=card.schedule.interval_days,
            ease_factor=round(card.schedule.ease_factor, 4),
            repetitions=card.schedule.repetitions,
            total_reviews=card.schedule.total_reviews,
            mastery=card.mastery,
            leech=is_leech(card.schedule),
            status=card.status,
        )


class ReviewBatchView(View):
    """The outcome of a batch.

    `accepted` reviews are new, `duplicates` were recorded before, and `rejected` ones are listed with their
    reasons. `flashcards` holds each reviewed card once, as it is after the batch.
    """

    accepted: int
    duplicates: int
    rejected: list[ReviewRejected]
    flashcards: list[CardScheduled]

"""Published by `functions/assessments`: counts of cards, study states, and events of cards."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.messages import Event
from shared.published.accounts import Ease, Weekday
from shared.store import Collection, Document, Increment, Transaction

ALL = "all"  # the id of the statistics over all courses; others have the course's id


class ReviewSums(BaseModel):
    """Reviews added up, those that were undone subtracted, so that a sum may be below zero.

    `first_at` is the instant of the earliest, undone ones included, in microseconds since 1970.
    """

    model_config = ConfigDict(frozen=True)

    reviews: int = 0
    successes: int = 0
    seconds: float = 0.0
    first_at: int | None = None


class PendingReviews(BaseModel):
    """Reviews that activity does not count yet, by the user's day (YYYY-MM-DD).

    `since` is the arrival of the first of them, in microseconds since 1970; None where there is none.
    """

    model_config = ConfigDict(frozen=True)

    since: int | None = None
    days: dict[str, ReviewSums] = Field(default_factory=dict)


class CardStats(Document):
    """Counts of cards, incremented in the transaction of each change.

    `due` counts active cards by the user's day (YYYY-MM-DD) on which they fall due; `successes` counts
    reviews of quality 3 or more. Only the statistics over all courses have `pending` reviews.
    """

    total: int = 0
    active: int = 0
    reviews: int = 0
    successes: int = 0
    by_difficulty: dict[str, int] = Field(default_factory=dict)
    by_mastery: dict[str, int] = Field(default_factory=dict)
    due: dict[str, int] = Field(default_factory=dict)
    pending: PendingReviews = PendingReviews()


class StudyState(Document):
    """The state of a user's studies: one small document that each request about cards reads.

    Cards of `forgotten_courses` are being deleted and appear nowhere; `reminding` while a reminder is due.
    Scheduling follows the user's preferences; `weights` are those of FSRS, fitted to the user at
    `fitted_reviews` reviews, and `exams` the dates of coming exams by course.
    """

    scheduler: Literal["sm2", "fsrs"] = "sm2"
    desired_retention: float = 0.9
    daily_review_limit: int = 200
    easy_days: dict[Weekday, Ease] = Field(default_factory=dict)
    weights: tuple[float, ...] | None = None
    fitted_reviews: int = 0
    exams: dict[str, date] = Field(default_factory=dict)
    forgotten_courses: tuple[str, ...] = ()
    reminding: bool = False


CARD_STATS = Collection("users/{user}/card_stats", CardStats)
STATE = "state"  # the id of the one document
STUDY_STATES = Collection("users/{user}/study", StudyState, only=STATE)


async def forget_course(tx: Transaction, *, user_id: str, course_id: str) -> None:
    """Remove a course's cards from all counts and lists at once; they are deleted in the background.

    Costs 2 reads, 2 writes and 1 delete.
    """
    course_ref, state_ref = CARD_STATS.doc(course_id, user=user_id), STUDY_STATES.doc(STATE, user=user_id)
    counted, state = await tx.get(course_ref), await tx.get(state_ref)
    state = state or StudyState(id=STATE)
    forgotten = (*(each for each in state.forgotten_courses if each != course_id), course_id)
    tx.put(state_ref, state.model_copy(update={"forgotten_courses": forgotten}))
    if counted is not None:
        tx.merge(CARD_STATS.doc(ALL, user=user_id), _negate(counted.model_dump(exclude={"id", "pending"})))
        tx.delete(course_ref)


def _negate(counts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _negate(value) if isinstance(value, dict) else Increment(-value)
        for name, value in counts.items()
        if value
    }


async def take_pending_reviews(tx: Transaction, user_id: str, *, limit: int) -> dict[date, ReviewSums]:
    """Take pending reviews out of the statistics, to count them in this transaction: the `limit` first days.

    Costs 1 read, and 1 write where there are any.
    """
    ref = CARD_STATS.doc(ALL, user=user_id)
    stats = await tx.get(ref)
    if stats is None or not stats.pending.days:
        return {}
    days = sorted(stats.pending.days.items())
    if len(days) <= limit:
        tx.merge(ref, {"pending": {}})
    else:
        pending = stats.pending.model_copy(update={"days": dict(days[limit:])})
        tx.put(ref, stats.model_copy(update={"pending": pending}))
    return {date.fromisoformat(day): sums for day, sums in days[:limit]}


class ReviewFact(BaseModel):
    """One review as statistics count it; `day` is the user's."""

    day: date
    reviewed_at: datetime
    successful: bool
    seconds: float = 0.0


class FlashcardsReviewed(Event):
    """Reviews as earlier versions announced them, one by one; now they are `pending` until rolled up."""

    type: ClassVar[str] = "flashcard.reviewed"

    user: str
    flashcard: str
    reviews: tuple[ReviewFact, ...]


class FlashcardReviewUndone(Event):
    """An undone review as earlier versions announced it."""

    type: ClassVar[str] = "flashcard.review_undone"

    user: str
    flashcard: str
    review: ReviewFact


class GenerationEnded(Event):
    """A generation was saved, or failed for good."""

    type: ClassVar[str] = "generation.ended"

    user: str
    job: str | None = None
    course: str
    status: Literal["completed", "failed"]
    flashcards: int = 0
    quiz: str | None = None
    questions: int = 0

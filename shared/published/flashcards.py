"""Published by `functions/assessments`: counts of cards, study states, and events of cards."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.messages import Event
from shared.published.accounts import Ease, Weekday
from shared.store import Collection, Document, Increment, Store, Transaction
from shared.store.meter import note_items

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


class CardCounts(BaseModel):
    """Counts of cards; `due` counts active ones by the user's day (YYYY-MM-DD) on which they fall due.

    `successes` counts reviews of quality 3 or more. The others count the cards as the queues have them:
    `placed` are those that have been given a place, or none, all but what an earlier version has stored;
    `asked` those to review by the day and the step of their interval (`2026-03-02:4`), `relearning` those
    forgotten on a day, `new` those never reviewed, of which some come not before a day (`new_from`) or no
    longer from a day on (`new_until`). `introduced` and `answered` count by the day of the first and the last
    review.
    """

    model_config = ConfigDict(frozen=True)

    total: int = 0
    active: int = 0
    reviews: int = 0
    successes: int = 0
    by_difficulty: dict[str, int] = Field(default_factory=dict)
    by_mastery: dict[str, int] = Field(default_factory=dict)
    due: dict[str, int] = Field(default_factory=dict)
    placed: int = 0
    asked: dict[str, int] = Field(default_factory=dict)
    relearning: dict[str, int] = Field(default_factory=dict)
    new: int = 0
    new_from: dict[str, int] = Field(default_factory=dict)
    new_until: dict[str, int] = Field(default_factory=dict)
    introduced: dict[str, int] = Field(default_factory=dict)
    answered: dict[str, int] = Field(default_factory=dict)


class CardStats(CardCounts, Document):
    """The counts of one course's cards or of all, incremented in the transaction of each change.

    Only the statistics over all courses have `pending` reviews, and `deferred`: by course, the part of these
    counts that pending reviews made and that the course's own document lacks until the roll-up.
    """

    pending: PendingReviews = PendingReviews()
    deferred: dict[str, CardCounts] = Field(default_factory=dict)


class StudyState(Document):
    """The state of a user's studies: one small document that each request about cards reads.

    Cards of `forgotten_courses` are being deleted and appear nowhere; `reminding` while a reminder is due.
    Scheduling follows the user's preferences; `weights` are those of FSRS, fitted to the user at
    `fitted_reviews` reviews, and `exams` the dates of coming exams by course.
    """

    scheduler: Literal["sm2", "fsrs"] = "sm2"
    desired_retention: float = 0.9
    daily_review_limit: int = 200
    new_cards_per_day: int = 20
    relearn_today: bool = True
    easy_days: dict[Weekday, Ease] = Field(default_factory=dict)
    weights: tuple[float, ...] | None = None
    fitted_reviews: int = 0
    exams: dict[str, date] = Field(default_factory=dict)
    forgotten_courses: tuple[str, ...] = ()
    reminding: bool = False


CARD_STATS = Collection("users/{user}/card_stats", CardStats)
STATE = "state"  # the id of the one document
STUDY_STATES = Collection("users/{user}/study", StudyState, only=STATE)


async def get_course_stats(
    reads: Store | Transaction, *, user_id: str, course_id: str
) -> tuple[CardStats, CardStats]:
    """Return the counts of a course's cards, then those of all cards. Costs 2 reads."""
    names = (course_id, ALL)
    own, everything = await reads.get_many([CARD_STATS.doc(name, user=user_id) for name in names])
    own, everything = own or CardStats(id=course_id), everything or CardStats(id=ALL)
    return add_counts(own, everything.deferred.get(course_id, CardCounts())), everything


async def forget_course(tx: Transaction, *, user_id: str, course_id: str) -> None:
    """Remove a course's cards from all counts and lists at once; they are deleted in the background.

    Costs 3 reads, 2 writes and 1 delete.
    """
    state_ref = STUDY_STATES.doc(STATE, user=user_id)
    counts, everything = await get_course_stats(tx, user_id=user_id, course_id=course_id)
    state = await tx.get(state_ref) or StudyState(id=STATE)
    forgotten = (*(each for each in state.forgotten_courses if each != course_id), course_id)
    tx.put(state_ref, state.model_copy(update={"forgotten_courses": forgotten}))
    changes = _build_increments(counts, sign=-1)
    if course_id in everything.deferred:
        changes["deferred"] = {course_id: {}}
    if changes:
        tx.merge(CARD_STATS.doc(ALL, user=user_id), changes)
    tx.delete(CARD_STATS.doc(course_id, user=user_id))


async def take_pending_reviews(tx: Transaction, user_id: str, *, limit: int) -> dict[date, ReviewSums]:
    """Take pending reviews out of the statistics, to count them in this transaction: the `limit` first days.

    Moves deferred counts to their courses. Costs 1 read, and 1 write where there are any; 1 read and 1 write
    for each course, which is an item.
    """
    ref = CARD_STATS.doc(ALL, user=user_id)
    stats = await tx.get(ref)
    if stats is None or not stats.pending.days:
        return {}
    days = sorted(stats.pending.days.items())
    rest = PendingReviews()
    if len(days) > limit:
        rest = stats.pending.model_copy(update={"days": dict(days[limit:])})
    tx.put(ref, stats.model_copy(update={"pending": rest, "deferred": {}}))
    await _move_deferred(tx, user_id, stats)
    return {date.fromisoformat(day): sums for day, sums in days[:limit]}


async def _move_deferred(tx: Transaction, user_id: str, stats: CardStats) -> None:
    """Add deferred counts to their courses' documents; those of a course that is gone leave all counts."""
    changes = {
        course: fields for course, counts in stats.deferred.items() if (fields := _build_increments(counts))
    }
    refs = [CARD_STATS.doc(course, user=user_id) for course in changes]
    note_items(len(refs))
    for ref, own in zip(refs, await tx.get_many(refs), strict=True):
        if own is not None:
            tx.merge(ref, changes[ref.id])
        else:
            tx.merge(CARD_STATS.doc(ALL, user=user_id), _build_increments(stats.deferred[ref.id], sign=-1))


def add_counts(stats: CardStats, counts: CardCounts) -> CardStats:
    """Return the statistics with the counts added to them."""
    changes: dict[str, Any] = {}
    for name in CardCounts.model_fields:
        own, more = getattr(stats, name), getattr(counts, name)
        if isinstance(own, dict):
            changes[name] = {key: own.get(key, 0) + more.get(key, 0) for key in {**own, **more}}
        else:
            changes[name] = own + more
    return stats.model_copy(update=changes)


def _build_increments(counts: CardCounts, *, sign: Literal[1, -1] = 1) -> dict[str, Any]:
    """Return the increments that add (`sign` 1) or subtract (-1) the counts that are not zero."""
    changes: dict[str, Any] = {}
    for name in CardCounts.model_fields:
        value = getattr(counts, name)
        if isinstance(value, dict):
            value = {key: Increment(sign * number) for key, number in value.items() if number}
            if value:
                changes[name] = value
        elif value:
            changes[name] = Increment(sign * value)
    return changes


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

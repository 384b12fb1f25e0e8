"""How reviews make a schedule: one after the other, in the order of their time, however they arrived."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from functions.assessments.cards.models import Schedule
from functions.assessments.scheduling import sm2
from functions.assessments.reviews.models import Answer, Review
from shared.published.flashcards import ReviewFact

QUALITY_OF_DIFFICULTY = {"easy": 5, "medium": 4, "hard": 3}
MOST_AHEAD = timedelta(minutes=5)  # what a client's clock may be ahead of ours


def too_early(reviewed_at: datetime, now: datetime) -> bool:
    return reviewed_at > now + MOST_AHEAD


def comes_last(schedule: Schedule, answer: Answer) -> bool:
    """Whether the answer follows every review that the schedule knows of."""
    if schedule.last_reviewed is None:
        return True
    return answer.position > (schedule.last_reviewed, schedule.last_review or "")


def reviewed(schedule: Schedule, answer: Answer) -> Schedule:
    """The schedule after one more answer: due as many days after the answer's day as the interval has."""
    memory = sm2.after(
        sm2.Memory(schedule.ease_factor, schedule.interval_days, schedule.repetitions), answer.quality
    )
    return Schedule(
        **memory._asdict(),
        lapses=schedule.lapses + (not answer.successful),
        successes=schedule.successes + answer.successful,
        total_reviews=schedule.total_reviews + 1,
        scheduled_on=answer.day + timedelta(days=memory.interval_days),
        last_reviewed=answer.reviewed_at,
        last_review=answer.id,
    )


def replayed(start: Schedule, answers: Iterable[Answer]) -> list[Review]:
    """The answers as reviews in the order of their time, each going on from where the one before left."""
    reviews: list[Review] = []
    for answer in sorted(answers, key=lambda each: each.position):
        after = reviewed(start, answer)
        reviews.append(Review(**{**dict(answer), "before": start, "after": after}))
        start = after
    return reviews


def inserted(schedule: Schedule, tail: Sequence[Review], answers: Sequence[Answer]) -> list[Review]:
    """The reviews to keep once `answers` are handed in: theirs, and those of `tail` that they change.

    `tail` are the reviews from the earliest answer on, in order of time; `schedule` is the card's.
    """
    start = tail[0].before if tail else schedule
    known = {review.id: review for review in tail}
    return [review for review in replayed(start, [*tail, *answers]) if known.get(review.id) != review]


def fact(answer: Answer) -> ReviewFact:
    return ReviewFact(
        day=answer.day,
        reviewed_at=answer.reviewed_at,
        successful=answer.successful,
        seconds=answer.response_time_seconds or 0.0,
    )

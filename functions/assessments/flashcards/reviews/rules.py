"""How reviews make a schedule: one after the other, in the order of their time, however they arrived."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zlib import crc32

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import count_leech_stages, reschedule_card
from functions.assessments.flashcards.exams.rules import adjust_due_day
from functions.assessments.flashcards.scheduling.fsrs import Memory, compute_memory
from functions.assessments.flashcards.scheduling.models import Answer, Review
from functions.assessments.flashcards.scheduling.placing import Days, Wish, place
from functions.assessments.flashcards.scheduling.policy import Policy
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


def reviewed(schedule: Schedule, answer: Answer, policy: Policy) -> Schedule:
    """The schedule after one more answer: due as many days after the answer's day as the interval has. Both
    schedulers remember the answer, so that a user may change from one to the other at any time."""
    steps = policy.advance(schedule, answer)
    interval_days = steps[policy.scheduler].interval_days
    return Schedule(
        **dict(pair for step in steps.values() for pair in step.memory.items()),
        interval_days=interval_days,
        lapses=schedule.lapses + (not answer.successful),
        successes=schedule.successes + answer.successful,
        total_reviews=schedule.total_reviews + 1,
        scheduled_on=answer.day + timedelta(days=interval_days),
        last_reviewed=answer.reviewed_at,
        last_review=answer.id,
    )


def replayed(start: Schedule, answers: Iterable[Answer], policy: Policy) -> list[Review]:
    """The answers as reviews in the order of their time, each going on from where the one before left. What
    was reviewed before keeps the scheduler that it had."""
    reviews: list[Review] = []
    for answer in sorted(answers, key=lambda each: each.position):
        own = policy.as_of(answer) if isinstance(answer, Review) else policy
        after = reviewed(start, answer, own)
        how = {"scheduler": own.scheduler, "desired_retention": own.desired_retention}
        reviews.append(Review(**{**dict(answer), **how, "before": start, "after": after}))
        start = after
    return reviews


def inserted(
    start: Schedule, tail: Sequence[Review], answers: Sequence[Answer], policy: Policy
) -> list[Review]:
    """The reviews to keep once `answers` are handed in: theirs, and those of `tail` that they change.

    `tail` are the reviews from the earliest answer on, in order of time; `start` is the schedule before it.
    """
    known = {review.id: review for review in tail}
    return [review for review in replayed(start, [*tail, *answers], policy) if known.get(review.id) != review]


def remembering(schedule: Schedule, past: Sequence[Review], policy: Policy) -> Schedule:
    """The schedule with what FSRS makes of the `past`, in order of time, or of SM-2's memory without one."""
    memory: Memory | None = None
    for review in past:
        memory = compute_memory(_with(review.before, memory), review, policy.model)
    return _with(schedule, memory or policy.model.convert_sm2(schedule))


def placed(
    review: Review, siblings: Iterable[Flashcard], days: Days, *, exam: date | None, policy: Policy
) -> Review:
    """The review with the day on which its card is due, which the exam of its course may bring forward; what
    chance decides, its id decides."""
    wish = Wish(
        day=review.day,
        interval_days=review.after.interval_days,
        passed=review.successful,
        siblings={card.due_on for card in siblings},
        seed=crc32(review.id.encode()),
    )
    day = place(wish, days)
    if exam is not None:
        day = _before_exam(review, day, days, exam=exam, policy=policy)
    after = review.after.model_copy(update={"scheduled_on": day})
    return review.model_copy(update={"after": after})


def reviewed_card(card: Flashcard, reviews: Sequence[Review]) -> Flashcard:
    """The card after its latest reviews; suspended by the one that made a leech of it."""
    after = reschedule_card(card, reviews[-1].after)
    stage = count_leech_stages(after.schedule.lapses)
    if card.status != "active" or stage == count_leech_stages(card.schedule.lapses):
        return after
    by = next(review.id for review in reviews if count_leech_stages(review.after.lapses) == stage)
    return after.model_copy(update={"status": "suspended", "suspended_by": by})


def taken_back(card: Flashcard, review: Review) -> Flashcard:
    """The card before its latest review; in study again where that suspended it."""
    before = reschedule_card(card, review.before)
    if card.status != "suspended" or card.suspended_by != review.id:
        return before
    return before.model_copy(update={"status": "active", "suspended_by": None})


def fact(answer: Answer) -> ReviewFact:
    return ReviewFact(
        day=answer.day,
        reviewed_at=answer.reviewed_at,
        successful=answer.successful,
        seconds=answer.response_time_seconds or 0.0,
    )


def _before_exam(review: Review, due: date, days: Days, *, exam: date, policy: Policy) -> date:
    stability, difficulty = review.after.stability, review.after.difficulty
    if stability is None or difficulty is None:
        return due
    return adjust_due_day(
        Memory(stability, difficulty),
        answered_on=review.day,
        due=due,
        exam=exam,
        has_room=days.has_room,
        model=policy.model,
    )


def _with(schedule: Schedule, memory: Memory | None) -> Schedule:
    stability, difficulty = memory or (None, None)
    return schedule.model_copy(update={"stability": stability, "difficulty": difficulty})

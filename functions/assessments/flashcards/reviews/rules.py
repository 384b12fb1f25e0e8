"""Rules by which reviews make a schedule: one after the other, in order of time, however they arrived."""

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

QUALITY_OF_DIFFICULTY = {"easy": 5, "medium": 4, "hard": 3}
MAX_CLOCK_LEAD = timedelta(minutes=5)  # of a client's clock over ours


def is_too_early(reviewed_at: datetime, now: datetime) -> bool:
    """Return whether the review lies further ahead than a device's clock may."""
    return reviewed_at > now + MAX_CLOCK_LEAD


def is_latest(schedule: Schedule, answer: Answer) -> bool:
    """Return whether the answer follows every review that the schedule counts."""
    if schedule.last_reviewed is None:
        return True
    return answer.position > (schedule.last_reviewed, schedule.last_review or "")


def apply_answer(schedule: Schedule, answer: Answer, policy: Policy) -> Schedule:
    """Return the schedule after one more answer, due when the interval is over.

    Both schedulers remember the answer, so that a user may change from one to the other at any time.
    """
    steps = policy.advance(schedule, answer)
    interval_days = steps[policy.scheduler].interval_days
    changes = {
        **dict(pair for step in steps.values() for pair in step.memory.items()),
        "interval_days": interval_days,
        "lapses": schedule.lapses + (not answer.successful),
        "successes": schedule.successes + answer.successful,
        "total_reviews": schedule.total_reviews + 1,
        "scheduled_on": answer.day + timedelta(days=interval_days),
        "introduced_on": schedule.introduced_on if schedule.total_reviews else answer.day,
        "reviewed_on": answer.day,
        "last_reviewed": answer.reviewed_at,
        "last_review": answer.id,
    }
    return schedule.model_copy(update=changes)


def replay(start: Schedule, answers: Iterable[Answer], policy: Policy) -> list[Review]:
    """Return the answers as reviews in order of time, each with the schedule that the one before left.

    A review keeps the scheduler that it had.
    """
    reviews: list[Review] = []
    for answer in sorted(answers, key=lambda each: each.position):
        own = policy.as_of(answer) if isinstance(answer, Review) else policy
        after = apply_answer(start, answer, own)
        changes = {"scheduler": own.scheduler, "desired_retention": own.desired_retention}
        reviews.append(Review(**{**dict(answer), **changes, "before": start, "after": after}))
        start = after
    return reviews


def insert_answers(
    start: Schedule, tail: Sequence[Review], answers: Sequence[Answer], policy: Policy
) -> list[Review]:
    """Return the reviews to save for new `answers`: theirs, and those of `tail` that they change.

    `tail` is the reviews from the earliest answer on, in order of time; `start` is the schedule before it.
    """
    known = {review.id: review for review in tail}
    return [review for review in replay(start, [*tail, *answers], policy) if known.get(review.id) != review]


def restore_memory(schedule: Schedule, past: Sequence[Review], policy: Policy) -> Schedule:
    """Return the schedule with FSRS's memory of the `past` in order of time, or else of SM-2's."""
    memory: Memory | None = None
    for review in past:
        memory = compute_memory(_set_memory(review.before, memory), review, policy.model)
    return _set_memory(schedule, memory or policy.model.convert_sm2(schedule))


def place_review(
    review: Review,
    siblings: Iterable[Flashcard],
    days: Days,
    *,
    exam: date | None,
    policy: Policy,
    today: date,
) -> Review:
    """Return the review with the day on which its card is due, which an exam to come may bring forward.

    Between two equally good days its id decides.
    """
    wish = Wish(
        day=review.day,
        interval_days=review.after.interval_days,
        passed=review.successful,
        siblings={card.due_on for card in siblings},
        seed=crc32(review.id.encode()),
    )
    day = place(wish, days)
    if exam is not None:
        day = _adjust_to_exam(review, day, days, exam=exam, policy=policy, today=today)
    after = review.after.model_copy(update={"scheduled_on": day})
    return review.model_copy(update={"after": after})


def relearn_today(review: Review) -> Review:
    """Return the review with its card due on the same day again, if it was forgotten.

    Its interval stays, and the next answer of the day places it.
    """
    if review.successful:
        return review
    after = review.after.model_copy(update={"scheduled_on": review.day})
    return review.model_copy(update={"after": after})


def apply_reviews(card: Flashcard, reviews: Sequence[Review]) -> Flashcard:
    """Return the card after its latest reviews, suspended if one of them made it a leech."""
    after = reschedule_card(card, reviews[-1].after)
    stage = count_leech_stages(after.schedule.lapses)
    if card.status != "active" or stage == count_leech_stages(card.schedule.lapses):
        return after
    suspended_by = next(each.id for each in reviews if count_leech_stages(each.after.lapses) == stage)
    return after.model_copy(update={"status": "suspended", "suspended_by": suspended_by})


def undo_review(card: Flashcard, review: Review) -> Flashcard:
    """Return the card before its latest review, in study again if that suspended it."""
    before = reschedule_card(card, review.before)
    if card.status != "suspended" or card.suspended_by != review.id:
        return before
    return before.model_copy(update={"status": "active", "suspended_by": None})


def _adjust_to_exam(
    review: Review, due: date, days: Days, *, exam: date, policy: Policy, today: date
) -> date:
    stability, difficulty = review.after.stability, review.after.difficulty
    if stability is None or difficulty is None:
        return due
    return adjust_due_day(
        Memory(stability, difficulty),
        answered_on=review.day,
        today=today,
        due=due,
        exam=exam,
        has_room=days.has_room,
        model=policy.model,
    )


def _set_memory(schedule: Schedule, memory: Memory | None) -> Schedule:
    stability, difficulty = memory or (None, None)
    return schedule.model_copy(update={"stability": stability, "difficulty": difficulty})

"""Completing attempts: by the learner, or when the time is up. Both lead to the same result."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import (
    compute_totals,
    get_deadline,
    is_overdue,
    mark_attempt,
)
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt, GradeAttempt
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES
from shared.clock import derive_id
from shared.jobs import JOBS, create_job
from shared.published.quizzes import FirstAnswer, QuestionFact, QuizAttemptCompleted
from shared.services import Services
from shared.store import Transaction

GRADING_JOB = "grading"
_MAX_CONCEPT_CHARS = 100  # in an event, the size of which is limited


async def complete_attempt(services: Services, *, user_id: str, attempt_id: str) -> Attempt:
    """Return the attempt, completed now unless it was already. Raises AttemptNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Attempt:
        attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
        return attempt if attempt.is_completed else await complete_open_attempt(tx, user_id, attempt, now)

    return await services.store.transact(work)


async def complete_if_overdue(services: Services, *, user_id: str, attempt: Attempt) -> Attempt:
    """Return the attempt, completed now if its time is up and its expiry task is late."""
    if not is_overdue(attempt, services.clock.now()):
        return attempt
    return await complete_attempt(services, user_id=user_id, attempt_id=attempt.id)


async def expire_attempt(services: Services, task: ExpireAttempt) -> None:
    """Complete the attempt if its time is up; enqueue a task that comes early again."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        attempt = await tx.get(ATTEMPTS.doc(task.attempt, user=task.user))
        if attempt is None or attempt.is_completed:
            return
        if is_overdue(attempt, now):
            await complete_open_attempt(tx, task.user, attempt, now)
        elif attempt.expires_at is not None:
            tx.enqueue(task, at=get_deadline(attempt))

    await services.store.transact(work)


async def complete_open_attempt(tx: Transaction, user_id: str, attempt: Attempt, now: datetime) -> Attempt:
    """Mark and complete the attempt in progress. Costs a read for each sheet, and 4 writes at most."""
    questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt)
    completed = mark_attempt(attempt, questions, now)
    no_open_attempt = {"open_attempt": None, "open_exam": False, "open_until": None}
    tx.merge(QUIZ_STATES.doc(attempt.quiz, user=user_id), no_open_attempt)
    save_completed(tx, user_id, completed, questions, now=now)
    return completed


def save_completed(
    tx: Transaction,
    user_id: str,
    attempt: Attempt,
    questions: Mapping[str, AttemptQuestion],
    *,
    now: datetime,
) -> None:
    """Save and publish the completed attempt, and have the model grade the answers left to it.

    Costs 3 writes.
    """
    tx.put(ATTEMPTS.doc(attempt.id, user=user_id), attempt)
    tx.publish(build_completed_event(user_id, attempt, questions))
    if compute_totals(attempt).grading == "pending":
        request = {"attempt_id": attempt.id}
        job = create_job(get_grading_job_id(attempt.id), kind=GRADING_JOB, request=request, now=now)
        tx.put(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(GradeAttempt(user=user_id, attempt=attempt.id), key=job.id)


def get_grading_job_id(attempt_id: str) -> str:
    """Return the id of the job that grades an attempt, the same for each attempt."""
    return derive_id(GRADING_JOB, attempt_id)


def build_completed_event(
    user_id: str, attempt: Attempt, questions: Mapping[str, AttemptQuestion]
) -> QuizAttemptCompleted:
    """Build the event of a completed attempt, on the day in the time zone of its start."""
    totals, completed_at = compute_totals(attempt), attempt.completed_at
    assert completed_at is not None  # noqa: S101 - it is completed
    return QuizAttemptCompleted(
        user=user_id,
        quiz=attempt.quiz,
        course=attempt.course,
        attempt=attempt.id,
        percentage=totals.percentage,
        passed=totals.passed,
        completed_at=completed_at,
        day=to_local_day(completed_at, ZoneInfo(attempt.timezone)),
        questions=tuple(_build_fact(attempt, question) for question in questions.values()),
    )


def _build_fact(attempt: Attempt, question: AttemptQuestion) -> QuestionFact:
    mark, answer = attempt.marks[question.id], attempt.answers.get(question.id)
    return QuestionFact(
        question=question.id,
        answered=answer is not None and not answer.is_blank,
        correct=mark.correct,
        points=mark.points,
        points_possible=question.points,
        concept=question.concept[:_MAX_CONCEPT_CHARS],
        seconds=answer.seconds if answer else 0.0,
        selected=answer.selected_options if answer else (),
        first=_build_first(answer, question) if answer else None,
    )


def _build_first(answer: Answer, question: AttemptQuestion) -> FirstAnswer | None:
    """Build the first answer whose mark the learner saw, None if there was none."""
    if answer.share is None:
        return None
    return FirstAnswer(points=answer.share * question.points, selected=answer.rated_options)

"""Ending attempts: by the learner, by the clock, by whoever comes first. All find the same end."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import deadline, finished, is_overdue, totals
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt, GradeAttempt
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES
from shared.clock import derived_id
from shared.jobs import JOBS, started
from shared.published.quizzes import QuestionFact, QuizAttemptCompleted
from shared.services import Services
from shared.store import Transaction

GRADING_JOB = "grading"
_LONGEST_CONCEPT = 100  # in an event, whose size has a limit


async def complete(services: Services, *, user_id: str, attempt_id: str) -> Attempt:
    """The attempt, completed now if it was not. Raises AttemptNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Attempt:
        attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
        return attempt if attempt.is_completed else await finish(tx, user_id, attempt, now)

    return await services.store.transact(work)


async def settled(services: Services, *, user_id: str, attempt: Attempt) -> Attempt:
    """The attempt as it truly stands: completed where its time is up and the task that sees to it is late."""
    if not is_overdue(attempt, services.clock.now()):
        return attempt
    return await complete(services, user_id=user_id, attempt_id=attempt.id)


async def expire(services: Services, task: ExpireAttempt) -> None:
    """Complete the attempt whose time is up; a task that comes early comes again."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        attempt = await tx.get(ATTEMPTS.doc(task.attempt, user=task.user))
        if attempt is None or attempt.is_completed:
            return
        if is_overdue(attempt, now):
            await finish(tx, task.user, attempt, now)
        elif attempt.expires_at is not None:
            tx.enqueue(task, at=deadline(attempt))

    await services.store.transact(work)


async def finish(tx: Transaction, user_id: str, attempt: Attempt, now: datetime) -> Attempt:
    """Mark the attempt and close it. Costs a read for each sheet, and 4 writes at most."""
    questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt)
    after = finished(attempt, questions, now)
    closed = {"open_attempt": None, "open_exam": False, "open_until": None}
    tx.merge(QUIZ_STATES.doc(attempt.quiz, user=user_id), closed)
    put_completed(tx, user_id, after, questions, now=now)
    return after


def put_completed(
    tx: Transaction,
    user_id: str,
    attempt: Attempt,
    questions: Mapping[str, AttemptQuestion],
    *,
    now: datetime,
) -> None:
    """Keep the completed attempt, tell of it, and have the model grade what is left to it. Costs 3 writes."""
    tx.put(ATTEMPTS.doc(attempt.id, user=user_id), attempt)
    tx.publish(completed_event(user_id, attempt, questions))
    if totals(attempt).grading == "pending":
        request = {"attempt_id": attempt.id}
        job = started(grading_job(attempt.id), kind=GRADING_JOB, request=request, now=now)
        tx.put(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(GradeAttempt(user=user_id, attempt=attempt.id), key=job.id)


def grading_job(attempt_id: str) -> str:
    """The id of the job that grades an attempt."""
    return derived_id(GRADING_JOB, attempt_id)


def completed_event(
    user_id: str, attempt: Attempt, questions: Mapping[str, AttemptQuestion]
) -> QuizAttemptCompleted:
    came_to, ended = totals(attempt), attempt.completed_at
    assert ended is not None  # noqa: S101 - it is completed
    return QuizAttemptCompleted(
        user=user_id,
        quiz=attempt.quiz,
        course=attempt.course,
        attempt=attempt.id,
        percentage=came_to.percentage,
        passed=came_to.passed,
        completed_at=ended,
        day=to_local_day(ended, ZoneInfo(attempt.timezone)),
        questions=tuple(_fact(attempt, question) for question in questions.values()),
    )


def _fact(attempt: Attempt, question: AttemptQuestion) -> QuestionFact:
    mark, answer = attempt.marks[question.id], attempt.answers.get(question.id)
    return QuestionFact(
        question=question.id,
        answered=answer is not None and not answer.is_blank,
        correct=mark.correct,
        points=mark.points,
        points_possible=question.points,
        concept=question.concept[:_LONGEST_CONCEPT],
        seconds=answer.seconds if answer else 0.0,
        selected=answer.selected_options if answer else (),
    )

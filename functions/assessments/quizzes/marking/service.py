"""Appeals against grades of the model, and grading by hand."""

from functions.assessments.quizzes.attempts.errors import AttemptNotOver
from functions.assessments.quizzes.attempts.models import Attempt, AttemptItem
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.grading.models import (
    Appeal,
    HandGrade,
)
from functions.assessments.quizzes.grading.rules import mark_by_hand
from functions.assessments.quizzes.grading.store import get_record, record_ref
from functions.assessments.quizzes.marking.errors import AlreadyAppealed, GradedByKey, NotGradedByModel
from functions.assessments.quizzes.marking.tasks import RegradeAnswer
from shared.clock import derive_id
from shared.errors import ValidationFailed
from shared.jobs import JOBS, Job, create_job
from shared.language import say
from shared.services import Services
from shared.store import Transaction

APPEAL_JOB = "appeal"


async def appeal(services: Services, *, user_id: str, attempt_id: str, question_id: str, reason: str) -> Job:
    """Have the model grade an answer that it graded once more; the better grade counts.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, NotGradedByModel, AlreadyAppealed.
    """
    now = services.clock.now()
    job = create_job(
        get_appeal_job_id(attempt_id, question_id),
        kind=APPEAL_JOB,
        request={"attempt_id": attempt_id, "question": question_id},
        now=now,
    )

    async def work(tx: Transaction) -> None:
        attempt, _ = await _get_completed(tx, user_id, attempt_id, question_id)
        if attempt.marks[question_id].graded_by != "model":
            raise NotGradedByModel
        record = await get_record(tx, user_id, attempt_id, question_id)
        if record.appeal is not None:
            raise AlreadyAppealed
        appealed = record.model_copy(update={"appeal": Appeal(reason=reason, made_at=now)})
        tx.put(record_ref(user_id, attempt_id, question_id), appealed)
        tx.put(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(RegradeAnswer(user=user_id, attempt=attempt_id, question=question_id), key=job.id)

    await services.store.transact(work)
    return job


def get_appeal_job_id(attempt_id: str, question_id: str) -> str:
    """Return the id of the one job that regrades an answer."""
    return derive_id(APPEAL_JOB, attempt_id, question_id)


async def grade_by_hand(
    services: Services, *, user_id: str, attempt_id: str, question_id: str, points: float, comment: str
) -> Attempt:
    """Set the points of a written answer, above any other grade.

    Raises AttemptNotFound, AttemptNotOver, ValidationFailed, GradedByKey.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Attempt:
        attempt, item = await _get_completed(tx, user_id, attempt_id, question_id)
        if points > item.points:
            problem = say("This must be at most {limit}", code="too_large", limit=item.points)
            raise ValidationFailed(details={"points": [problem]})
        if not item.written:
            raise GradedByKey
        questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt, sheets=[item.sheet])
        mark = mark_by_hand(questions[question_id], points)
        graded = attempt.model_copy(update={"marks": {**attempt.marks, question_id: mark}})
        record = await get_record(tx, user_id, attempt_id, question_id)
        by_hand = HandGrade(points=points, comment=comment, graded_at=now)
        tx.put(ATTEMPTS.doc(attempt_id, user=user_id), graded)
        decided = record.model_copy(update={"by_hand": by_hand})
        tx.put(record_ref(user_id, attempt_id, question_id), decided)
        return graded

    return await services.store.transact(work)


async def _get_completed(
    tx: Transaction, user_id: str, attempt_id: str, question_id: str
) -> tuple[Attempt, AttemptItem]:
    """Return the completed attempt and the item. Raises AttemptNotFound, AttemptNotOver, ValidationFailed."""
    attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
    item = attempt.item(question_id)
    if item is None:
        raise ValidationFailed(details={"question": ["Choose a question of this attempt"]})
    if not attempt.is_completed:
        raise AttemptNotOver
    return attempt, item

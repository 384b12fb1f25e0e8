"""Purging attempts, a bounded number at a time."""

from collections.abc import Sequence

from functions.assessments.quizzes.adaptive.store import ABILITIES, ITEM_RATINGS
from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.attempts.store import ATTEMPTS, query_attempts, sheet_ref
from functions.assessments.quizzes.grading.store import record_refs
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES, QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeAttempts
from shared.store import Store, Transaction

_MAX_ATTEMPTS = 5  # in one transaction


async def purge_attempts(store: Store, task: PurgeAttempts) -> None:
    """Delete some attempts at a deleted quiz, and enqueue the task again for the rest."""

    async def work(tx: Transaction) -> None:
        if await tx.get(QUIZZES.doc(task.quiz, user=task.user)) is not None:
            return
        attempts = await tx.find(query_attempts(task.user, task.quiz).limit(_MAX_ATTEMPTS))
        _delete_attempts(tx, task.user, attempts)
        _delete_summaries(tx, task.user, task.quiz)
        if attempts:
            tx.enqueue(task)

    await store.transact(work)


async def purge_course_attempts(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete some attempts of the course. Return whether there was none."""
    query = ATTEMPTS.query(user=user_id).where("course", "==", course_id)
    attempts = await tx.find(query.limit(_MAX_ATTEMPTS))
    _delete_attempts(tx, user_id, attempts)
    quiz_ids = sorted({attempt.quiz for attempt in attempts})
    quizzes = await tx.get_many([QUIZZES.doc(quiz_id, user=user_id) for quiz_id in quiz_ids])
    for quiz_id, quiz in zip(quiz_ids, quizzes, strict=True):
        if quiz is None or quiz.course == course_id:  # a quiz that was moved to another course stays
            _delete_summaries(tx, user_id, quiz_id)
    if not attempts:
        tx.delete(ABILITIES.doc(course_id, user=user_id))
    return not attempts


def _delete_attempts(tx: Transaction, user_id: str, attempts: Sequence[Attempt]) -> None:
    for attempt in attempts:
        for number in range(attempt.sheets):
            tx.delete(sheet_ref(user_id, attempt.id, number))
        for record in record_refs(user_id, attempt.id, attempt.marks):
            tx.delete(record)
        tx.delete(ATTEMPTS.doc(attempt.id, user=user_id))


def _delete_summaries(tx: Transaction, user_id: str, quiz_id: str) -> None:
    tx.delete(QUIZ_STATES.doc(quiz_id, user=user_id))
    tx.delete(ITEM_RATINGS.doc(quiz_id, user=user_id))

"""Deleting attempts and what they have, a bounded number at a time."""

from collections.abc import Sequence

from functions.assessments.quizzes.adaptive.store import ABILITIES, ITEM_RATINGS
from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.attempts.store import ATTEMPTS, attempts_at, sheet_ref
from functions.assessments.quizzes.grading.store import record_refs
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES, QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeAttempts
from shared.store import Store, Transaction

_AT_ONCE = 5


async def purge_attempts(store: Store, task: PurgeAttempts) -> None:
    """Delete some of the attempts at a quiz that is gone, and see to the rest later."""

    async def work(tx: Transaction) -> None:
        if await tx.get(QUIZZES.doc(task.quiz, user=task.user)) is not None:
            return
        attempts = await tx.find(attempts_at(task.user, task.quiz).limit(_AT_ONCE))
        _delete(tx, task.user, attempts)
        _delete_sums(tx, task.user, task.quiz)
        if attempts:
            tx.enqueue(task)

    await store.transact(work)


async def delete_attempts(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete some attempts of a course; whether there was none."""
    attempts = await tx.find(ATTEMPTS.query(user=user_id).where("course", "==", course_id).limit(_AT_ONCE))
    _delete(tx, user_id, attempts)
    quizzes = sorted({attempt.quiz for attempt in attempts})
    found = await tx.get_many([QUIZZES.doc(quiz, user=user_id) for quiz in quizzes])
    for quiz, kept in zip(quizzes, found, strict=True):
        if kept is None or kept.course == course_id:  # else it was moved, and lives on
            _delete_sums(tx, user_id, quiz)
    if not attempts:
        tx.delete(ABILITIES.doc(course_id, user=user_id))
    return not attempts


def _delete(tx: Transaction, user_id: str, attempts: Sequence[Attempt]) -> None:
    for attempt in attempts:
        for number in range(attempt.sheets):
            tx.delete(sheet_ref(user_id, attempt.id, number))
        for record in record_refs(user_id, attempt.id, attempt.marks):
            tx.delete(record)
        tx.delete(ATTEMPTS.doc(attempt.id, user=user_id))


def _delete_sums(tx: Transaction, user_id: str, quiz_id: str) -> None:
    tx.delete(QUIZ_STATES.doc(quiz_id, user=user_id))
    tx.delete(ITEM_RATINGS.doc(quiz_id, user=user_id))

"""Deleting what quizzes leave behind, a bounded number of documents at a time."""

from functions.assessments.quizzes.item_analysis.store import ITEM_STATS
from functions.assessments.quizzes.quizzes.store import QUESTIONS, QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeQuiz
from shared.store import Store, Transaction

_AT_ONCE = 100


async def purge_quiz(store: Store, task: PurgeQuiz) -> None:
    """Delete some of what a quiz that is gone had, and see to the rest later."""

    async def work(tx: Transaction) -> None:
        if await tx.get(QUIZZES.doc(task.quiz, user=task.user)) is not None:
            return
        if not await _delete_parts(tx, task.user, task.quiz):
            tx.enqueue(task)

    await store.transact(work)


async def delete_quizzes(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete a quiz of a course, or a part of one; whether there was none."""
    quiz = await tx.first(QUIZZES.query(user=user_id).where("course", "==", course_id))
    if quiz is None:
        return True
    if await _delete_parts(tx, user_id, quiz.id):
        tx.delete(QUIZZES.doc(quiz.id, user=user_id))
    return False


async def _delete_parts(tx: Transaction, user_id: str, quiz_id: str) -> bool:
    """Whether these were the last."""
    questions = await tx.find(QUESTIONS.query(user=user_id).where("quiz", "==", quiz_id).limit(_AT_ONCE))
    sums = await tx.find(ITEM_STATS.query(user=user_id).where("quiz", "==", quiz_id).limit(_AT_ONCE))
    for question in questions:
        tx.delete(QUESTIONS.doc(question.id, user=user_id))
    for counted in sums:
        tx.delete(ITEM_STATS.doc(counted.id, user=user_id))
    return len(questions) < _AT_ONCE and len(sums) < _AT_ONCE

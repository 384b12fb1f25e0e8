"""Purging quizzes, a bounded number of documents at a time."""

from functions.assessments.quizzes.item_analysis.store import ITEM_STATS, QUIZ_STATS
from functions.assessments.quizzes.questions.store import QUESTIONS
from functions.assessments.quizzes.quizzes.store import QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeQuiz
from shared.store import Store, Transaction

_MAX_DOCUMENTS = 100  # of a collection, in one transaction


async def purge_quiz(store: Store, task: PurgeQuiz) -> None:
    """Delete some questions and statistics of a deleted quiz, and enqueue the task again for the rest."""

    async def work(tx: Transaction) -> None:
        if await tx.get(QUIZZES.doc(task.quiz, user=task.user)) is not None:
            return
        if not await _purge_parts(tx, task.user, task.quiz):
            tx.enqueue(task)

    await store.transact(work)


async def purge_course_quizzes(tx: Transaction, user_id: str, course_id: str) -> bool:
    """Delete a quiz of the course, or some of its parts. Return whether there was none."""
    quiz = await tx.first(QUIZZES.query(user=user_id).where("course", "==", course_id))
    if quiz is None:
        return True
    if await _purge_parts(tx, user_id, quiz.id):
        tx.delete(QUIZZES.doc(quiz.id, user=user_id))
    return False


async def _purge_parts(tx: Transaction, user_id: str, quiz_id: str) -> bool:
    """Delete some questions and statistics of the quiz. Return whether none is left."""
    questions = await tx.find(
        QUESTIONS.query(user=user_id).where("quiz", "==", quiz_id).limit(_MAX_DOCUMENTS)
    )
    stats = await tx.find(ITEM_STATS.query(user=user_id).where("quiz", "==", quiz_id).limit(_MAX_DOCUMENTS))
    for question in questions:
        tx.delete(QUESTIONS.doc(question.id, user=user_id))
    for sums in stats:
        tx.delete(ITEM_STATS.doc(sums.id, user=user_id))
    tx.delete(QUIZ_STATS.doc(quiz_id, user=user_id))
    return len(questions) < _MAX_DOCUMENTS and len(stats) < _MAX_DOCUMENTS

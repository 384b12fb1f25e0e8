"""Counting completed attempts into item statistics, and listing the statistics."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from functions.assessments.quizzes.item_analysis.models import ItemSums, QuizStats
from functions.assessments.quizzes.item_analysis.rules import ItemScore, add_sums, compute_sums
from functions.assessments.quizzes.item_analysis.schemas import QuestionStatisticsView
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS, QUIZ_STATS
from functions.assessments.quizzes.item_analysis.views import build_question_statistics
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.questions.store import get_questions
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.store import QUIZZES, get_quiz
from shared.consumers import Delivery
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services
from shared.store import Increment, Store, Transaction
from shared.web.pages import Page, PageRequest, get_page_of_ids

V = TypeVar("V", bound=BaseModel)


async def count_attempt(store: Store, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Add a completed attempt to the sums of its questions that still exist. Costs 2 reads and 2 writes."""
    sums = compute_sums(_get_scores(event))

    async def work(tx: Transaction) -> None:
        quiz = await tx.get(QUIZZES.doc(event.quiz, user=event.user))
        if quiz is None or not await delivery.claim(tx):
            return
        existing = set(quiz.questions) & sums.keys()
        changes = {question: _build_increments(sums[question]) for question in sorted(existing)}
        if changes:
            tx.merge(QUIZ_STATS.doc(event.quiz, user=event.user), {"questions": changes})

    await store.transact(work)


async def get_sums(store: Store, *, user_id: str, quiz_id: str, questions: Sequence[str]) -> list[ItemSums]:
    """Return the sums of questions of the quiz, in their order. Costs 1 read, and 1 for each question."""
    stats = await store.get(QUIZ_STATS.doc(quiz_id, user=user_id)) or QuizStats(id=quiz_id)
    earlier = await store.get_many([ITEM_STATS.doc(question, user=user_id) for question in questions])
    return [
        add_sums(stats.questions.get(question, ItemSums()), before or ItemSums())
        for question, before in zip(questions, earlier, strict=True)
    ]


async def reset_sums(tx: Transaction, *, user_id: str, quiz_id: str, question_id: str) -> None:
    """Forget the sums of a question. Costs 1 read, and at most 1 write and 1 delete."""
    ref = QUIZ_STATS.doc(quiz_id, user=user_id)
    stats = await tx.get(ref)
    if stats is not None and question_id in stats.questions:
        others = {each: sums for each, sums in stats.questions.items() if each != question_id}
        tx.put(ref, stats.model_copy(update={"questions": others}))
    tx.delete(ITEM_STATS.doc(question_id, user=user_id))


async def list_statistics(
    services: Services, page_request: PageRequest, *, user_id: str, quiz_id: str
) -> Page[QuestionStatisticsView]:
    """Return a page of the quiz's questions with their statistics. Raises QuizNotFound, ExamInProgress."""
    return await page_questions(
        services, page_request, user_id=user_id, quiz_id=quiz_id, view=build_question_statistics
    )


async def page_questions(
    services: Services,
    page_request: PageRequest,
    *,
    user_id: str,
    quiz_id: str,
    view: Callable[[Question, int, ItemSums], V],
) -> Page[V]:
    """Return a page of the quiz's questions in their order.

    Each is shown by `view` with its order, from 1, and its sums. Costs 4 reads, and 2 for each question.

    Raises QuizNotFound, ExamInProgress.
    """
    store, now = services.store, services.clock.now()
    quiz = await get_quiz(store, user_id=user_id, quiz_id=quiz_id)
    await require_no_exam(store, user_id=user_id, quiz_id=quiz_id, now=now)
    orders = {question: order for order, question in enumerate(quiz.questions, 1)}

    async def load(ids: Sequence[str]) -> list[V]:
        questions = await get_questions(store, user_id=user_id, ids=ids)
        own = [question.id for question in questions]
        stats = await get_sums(store, user_id=user_id, quiz_id=quiz_id, questions=own)
        return [
            view(question, orders[question.id], sums) for question, sums in zip(questions, stats, strict=True)
        ]

    return await get_page_of_ids(quiz.questions, page_request, load)


def _get_scores(event: QuizAttemptCompleted) -> list[ItemScore]:
    """Return the scores of the graded questions by their first answers; those without one earned nothing."""
    return [
        ItemScore(fact.question, answer.points, fact.points_possible, answer.selected)
        for fact in event.questions
        for answer in [fact.first or fact]
        if fact.points_possible > 0 and (fact.first or fact.correct is not None or not fact.answered)
    ]


def _build_increments(sums: ItemSums) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: Increment(value) for name, value in sums if isinstance(value, int) and value
    }
    if sums.chosen:
        fields["chosen"] = {option: Increment(count) for option, count in sums.chosen.items()}
    return fields

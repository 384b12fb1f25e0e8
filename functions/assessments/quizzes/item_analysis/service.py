"""Counting what attempts tell of questions, and showing it."""

from collections.abc import Sequence
from typing import Any

from functions.assessments.quizzes.item_analysis.models import ItemStats
from functions.assessments.quizzes.item_analysis.rules import Scored, additions
from functions.assessments.quizzes.item_analysis.schemas import QuestionStatisticsView
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS
from functions.assessments.quizzes.item_analysis.views import statistics_view
from functions.assessments.quizzes.quizzes.models import Question
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.store import QUIZZES, questions_of, visible_quiz
from shared.consumers import Delivery
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services
from shared.store import Increment, Store, Transaction
from shared.web.pages import Page, PageRequest, page_of


async def count_attempt(store: Store, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Add a completed attempt to the sums of its questions, all at once; those that are gone stay gone."""
    added = additions(_scored(event))

    async def work(tx: Transaction) -> None:
        quiz = await tx.get(QUIZZES.doc(event.quiz, user=event.user))
        if quiz is None or not await delivery.first(tx):
            return
        for question in set(quiz.questions) & added.keys():
            fields = {"quiz": event.quiz, **_increments(added[question])}
            tx.merge(ITEM_STATS.doc(question, user=event.user), fields)

    await store.transact(work)


async def list_statistics(
    services: Services, asked: PageRequest, *, user_id: str, quiz_id: str
) -> Page[QuestionStatisticsView]:
    """A page of the quiz's questions, in their order. Costs 3 reads, and 2 for each of them.
    Raises QuizNotFound, ExamInProgress."""
    store, now = services.store, services.clock.now()
    quiz = await visible_quiz(store, user_id=user_id, quiz_id=quiz_id)
    await require_no_exam(store, user_id=user_id, quiz_id=quiz_id, now=now)
    places = {question: place for place, question in enumerate(quiz.questions, 1)}

    async def load(ids: Sequence[str]) -> list[QuestionStatisticsView]:
        questions = await questions_of(store, user_id=user_id, questions=ids)
        sums = await store.get_many([ITEM_STATS.doc(question.id, user=user_id) for question in questions])
        return [
            _view(question, places[question.id], counted)
            for question, counted in zip(questions, sums, strict=True)
        ]

    return await page_of(quiz.questions, asked, load)


def _scored(event: QuizAttemptCompleted) -> list[Scored]:
    """What is graded; what was left unanswered earned nothing."""
    return [
        Scored(fact.question, fact.points, fact.points_possible, fact.selected)
        for fact in event.questions
        if fact.points_possible > 0 and (fact.correct is not None or not fact.answered)
    ]


def _increments(sums: ItemStats) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: Increment(value) for name, value in sums if isinstance(value, int) and value
    }
    if sums.chosen:
        fields["chosen"] = {option: Increment(count) for option, count in sums.chosen.items()}
    return fields


def _view(question: Question, order: int, counted: ItemStats | None) -> QuestionStatisticsView:
    return QuestionStatisticsView(
        question=question.id,
        order=order,
        question_text=question.question_text,
        question_type=question.question_type,
        statistics=statistics_view(counted, question),
    )

"""Adding, reading, changing and deleting the questions of a quiz."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.assessments.quizzes.item_analysis.store import ITEM_STATS
from functions.assessments.quizzes.item_analysis.views import statistics_view
from functions.assessments.quizzes.quizzes.composing import composed
from functions.assessments.quizzes.quizzes.errors import QuizFull
from functions.assessments.quizzes.quizzes.models import MOST_QUESTIONS, NewQuestion, Question
from functions.assessments.quizzes.quizzes.rules import moved, same_key
from functions.assessments.quizzes.quizzes.schemas import QuestionView
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.service import made
from functions.assessments.quizzes.quizzes.store import (
    QUESTIONS,
    QUIZZES,
    questions_of,
    visible_question,
    visible_quiz,
)
from shared.services import Services
from shared.store import Transaction
from shared.web.pages import Page, PageRequest, page_of

Placed = tuple[Question, int]  # with its order in the quiz, from 1


async def list_questions(
    services: Services, asked: PageRequest, *, user_id: str, quiz_id: str
) -> Page[QuestionView]:
    """A page of the quiz's questions with their statistics. Raises QuizNotFound, ExamInProgress."""
    store, now = services.store, services.clock.now()
    quiz = await visible_quiz(store, user_id=user_id, quiz_id=quiz_id)
    await require_no_exam(store, user_id=user_id, quiz_id=quiz_id, now=now)
    places = {question: place for place, question in enumerate(quiz.questions, 1)}

    async def load(ids: Sequence[str]) -> list[QuestionView]:
        questions = await questions_of(store, user_id=user_id, questions=ids)
        sums = await store.get_many([ITEM_STATS.doc(question.id, user=user_id) for question in questions])
        return [
            QuestionView.of(
                question, order=places[question.id], statistics=statistics_view(counted, question)
            )
            for question, counted in zip(questions, sums, strict=True)
        ]

    return await page_of(quiz.questions, asked, load)


async def shown_question(
    services: Services, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> QuestionView:
    """Raises QuestionNotFound, ExamInProgress."""
    store, now = services.store, services.clock.now()
    quiz, question = await visible_question(store, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
    await require_no_exam(store, user_id=user_id, quiz_id=quiz.id, now=now)
    counted = await store.get(ITEM_STATS.doc(question_id, user=user_id))
    order = quiz.questions.index(question_id) + 1
    return QuestionView.of(question, order=order, statistics=statistics_view(counted, question))


async def add_question(
    services: Services, *, user_id: str, quiz_id: str, sent: Mapping[str, Any], order: int | None
) -> Placed:
    """The question, last in the quiz where no `order` is given.
    Raises QuizNotFound, QuizFull, ValidationFailed."""
    content = composed(sent, new_id=services.ids.new)
    now, question_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> Placed:
        quiz = await visible_quiz(tx, user_id=user_id, quiz_id=quiz_id)
        if len(quiz.questions) >= MOST_QUESTIONS:
            raise QuizFull
        new = NewQuestion(**dict(content))
        question = made(new, question_id=question_id, quiz_id=quiz_id, course=quiz.course, now=now)
        ids = moved(quiz.questions, question_id, order or MOST_QUESTIONS)
        tx.create(QUESTIONS.doc(question_id, user=user_id), question)
        tx.merge(QUIZZES.doc(quiz_id, user=user_id), {"questions": ids, "updated_at": now})
        return question, ids.index(question_id) + 1

    return await services.store.transact(work)


async def change_question(
    services: Services,
    *,
    user_id: str,
    question_id: str,
    quiz_id: str | None = None,
    sent: Mapping[str, Any],
    order: int | None,
) -> Placed:
    """The question with the fields sent, at `order` where one is given; attempts keep it as they found it.
    With another key its statistics begin anew. Nothing is written where nothing changes.

    Raises QuestionNotFound, ExamInProgress, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Placed:
        quiz, before = await visible_question(tx, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
        await require_no_exam(tx, user_id=user_id, quiz_id=quiz.id, now=now)
        after = before.model_copy(update=dict(composed(sent, new_id=services.ids.new, base=before)))
        if after != before:
            after = after.model_copy(update={"updated_at": now})
            tx.put(QUESTIONS.doc(question_id, user=user_id), after)
            if not same_key(before, after):
                tx.delete(ITEM_STATS.doc(question_id, user=user_id))
        ids = moved(quiz.questions, question_id, order) if order else quiz.questions
        if ids != quiz.questions:
            tx.merge(QUIZZES.doc(quiz.id, user=user_id), {"questions": ids, "updated_at": now})
        return after, ids.index(question_id) + 1

    return await services.store.transact(work)


async def delete_question(
    services: Services, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> None:
    """The question goes with its statistics; attempts keep it as they found it. Raises QuestionNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        quiz, _ = await visible_question(tx, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
        left = tuple(each for each in quiz.questions if each != question_id)
        tx.merge(QUIZZES.doc(quiz.id, user=user_id), {"questions": left, "updated_at": now})
        tx.delete(QUESTIONS.doc(question_id, user=user_id))
        tx.delete(ITEM_STATS.doc(question_id, user=user_id))

    await services.store.transact(work)

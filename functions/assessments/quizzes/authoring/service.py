"""Adding, showing, changing and deleting the questions of a quiz."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.assessments.quizzes.authoring.errors import QuizFull
from functions.assessments.quizzes.authoring.schemas import QuestionView
from functions.assessments.quizzes.item_analysis.models import ItemSums
from functions.assessments.quizzes.item_analysis.service import get_sums, page_questions, reset_sums
from functions.assessments.quizzes.item_analysis.views import build_statistics_view
from functions.assessments.quizzes.questions.composition import build_question, compose_content
from functions.assessments.quizzes.questions.errors import QuestionNotFound
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, NewQuestion, Question
from functions.assessments.quizzes.questions.rules import has_same_key
from functions.assessments.quizzes.questions.store import QUESTIONS
from functions.assessments.quizzes.quizzes.errors import QuizNotFound
from functions.assessments.quizzes.quizzes.models import Quiz
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.store import QUIZZES, get_quiz
from shared.services import Services
from shared.store import Store, Transaction
from shared.web.pages import Page, PageRequest

Placed = tuple[Question, int]  # with its order in the quiz, from 1


async def list_questions(
    services: Services, page_request: PageRequest, *, user_id: str, quiz_id: str
) -> Page[QuestionView]:
    """Return a page of the quiz's questions with their statistics. Raises QuizNotFound, ExamInProgress."""
    return await page_questions(services, page_request, user_id=user_id, quiz_id=quiz_id, view=_build_view)


async def show_question(
    services: Services, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> QuestionView:
    """Return the question with its statistics. Raises QuestionNotFound, ExamInProgress."""
    store, now = services.store, services.clock.now()
    quiz, question = await get_question(store, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
    await require_no_exam(store, user_id=user_id, quiz_id=quiz.id, now=now)
    (sums,) = await get_sums(store, user_id=user_id, quiz_id=quiz.id, questions=[question_id])
    return _build_view(question, quiz.questions.index(question_id) + 1, sums)


async def add_question(
    services: Services, *, user_id: str, quiz_id: str, sent: Mapping[str, Any], order: int | None
) -> Placed:
    """Add a question at `order`, or as the last one. Raises QuizNotFound, QuizFull, ValidationFailed."""
    content = compose_content(sent, new_id=services.ids.new)
    now, question_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> Placed:
        quiz = await get_quiz(tx, user_id=user_id, quiz_id=quiz_id)
        if len(quiz.questions) >= MAX_QUESTIONS:
            raise QuizFull
        new = NewQuestion(**dict(content))
        question = build_question(new, question_id=question_id, quiz_id=quiz_id, course=quiz.course, now=now)
        ids = move_question(quiz.questions, question_id, order or MAX_QUESTIONS)
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
    """Set the fields that are sent and move the question to `order`, if given.

    Attempts that have begun keep the former question. A change of the key resets its statistics. Writes only
    what changes.

    Raises QuestionNotFound, ExamInProgress, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Placed:
        quiz, before = await get_question(tx, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
        await require_no_exam(tx, user_id=user_id, quiz_id=quiz.id, now=now)
        content = compose_content(sent, new_id=services.ids.new, base=before)
        after = before.model_copy(update=dict(content))
        if after != before:
            after = after.model_copy(update={"updated_at": now})
            tx.put(QUESTIONS.doc(question_id, user=user_id), after)
            if not has_same_key(before, after):
                await reset_sums(tx, user_id=user_id, quiz_id=quiz.id, question_id=question_id)
        ids = move_question(quiz.questions, question_id, order) if order else quiz.questions
        if ids != quiz.questions:
            tx.merge(QUIZZES.doc(quiz.id, user=user_id), {"questions": ids, "updated_at": now})
        return after, ids.index(question_id) + 1

    return await services.store.transact(work)


async def delete_question(
    services: Services, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> None:
    """Delete the question with its statistics; attempts that have begun keep it. Raises QuestionNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> None:
        quiz, _ = await get_question(tx, user_id=user_id, question_id=question_id, quiz_id=quiz_id)
        ids = tuple(each for each in quiz.questions if each != question_id)
        tx.merge(QUIZZES.doc(quiz.id, user=user_id), {"questions": ids, "updated_at": now})
        tx.delete(QUESTIONS.doc(question_id, user=user_id))
        await reset_sums(tx, user_id=user_id, quiz_id=quiz.id, question_id=question_id)

    await services.store.transact(work)


async def get_question(
    reads: Store | Transaction, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> tuple[Quiz, Question]:
    """Return the question and its quiz, which must be `quiz_id` if given. Costs 3 reads.

    Raises QuestionNotFound.
    """
    question = await reads.get(QUESTIONS.doc(question_id, user=user_id))
    if question is None or quiz_id not in (None, question.quiz):
        raise QuestionNotFound
    try:
        quiz = await get_quiz(reads, user_id=user_id, quiz_id=question.quiz)
    except QuizNotFound:
        raise QuestionNotFound from None
    if question.id not in quiz.questions:
        raise QuestionNotFound
    return quiz, question


def move_question(ids: Sequence[str], question_id: str, order: int) -> tuple[str, ...]:
    """Return the ids with this one at `order`, counted from 1; an order past the end means the end."""
    others = [each for each in ids if each != question_id]
    others.insert(order - 1, question_id)
    return tuple(others)


def _build_view(question: Question, order: int, sums: ItemSums) -> QuestionView:
    return QuestionView.of(question, order=order, statistics=build_statistics_view(sums, question))

"""Adding, listing, changing and deleting quizzes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.questions.composition import build_question
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.questions.store import QUESTIONS, get_questions
from functions.assessments.quizzes.quizzes.models import NewQuiz, Quiz, QuizType
from functions.assessments.quizzes.quizzes.store import QUIZZES, get_quiz
from functions.assessments.quizzes.quizzes.tasks import PurgeAttempts, PurgeQuiz
from shared.clock import Ids
from shared.errors import ValidationFailed
from shared.services import Services
from shared.store import Query, Store, Transaction
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, get_page

MAX_COUNTED = 10_000  # a list counts no further: ten reads


@dataclass(frozen=True)
class Filters:
    """Equalities that narrow the list of quizzes; None matches all."""

    course: str | None = None
    quiz_type: QuizType | None = None
    assessment: str | None = None

    @property
    def equalities(self) -> dict[str, str]:
        named = {"course": self.course, "quiz_type": self.quiz_type, "assessment": self.assessment}
        return {field: value for field, value in named.items() if value is not None}


async def add_quiz(
    tx: Transaction, *, user_id: str, quiz: NewQuiz, ids: Ids, now: datetime
) -> tuple[Quiz, list[Question]]:
    """Add a quiz with its questions, which must be free of `rules.find_problems`.

    Costs 2 reads; 1 write, and 1 for each question. Raises CourseNotFound; the transaction raises
    AlreadyExists if a given id is taken.
    """
    state = await get_study_state(tx, user_id)
    await require_courses(tx, user_id=user_id, courses={quiz.course}, state=state)
    quiz_id = quiz.id or ids.new()
    questions = [
        build_question(new, question_id=new.id or ids.new(), quiz_id=quiz_id, course=quiz.course, now=now)
        for new in quiz.questions
    ]
    order = tuple(question.id for question in questions)
    fields = {**dict(quiz), "id": quiz_id, "questions": order, "created_at": now, "updated_at": now}
    added = Quiz(**fields)
    tx.create(QUIZZES.doc(quiz_id, user=user_id), added)
    for question in questions:
        tx.create(QUESTIONS.doc(question.id, user=user_id), question)
    return added, questions


async def create_quiz(services: Services, *, user_id: str, quiz: NewQuiz) -> Quiz:
    """Create a quiz in a transaction of its own. Raises CourseNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Quiz:
        added, _ = await add_quiz(tx, user_id=user_id, quiz=quiz, ids=services.ids, now=now)
        return added

    return await services.store.transact(work)


async def list_quizzes(
    store: Store, page_request: PageRequest, *, user_id: str, filters: Filters
) -> Page[Quiz]:
    """Return a page of the quizzes that match, newest first."""
    state = await get_study_state(store, user_id)
    query = QUIZZES.query(user=user_id)
    for field, value in filters.equalities.items():
        query = query.where(field, "==", value)
    query = query.order_by("created_at", descending=True)
    forgotten = state.forgotten_courses
    keep = (lambda quiz: quiz.course not in forgotten) if forgotten else None
    count = await _count(store, query, filters, forgotten)
    return await get_page(store, query, page_request, lambda quiz: quiz, count=count, keep=keep)


async def _count(store: Store, query: Query[Quiz], filters: Filters, forgotten: tuple[str, ...]) -> int:
    if filters.course in forgotten:
        return 0
    total = await store.count(query.limit(MAX_COUNTED))
    for course in () if filters.course else forgotten:
        note_items(MAX_COUNTED // 1000)
        total -= await store.count(query.where("course", "==", course).limit(MAX_COUNTED))
    return max(0, total)


async def change_quiz(services: Services, *, user_id: str, quiz_id: str, fields: Mapping[str, Any]) -> Quiz:
    """Set these fields; `questions` may only be put in another order. Writes nothing if nothing changes.

    Raises QuizNotFound, CourseNotFound, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> Quiz:
        before = await get_quiz(tx, user_id=user_id, quiz_id=quiz_id)
        after = before.model_copy(update=fields)
        if after == before:
            return before
        if sorted(after.questions) != sorted(before.questions):
            problem = "Must be the ids of all questions of the quiz, each once"
            raise ValidationFailed(details={"questions": [problem]})
        if after.course != before.course:
            state = await get_study_state(tx, user_id)
            await require_courses(tx, user_id=user_id, courses={after.course}, state=state)
        after = after.model_copy(update={"updated_at": now})
        tx.put(QUIZZES.doc(quiz_id, user=user_id), after)
        return after

    return await services.store.transact(work)


async def delete_quiz(services: Services, *, user_id: str, quiz_id: str) -> None:
    """Delete the quiz now, its questions and attempts in the background. Raises QuizNotFound."""

    async def work(tx: Transaction) -> None:
        await get_quiz(tx, user_id=user_id, quiz_id=quiz_id)
        tx.delete(QUIZZES.doc(quiz_id, user=user_id))
        tx.enqueue(PurgeQuiz(user=user_id, quiz=quiz_id))
        tx.enqueue(PurgeAttempts(user=user_id, quiz=quiz_id))

    await services.store.transact(work)


async def get_quiz_with_questions(store: Store, *, user_id: str, quiz_id: str) -> tuple[Quiz, list[Question]]:
    """Return the quiz and its questions. Raises QuizNotFound.

    Costs 2 reads, and 1 for each question, which is an item.
    """
    quiz = await get_quiz(store, user_id=user_id, quiz_id=quiz_id)
    note_items(len(quiz.questions))
    return quiz, await get_questions(store, user_id=user_id, ids=quiz.questions)

"""Tests of purging quizzes with their questions and statistics."""

import pytest

from functions.assessments.quizzes.authoring.purge import purge_quiz
from functions.assessments.quizzes.item_analysis.models import ItemStats, ItemSums, QuizStats
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS, QUIZ_STATS
from functions.assessments.quizzes.questions.models import Option, Question
from functions.assessments.quizzes.questions.store import QUESTIONS
from functions.assessments.quizzes.quizzes.store import QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeQuiz
from tests.functions.assessments.quizzes.makers import QUESTIONS as QUESTION_PATH
from tests.functions.assessments.quizzes.makers import QUIZZES as PATH
from tests.functions.assessments.quizzes.makers import QuizMaker

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _store_questions(maker: QuizMaker, quiz: str, number: int) -> None:
    """Store questions with statistics that are not listed in their quiz."""
    services, user = maker.learner.stack.services, maker.learner.id
    for n in range(number):
        question = Question(
            id=f"{quiz}-{n}", quiz=quiz, course=maker.learner.course, question_text="q", question_type="code",
            options=(Option(id="o", text="t"),), created_at=services.clock.now(),
            updated_at=services.clock.now(),
        )  # fmt: skip
        await services.store.put(QUESTIONS.doc(question.id, user=user), question)
        sums = ItemStats(id=question.id, quiz=quiz)
        await services.store.put(ITEM_STATS.doc(sums.id, user=user), sums)
    stats = QuizStats(id=quiz, questions={f"{quiz}-0": ItemSums(answers=1)})
    await services.store.put(QUIZ_STATS.doc(quiz, user=user), stats)


async def _count_documents(maker: QuizMaker) -> list[int]:
    store, user = maker.learner.stack.services.store, maker.learner.id
    return [
        len(await store.find(QUIZZES.query(user=user))),
        len(await store.find(QUESTIONS.query(user=user))),
        len(await store.find(ITEM_STATS.query(user=user))),
        len(await store.find(QUIZ_STATS.query(user=user))),
    ]


async def test_a_deleted_quiz_vanishes_at_once_and_its_questions_are_purged(maker: QuizMaker) -> None:
    quiz, kept = (await maker.create_quiz())["id"], (await maker.create_quiz())["id"]
    await maker.add_question(kept)
    question = (await maker.add_question(quiz))["id"]
    await _store_questions(maker, quiz, 120)
    assert (await maker.http.delete(f"{PATH}{quiz}/")).status_code == 204
    for path in (f"{PATH}{quiz}/", f"{PATH}{quiz}/questions/", f"{QUESTION_PATH}{question}/"):
        assert (await maker.http.get(path)).status_code == 404
    assert (await maker.http.patch(f"{QUESTION_PATH}{question}/", json={"points": 2})).status_code == 404
    await maker.learner.stack.drain()
    assert await _count_documents(maker) == [1, 1, 0, 0]


async def test_a_purge_of_an_existing_quiz_does_nothing(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    await maker.add_question(quiz)
    await purge_quiz(maker.learner.stack.services.store, PurgeQuiz(user=maker.learner.id, quiz=quiz))
    assert await _count_documents(maker) == [1, 1, 0, 0]


async def test_quizzes_of_a_deleted_course_vanish_at_once_and_are_purged(maker: QuizMaker) -> None:
    doomed = await maker.learner.new_course()
    kept, gone = (await maker.create_quiz())["id"], (await maker.create_quiz(course=doomed))["id"]
    other = (await maker.create_quiz(course=doomed))["id"]
    question = (await maker.add_question(gone))["id"]
    await maker.learner.add(course=doomed)
    await _store_questions(maker, other, 110)
    await maker.learner.delete_course(doomed)

    page = await maker.get()
    assert ([quiz["id"] for quiz in page["results"]], page["count"]) == ([kept], 1)
    assert (await maker.get(course=doomed))["count"] == 0
    for path in (f"{PATH}{gone}/", f"/api/quizzes/{gone}/", f"{QUESTION_PATH}{question}/"):
        assert (await maker.http.get(path)).status_code == 404
    assert (await maker.http.post(PATH, json={"course": doomed, "title": "t"})).status_code == 404

    await maker.learner.stack.drain()
    assert await _count_documents(maker) == [1, 0, 0, 0]
    assert (await maker.get())["count"] == 1

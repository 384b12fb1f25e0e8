"""Making, listing, changing and deleting quizzes."""

import asyncio
from typing import Any

import pytest

from functions.assessments.quizzes.authoring.purge import purge_quiz
from functions.assessments.quizzes.item_analysis.models import ItemStats
from functions.assessments.quizzes.item_analysis.store import ITEM_STATS
from functions.assessments.quizzes.questions.models import Option, Question
from functions.assessments.quizzes.questions.store import QUESTIONS
from functions.assessments.quizzes.quizzes.store import QUIZZES
from functions.assessments.quizzes.quizzes.tasks import PurgeQuiz
from tests.functions.assessments.learners import new_learner
from tests.functions.assessments.quizzes.makers import BY_TYPE, QuizMaker
from tests.functions.assessments.quizzes.makers import QUESTIONS as QUESTION_PATH
from tests.functions.assessments.quizzes.makers import QUIZZES as PATH

pytestmark = pytest.mark.asyncio(loop_scope="module")

REVIEW: dict[str, Any] = {
    "title": "Calculus Final Review",
    "description": "Comprehensive review of calculus concepts",
    "quiz_type": "exam",
    "time_limit_minutes": 60,
    "passing_score": 65.5,
    "max_attempts": 3,
    "randomize_questions": True,
    "show_results_immediately": False,
    "adaptive": True,
    "questions_per_attempt": 10,
    "topic": "Calculus",
}


async def test_a_quiz_is_made_shown_and_put_back(maker: QuizMaker) -> None:
    made = await maker.quiz(**REVIEW)
    assert made | REVIEW == made
    assert (made["question_count"], made["source"], made["assessment"]) == (0, "manual", None)
    assert await maker.get(f"{made['id']}/") == made
    assert (await maker.http.put(f"{PATH}{made['id']}/", json=made)).json() == made
    plain = (
        await maker.http.put(f"{PATH}{made['id']}/", json={"course": made["course"], "title": "t"})
    ).json()
    assert plain | {
        "title": "t", "quiz_type": "practice", "passing_score": 70.0, "max_attempts": None, "adaptive": False,
        "time_limit_minutes": None, "randomize_questions": False, "show_results_immediately": True,
    } == plain  # fmt: skip


async def test_every_bad_field_of_a_quiz_is_named(maker: QuizMaker) -> None:
    bad: dict[str, Any] = {
        "title": " ", "quiz_type": "test", "time_limit_minutes": 0, "passing_score": 100.1, "max_attempts": 0,
        "questions_per_attempt": 501, "randomize_questions": None, "colour": "red", "topic": "x" * 501,
    }  # fmt: skip
    answer = await maker.http.post(PATH, json={"course": maker.learner.course, **bad})
    assert (answer.status_code, sorted(answer.json()["details"])) == (422, sorted(bad))
    missing = await maker.http.post(PATH, json={})
    assert sorted(missing.json()["details"]) == ["course", "title"]


async def test_a_quiz_wants_a_course_that_is_there(maker: QuizMaker) -> None:
    unknown = maker.learner.stack.services.ids.new()
    assert (await maker.http.post(PATH, json={"course": unknown, "title": "t"})).status_code == 404
    quiz = (await maker.quiz())["id"]
    assert (await maker.http.patch(f"{PATH}{quiz}/", json={"course": unknown})).status_code == 404
    other = await maker.learner.new_course()
    assert (await maker.http.patch(f"{PATH}{quiz}/", json={"course": other})).json()["course"] == other


async def test_lists_are_filtered_and_newest_first(maker: QuizMaker) -> None:
    other = await maker.learner.new_course()
    made = [
        (await maker.quiz(quiz_type=kind, course=course))["id"]
        for kind in ("practice", "exam")
        for course in (maker.learner.course, other)
    ]

    async def ids(**params: Any) -> list[str]:
        page = await maker.get(**params)
        assert page["count"] == len(page["results"])
        return [quiz["id"] for quiz in page["results"]]

    assert await ids() == made[::-1]
    assert await ids(course=other) == [made[3], made[1]]
    assert await ids(quiz_type="exam") == [made[3], made[2]]
    assert await ids(quiz_type="exam", course=other) == [made[3]]
    assert await ids(assessment="none", quiz_type="exam", course=other) == []
    assert (await maker.http.get(PATH, params={"quiz_type": "riddle"})).status_code == 422
    first = await maker.get(page_size=3)
    assert (first["count"], len(first["results"])) == (4, 3)
    assert len((await maker.http.get(first["next"])).json()["results"]) == 1


async def test_a_quiz_to_take_shows_no_answers(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    for kind in BY_TYPE:
        await maker.question(quiz, kind)
    answer = await maker.http.get(f"/api/quizzes/{quiz}/")
    shown = answer.json()
    assert [question["question_type"] for question in shown["questions"]] == list(BY_TYPE)
    assert {name for question in shown["questions"] for name in question} == {
        "id", "question_text", "question_type", "points", "options",
    }  # fmt: skip
    assert {name for question in shown["questions"] for o in question["options"] for name in o} == {
        "id",
        "text",
    }
    assert shown["question_count"] == len(BY_TYPE)


async def test_another_users_quiz_is_not_there(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    question = (await maker.question(quiz))["id"]
    other = await new_learner(maker.learner.stack)
    paths = [
        f"{PATH}{quiz}/",
        f"{PATH}{quiz}/questions/",
        f"{PATH}{quiz}/statistics/",
        f"/api/quizzes/{quiz}/",
    ]
    paths += [f"{QUESTION_PATH}{question}/", f"{PATH}{quiz}/questions/{question}/"]
    for path in paths:
        assert (await other.http.get(path)).status_code == 404, path
    for path in (paths[0], *paths[4:]):
        assert (await other.http.patch(path, json={})).status_code == 404, path
        assert (await other.http.delete(path)).status_code == 404, path
    body = BY_TYPE["code"]
    assert (await other.http.post(f"{PATH}{quiz}/questions/", json=body)).status_code == 404


async def test_questions_are_put_in_order(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    a, b, c = [(await maker.question(quiz))["id"] for _ in range(3)]
    d = (await maker.question(quiz, order=2))["id"]

    async def order() -> list[str]:
        listed = await maker.listed(quiz)
        assert [question["order"] for question in listed] == [1, 2, 3, 4]
        return [question["id"] for question in listed]

    assert await order() == [a, d, b, c]
    moved = await maker.http.patch(f"{QUESTION_PATH}{a}/", json={"order": 3})
    assert moved.json()["order"] == 3
    assert await order() == [d, b, a, c]
    assert (await maker.http.patch(f"{QUESTION_PATH}{d}/", json={"order": 99})).json()["order"] == 4
    assert await order() == [b, a, c, d]
    turned = await maker.http.patch(f"{PATH}{quiz}/", json={"questions": [d, c, b, a]})
    assert turned.status_code == 200
    assert await order() == [d, c, b, a]
    for wrong in ([a, b, c], [a, b, c, a], [a, b, c, d, d], [a, b, c, "x"]):
        answer = await maker.http.patch(f"{PATH}{quiz}/", json={"questions": wrong})
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["questions"])


async def test_questions_are_listed_page_by_page(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    ids = [(await maker.question(quiz, "code"))["id"] for _ in range(5)]
    first = await maker.get(f"{quiz}/questions/", page_size=2)
    second = (await maker.http.get(first["next"])).json()
    third = (await maker.http.get(second["next"])).json()
    pages = [[question["id"] for question in page["results"]] for page in (first, second, third)]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert (first["count"], first["previous"], third["next"]) == (5, None, None)
    assert (await maker.http.get(third["previous"])).json()["results"] == second["results"]
    foreign = (await maker.quiz())["id"]
    await maker.quiz()
    cursor = (await maker.get(page_size=1))["next"].partition("cursor=")[2]
    answer = await maker.http.get(f"{PATH}{foreign}/questions/", params={"cursor": cursor})
    assert answer.status_code == 422


async def test_options_keep_their_ids_where_they_are_the_same(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    made = await maker.question(quiz)
    path, (right, wrong) = f"{QUESTION_PATH}{made['id']}/", made["options"]

    async def sent(*options: dict[str, Any]) -> list[str]:
        answer = await maker.http.patch(path, json={"options": options})
        assert answer.status_code == 200, answer.text
        return [option["id"] for option in answer.json()["options"]]

    ids = await sent({**right, "text": "2·x"}, {"text": "x"}, {"text": "new"})
    assert ids[:2] == [right["id"], wrong["id"]]
    assert ids[2] not in ids[:2]
    for unknown in ("unknown", right["id"]):
        again = [{**right, "text": "2x"}, {"id": unknown, "text": "y"}]
        answer = await maker.http.patch(path, json={"options": again})
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["options.1.id"])


async def test_a_change_of_type_drops_what_belonged_to_the_former(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    made = await maker.question(quiz)
    path = f"{QUESTION_PATH}{made['id']}/"
    selecting = await maker.http.patch(path, json={"question_type": "multiple_select"})
    assert selecting.json()["options"] == made["options"]
    changed = await maker.http.patch(path, json={"question_type": "numeric", "correct_answer": 2})
    assert (changed.json()["options"], changed.json()["correct_answer"]) == ([], 2.0)
    answer = await maker.http.patch(path, json={"question_type": "short_answer"})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["accepted_answers"])


async def test_an_essay_is_worth_what_its_rubric_adds_up_to(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    assert (await maker.question(quiz, "essay"))["points"] == 3.5
    assert (await maker.question(quiz, "essay", points=4))["points"] == 4
    assert (await maker.question(quiz, "essay", rubric=[]))["points"] == 1


async def test_questions_added_at_once_all_have_a_place(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    added = await asyncio.gather(*(maker.question(quiz, "code") for _ in range(6)))
    listed = await maker.listed(quiz)
    assert {question["id"] for question in listed} == {question["id"] for question in added}
    assert [question["order"] for question in listed] == [1, 2, 3, 4, 5, 6]


async def test_a_full_quiz_takes_no_more(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    store, user = maker.learner.stack.services.store, maker.learner.id
    await store.merge(QUIZZES.doc(quiz, user=user), {"questions": [f"q{n}" for n in range(500)]})
    answer = await maker.http.post(f"{PATH}{quiz}/questions/", json=BY_TYPE["code"])
    assert (answer.status_code, answer.json()["error"]) == (409, "A quiz has at most 500 questions")


async def _with_many_questions(maker: QuizMaker, quiz: str, number: int) -> None:
    """Past the front door: with statistics, and listed by no quiz."""
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


async def _left(maker: QuizMaker) -> list[int]:
    store, user = maker.learner.stack.services.store, maker.learner.id
    return [
        len(await store.find(QUIZZES.query(user=user))),
        len(await store.find(QUESTIONS.query(user=user))),
        len(await store.find(ITEM_STATS.query(user=user))),
    ]


async def test_a_deleted_quiz_is_gone_at_once_and_its_questions_soon(maker: QuizMaker) -> None:
    quiz, kept = (await maker.quiz())["id"], (await maker.quiz())["id"]
    await maker.question(kept)
    question = (await maker.question(quiz))["id"]
    await _with_many_questions(maker, quiz, 120)
    assert (await maker.http.delete(f"{PATH}{quiz}/")).status_code == 204
    for path in (f"{PATH}{quiz}/", f"{PATH}{quiz}/questions/", f"{QUESTION_PATH}{question}/"):
        assert (await maker.http.get(path)).status_code == 404
    assert (await maker.http.patch(f"{QUESTION_PATH}{question}/", json={"points": 2})).status_code == 404
    await maker.learner.stack.drain()
    assert await _left(maker) == [1, 1, 0]


async def test_a_purge_of_a_quiz_that_is_there_does_nothing(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    await maker.question(quiz)
    await purge_quiz(maker.learner.stack.services.store, PurgeQuiz(user=maker.learner.id, quiz=quiz))
    assert await _left(maker) == [1, 1, 0]


async def test_quizzes_of_a_deleted_course_vanish_at_once_and_are_removed(maker: QuizMaker) -> None:
    doomed = await maker.learner.new_course()
    kept, gone = (await maker.quiz())["id"], (await maker.quiz(course=doomed))["id"]
    other = (await maker.quiz(course=doomed))["id"]
    question = (await maker.question(gone))["id"]
    await maker.learner.add(course=doomed)
    await _with_many_questions(maker, other, 110)
    await maker.learner.delete_course(doomed)

    page = await maker.get()
    assert ([quiz["id"] for quiz in page["results"]], page["count"]) == ([kept], 1)
    assert (await maker.get(course=doomed))["count"] == 0
    for path in (f"{PATH}{gone}/", f"/api/quizzes/{gone}/", f"{QUESTION_PATH}{question}/"):
        assert (await maker.http.get(path)).status_code == 404
    assert (await maker.http.post(PATH, json={"course": doomed, "title": "t"})).status_code == 404

    await maker.learner.stack.drain()
    assert await _left(maker) == [1, 0, 0]
    assert (await maker.get())["count"] == 1

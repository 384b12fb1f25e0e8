"""Tests of creating, listing, changing and deleting quizzes."""

from typing import Any

import pytest

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


async def test_a_quiz_is_created_shown_and_put_back(maker: QuizMaker) -> None:
    made = await maker.create_quiz(**REVIEW)
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


async def test_every_bad_field_of_a_quiz_is_reported(maker: QuizMaker) -> None:
    bad: dict[str, Any] = {
        "title": " ", "quiz_type": "test", "time_limit_minutes": 0, "passing_score": 100.1, "max_attempts": 0,
        "questions_per_attempt": 501, "randomize_questions": None, "colour": "red", "topic": "x" * 501,
    }  # fmt: skip
    answer = await maker.http.post(PATH, json={"course": maker.learner.course, **bad})
    assert (answer.status_code, sorted(answer.json()["details"])) == (422, sorted(bad))
    missing = await maker.http.post(PATH, json={})
    assert sorted(missing.json()["details"]) == ["course", "title"]


async def test_a_quiz_needs_an_existing_course(maker: QuizMaker) -> None:
    unknown = maker.learner.stack.services.ids.new()
    assert (await maker.http.post(PATH, json={"course": unknown, "title": "t"})).status_code == 404
    quiz = (await maker.create_quiz())["id"]
    assert (await maker.http.patch(f"{PATH}{quiz}/", json={"course": unknown})).status_code == 404
    other = await maker.learner.new_course()
    assert (await maker.http.patch(f"{PATH}{quiz}/", json={"course": other})).json()["course"] == other


async def test_lists_are_filtered_and_newest_first(maker: QuizMaker) -> None:
    other = await maker.learner.new_course()
    made = [
        (await maker.create_quiz(quiz_type=kind, course=course))["id"]
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
    quiz = (await maker.create_quiz())["id"]
    for kind in BY_TYPE:
        await maker.add_question(quiz, kind)
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


async def test_another_users_quiz_is_not_found(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    question = (await maker.add_question(quiz))["id"]
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

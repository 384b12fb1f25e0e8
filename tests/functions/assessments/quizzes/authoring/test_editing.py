"""Tests of the order of questions, their options, and changes of their type."""

import asyncio
from typing import Any

import pytest

from functions.assessments.quizzes.quizzes.store import QUIZZES
from tests.functions.assessments.quizzes.makers import BY_TYPE, QuizMaker
from tests.functions.assessments.quizzes.makers import QUESTIONS as QUESTION_PATH
from tests.functions.assessments.quizzes.makers import QUIZZES as PATH

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_questions_are_put_in_order(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    a, b, c = [(await maker.add_question(quiz))["id"] for _ in range(3)]
    d = (await maker.add_question(quiz, order=2))["id"]

    async def order() -> list[str]:
        listed = await maker.list_questions(quiz)
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
    quiz = (await maker.create_quiz())["id"]
    ids = [(await maker.add_question(quiz, "code"))["id"] for _ in range(5)]
    first = await maker.get(f"{quiz}/questions/", page_size=2)
    second = (await maker.http.get(first["next"])).json()
    third = (await maker.http.get(second["next"])).json()
    pages = [[question["id"] for question in page["results"]] for page in (first, second, third)]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert (first["count"], first["previous"], third["next"]) == (5, None, None)
    assert (await maker.http.get(third["previous"])).json()["results"] == second["results"]
    foreign = (await maker.create_quiz())["id"]
    await maker.create_quiz()
    cursor = (await maker.get(page_size=1))["next"].partition("cursor=")[2]
    answer = await maker.http.get(f"{PATH}{foreign}/questions/", params={"cursor": cursor})
    assert answer.status_code == 422


async def test_options_keep_their_ids_where_they_are_the_same(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    made = await maker.add_question(quiz)
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


async def test_a_change_of_type_drops_the_fields_of_the_former(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    made = await maker.add_question(quiz)
    path = f"{QUESTION_PATH}{made['id']}/"
    selecting = await maker.http.patch(path, json={"question_type": "multiple_select"})
    assert selecting.json()["options"] == made["options"]
    changed = await maker.http.patch(path, json={"question_type": "numeric", "correct_answer": 2})
    assert (changed.json()["options"], changed.json()["correct_answer"]) == ([], 2.0)
    answer = await maker.http.patch(path, json={"question_type": "short_answer"})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["accepted_answers"])


async def test_an_essay_defaults_to_the_points_of_its_rubric(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    assert (await maker.add_question(quiz, "essay"))["points"] == 3.5
    assert (await maker.add_question(quiz, "essay", points=4))["points"] == 4
    assert (await maker.add_question(quiz, "essay", rubric=[]))["points"] == 1


async def test_questions_added_concurrently_all_get_an_order(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    added = await asyncio.gather(*(maker.add_question(quiz, "code") for _ in range(6)))
    listed = await maker.list_questions(quiz)
    assert {question["id"] for question in listed} == {question["id"] for question in added}
    assert [question["order"] for question in listed] == [1, 2, 3, 4, 5, 6]


async def test_a_full_quiz_refuses_more_questions(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    store, user = maker.learner.stack.services.store, maker.learner.id
    await store.merge(QUIZZES.doc(quiz, user=user), {"questions": [f"q{n}" for n in range(500)]})
    answer = await maker.http.post(f"{PATH}{quiz}/questions/", json=BY_TYPE["code"])
    assert (answer.status_code, answer.json()["error"]) == (
        409,
        "A quiz has at most 500 questions; delete one first",
    )

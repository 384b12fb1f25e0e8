"""Tests of adding, changing, ordering and deleting questions of every type."""

from typing import Any

import pytest

from tests.functions.assessments.quizzes.makers import (
    BY_TYPE,
    DERIVATIVE,
    QUESTIONS,
    QUIZZES,
    QuizMaker,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_question_is_answered_as_the_contract_shows(maker: QuizMaker) -> None:
    quiz = await maker.create_quiz()
    question = await maker.add_question(quiz["id"])
    plain = {name: question[name] for name in ("question_text", "question_type", "points", "explanation")}
    assert plain == {name: DERIVATIVE[name] for name in plain}
    assert [(option["text"], option["is_correct"]) for option in question["options"]] == [
        ("2x", True),
        ("x", False),
    ]
    assert all(option["id"] for option in question["options"])
    assert (question["quiz"], question["order"]) == (quiz["id"], 1)
    assert (await maker.get(f"{quiz['id']}/"))["question_count"] == 1


@pytest.mark.parametrize("kind", BY_TYPE)
async def test_putting_back_a_question_changes_nothing(maker: QuizMaker, kind: str) -> None:
    quiz = await maker.create_quiz()
    made = await maker.add_question(quiz["id"], kind, tags=["a"], concept="c", difficulty_level="hard")
    for path in (f"{QUESTIONS}{made['id']}/", f"{QUIZZES}{quiz['id']}/questions/{made['id']}/"):
        assert (await maker.http.get(path)).json() == made
        assert (await maker.http.put(path, json=made)).json() == made
        assert (await maker.http.patch(path, json=made)).json() == made
    assert await maker.list_questions(quiz["id"]) == [made]


async def test_true_false_gets_its_options_and_shows_its_answer(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    one = await maker.add_question(quiz, "true_false", correct_answer=False)
    two = await maker.add_question(
        quiz, "true_false", correct_answer=None,
        options=[{"text": "FALSE", "is_correct": True}, {"text": "true"}],
    )  # fmt: skip
    for question, options in ((one, ["True", "False"]), (two, ["False", "True"])):
        assert question["correct_answer"] is False
        assert [option["text"] for option in question["options"]] == options
        assert [option["text"] for option in question["options"] if option["is_correct"]] == ["False"]
    changed = (await maker.http.patch(f"{QUESTIONS}{one['id']}/", json={"correct_answer": True})).json()
    assert changed["correct_answer"] is True
    assert [o["id"] for o in changed["options"]] == [o["id"] for o in one["options"]]


BAD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("multiple_choice", {"options": [{"text": "2x", "is_correct": True}]}, ["options"]),
    ("multiple_choice", {"options": [{"text": "a"}, {"text": "b"}]}, ["options"]),
    (
        "multiple_choice",
        {"options": [{"text": "a", "is_correct": True}, {"text": "b", "is_correct": True}]},
        ["options"],
    ),
    (
        "multiple_choice",
        {"options": [{"text": "a", "is_correct": True}, {"text": " "}, {"text": "c" * 1001}]},
        ["options.1.text", "options.2.text"],
    ),
    (
        "multiple_choice",
        {"options": [{"text": "a  b", "is_correct": True}, {"text": "a b"}, {"text": "a b"}]},
        ["options.1.text", "options.2.text"],
    ),
    ("multiple_choice", {"options": [{"text": str(n)} for n in range(21)]}, ["options"]),
    ("multiple_choice", {"options": [{"text": "a", "colour": "red"}, {"text": "b"}]}, ["options.0.colour"]),
    ("multiple_choice", {"correct_answer": 3, "tolerance": 1.0}, ["correct_answer", "tolerance"]),
    ("multiple_choice", {"accepted_answers": ["a"], "rubric": [{"text": "a"}]},
     ["accepted_answers", "rubric"]),
    ("multiple_choice", {"points": 0, "question_text": ""}, ["points", "question_text"]),
    ("multiple_choice", {"points": 1001, "order": 0, "question_type": "riddle"},
     ["points", "order", "question_type"]),
    ("multiple_select", {"options": [{"text": "a"}, {"text": "b"}]}, ["options"]),
    ("true_false", {"correct_answer": None}, ["correct_answer"]),
    ("true_false", {"correct_answer": 1}, ["correct_answer"]),
    ("true_false",
     {"correct_answer": True, "options": [{"text": "True"}, {"text": "False", "is_correct": True}]},
     ["correct_answer"]),
    ("true_false", {"correct_answer": None, "options": [{"text": "Yes", "is_correct": True}, {"text": "No"}]},
     ["options"]),
    ("short_answer", {"accepted_answers": []}, ["accepted_answers"]),
    ("short_answer", {"accepted_answers": ["a", "b", "a "]}, ["accepted_answers.2"]),
    ("numeric", {"correct_answer": None}, ["correct_answer"]),
    ("numeric", {"correct_answer": True}, ["correct_answer"]),
    ("numeric", {"correct_answer": "3"}, ["correct_answer"]),
    ("numeric", {"tolerance": -0.1}, ["tolerance"]),
    ("essay", {"points": 3}, ["rubric"]),
    ("essay", {"rubric": [{"text": "", "points": 0}]}, ["rubric.0.text", "rubric.0.points"]),
    ("code", {"options": [{"text": "a"}]}, ["options"]),
]  # fmt: skip


async def test_every_bad_field_of_a_question_is_reported(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    for kind, change, fields in BAD:
        body = {**BY_TYPE[kind], **change}
        answer = await maker.http.post(f"{QUIZZES}{quiz}/questions/", json=body)
        found = (answer.status_code, sorted(answer.json().get("details", ())))
        assert found == (422, sorted(fields)), (kind, change, answer.text)
    raw = '{"question_text": "π?", "question_type": "numeric", "correct_answer": 1e999, "tolerance": 1e999}'
    answer = await maker.http.post(
        f"{QUIZZES}{quiz}/questions/", content=raw, headers={"Content-Type": "application/json"}
    )
    assert sorted(answer.json()["details"]) == ["correct_answer", "tolerance"]
    assert await maker.list_questions(quiz) == []


async def test_answers_are_not_shown_during_an_exam(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz(quiz_type="exam", time_limit_minutes=10))["id"]
    question = f"{QUESTIONS}{(await maker.add_question(quiz))['id']}/"
    begun = await maker.http.post(f"{QUIZZES}{quiz}/start_attempt/")
    assert begun.status_code == 201
    shown = [f"{QUIZZES}{quiz}/{part}/" for part in ("questions", "statistics", "export")]
    for path in (question, *shown):
        assert (await maker.http.get(path)).status_code == 409, path
    assert (await maker.http.patch(question, json={})).status_code == 409
    path = f"/api/v1/assessments/quiz-attempts/{begun.json()['attempt_id']}/complete/"
    assert (await maker.http.post(path)).status_code == 200
    for path in (question, *shown):
        assert (await maker.http.get(path)).status_code == 200, path

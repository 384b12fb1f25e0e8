"""Tests of taking a quiz, from the first question to the result."""

from datetime import timedelta
from typing import Any

import pytest

from shared.identity.principal import Role
from tests.functions.assessments.quizzes.attempts.takers import API, CHOICE, ESSAY, NUMERIC, SHORT, Taker
from tests.whole.world import session_of

SEVERAL = {
    "question_type": "multiple_select",
    "question_text": "Which are plants?",
    "points": 4,
    "options": [
        {"text": "Oak", "is_correct": True},
        {"text": "Moss", "is_correct": True},
        {"text": "Fox"},
        {"text": "Newt"},
    ],
}


async def test_a_quiz_is_taken_and_marked(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, NUMERIC, SEVERAL, time_limit_minutes=60, passing_score=70)
    begun = await taker.start(quiz)
    attempt = begun["attempt_id"]
    assert (begun["quiz_id"], begun["status"], begun["time_limit_minutes"]) == (quiz.id, "in_progress", 60)
    assert begun["questions_order"] == [question["id"] for question in quiz.questions]
    assert begun["questions"][0].keys() == {"id", "question_text", "question_type", "points", "options"}

    recorded = await taker.submit(attempt, quiz.right(0) | {"time_spent_seconds": 45})
    assert recorded == {
        "attempt_id": attempt,
        "question": quiz.questions[0]["id"],
        "recorded": True,
        "is_correct": True,
        "points_earned": 5,
        "explanation": "Because it is.",
        "answered": 1,
        "remaining": 3,
    }
    assert (await taker.submit(attempt, quiz.wrong(1)))["is_correct"] is False
    several = {"question": quiz.questions[3]["id"], "selected_options": quiz.options(3)[:1]}
    assert (await taker.submit(attempt, several))["points_earned"] == 2

    taker.stack.clock.advance(timedelta(minutes=12))
    result = await taker.complete(attempt)
    assert (result["score"], result["points_possible"], result["percentage_score"]) == (7, 14, 50)
    assert (result["passed"], result["correct_answers"], result["total_questions"]) == (False, 1, 4)
    assert (result["time_taken_minutes"], result["grading_status"]) == (12, "graded")
    details = result["detailed_results"]
    assert [each["points_earned"] for each in details] == [5, 0, 0, 2]
    assert [each["user_answer"] for each in details] == ["Right", "12345", "", "Oak"]
    assert [each["correct_answer"] for each in details] == ["Right", "Chlorophyll", "8", "Oak, Moss"]
    assert [each["is_correct"] for each in details] == [True, False, False, False]
    assert details[0]["time_spent_seconds"] == 45


async def test_the_field_that_a_question_does_not_use_is_ignored_beside_the_other(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, NUMERIC)
    both = [
        {"selected_options": ["none of these"], "text_answer": "no answer", **quiz.right(n)} for n in range(3)
    ]
    result = await taker.take(quiz, *both)
    assert [each["is_correct"] for each in result["detailed_results"]] == [True] * 3
    assert result["detailed_results"][0]["user_answer"] == "Right"


async def test_completing_again_returns_the_same_bytes(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE)
    attempt = (await taker.start(quiz))["attempt_id"]
    first = await taker.http.post(f"{API}quiz-attempts/{attempt}/complete/")
    taker.stack.clock.advance(timedelta(minutes=5))
    second = await taker.http.post(f"{API}quiz-attempts/{attempt}/complete/")
    assert first.content == second.content
    assert await taker.get(f"quiz-attempts/{attempt}/results/") == second.json()


async def test_an_attempt_in_progress_is_resumed_with_its_answers(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, randomize_questions=True)
    begun = await taker.start(quiz)
    await taker.submit(begun["attempt_id"], quiz.right(1) | {"time_spent_seconds": 3})
    again = await taker.start(quiz, status=200)
    assert again["answers"] == [
        {
            "question": quiz.questions[1]["id"],
            "selected_options": [],
            "text_answer": "Chlorophyll",
            "time_spent_seconds": 3,
        }
    ]
    assert again["answered"] == 1
    same = begun.keys() - {"answers", "answered"}
    assert {key: again[key] for key in same} == {key: begun[key] for key in same}


async def test_an_answer_replaces_an_earlier_one_and_a_blank_one_withdraws_it(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.submit(attempt, quiz.right(0))
    assert (await taker.submit(attempt, quiz.wrong(0)))["answered"] == 1
    blank = {"question": quiz.questions[0]["id"], "selected_options": []}
    assert (await taker.submit(attempt, blank))["answered"] == 0
    await taker.submit(attempt, quiz.right(0))
    assert (await taker.complete(attempt))["score"] == 5


async def test_changes_of_the_quiz_do_not_affect_an_attempt(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, SHORT, passing_score=10)
    attempt = (await taker.start(quiz))["attempt_id"]
    choice, short, other = (question["id"] for question in quiz.questions)
    questions = f"{API}questions/"
    changed = {"options": [{"text": "New", "is_correct": True}, {"text": "Other"}], "question_text": "New?"}
    assert (await taker.http.patch(f"{questions}{choice}/", json=changed)).status_code == 200
    assert (await taker.http.delete(f"{questions}{short}/")).status_code == 204
    assert (await taker.http.patch(f"{questions}{other}/", json={"accepted_answers": ["x"]})).is_success
    assert (await taker.http.patch(f"{API}quizzes/{quiz.id}/", json={"passing_score": 100})).is_success
    for position in range(3):
        assert (await taker.submit(attempt, quiz.right(position)))["is_correct"] is True
    result = await taker.complete(attempt)
    assert (result["score"], result["passed"]) == (11, True)
    assert result["detailed_results"][0]["question"] == "Which is right?"


@pytest.mark.parametrize(
    ("position", "answer", "field"),
    [
        (None, {"question": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70"}, "question"),
        (None, {}, "question"),
        (0, {"selected_options": ["elsewhere"]}, "selected_options"),
        (0, {"text_answer": "Right"}, "text_answer"),
        (1, {"selected_options": ["any"]}, "selected_options"),
        (2, {"text_answer": "eight"}, "text_answer"),
        (0, {"time_spent_seconds": -1}, "time_spent_seconds"),
        (1, {"text_answer": "x" * 10_001}, "text_answer"),
        (0, {"is_correct": True}, "is_correct"),
    ],
)
async def test_a_bad_answer_is_reported_by_field_and_not_recorded(
    taker: Taker, position: int | None, answer: dict[str, Any], field: str
) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, NUMERIC)
    attempt = (await taker.start(quiz))["attempt_id"]
    known = {} if position is None else {"question": quiz.questions[position]["id"]}
    refused = await taker.submit(attempt, known | answer, status=422)
    assert list(refused["details"]) == [field]
    assert (await taker.get_attempt(attempt))["answered"] == 0


async def test_questions_and_options_of_another_quiz_are_refused(taker: Taker) -> None:
    quiz, other = await taker.create_quiz(CHOICE, CHOICE), await taker.create_quiz(CHOICE)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.submit(attempt, other.right(0), status=422)
    strange = {"question": quiz.questions[0]["id"], "selected_options": other.options(0)}
    await taker.submit(attempt, strange, status=422)
    neighbour = {"question": quiz.questions[0]["id"], "selected_options": quiz.options(1)}
    await taker.submit(attempt, neighbour, status=422)
    two = {"question": quiz.questions[0]["id"], "selected_options": quiz.options(0, correct=False)}
    await taker.submit(attempt, two, status=422)


async def test_attempts_are_limited(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, max_attempts=2)
    for _ in range(2):
        await taker.take(quiz)
    refused = await taker.start(quiz, status=409)
    assert refused["error_code"] == "CONFLICT"
    listed = await taker.get("quiz-attempts/", quiz=quiz.id)
    assert listed["count"] == 2


async def test_a_quiz_without_questions_cannot_be_started(taker: Taker) -> None:
    await taker.start(await taker.create_quiz(), status=409)


async def test_each_attempt_draws_and_shuffles_anew(taker: Taker) -> None:
    quiz = await taker.create_quiz(*[CHOICE] * 8, questions_per_attempt=6, randomize_questions=True)
    everything = {question["id"] for question in quiz.questions}
    orders, options = set(), set()
    for _ in range(4):
        begun = await taker.start(quiz)
        order = tuple(begun["questions_order"])
        assert len(set(order)) == 6
        assert set(order) <= everything
        orders.add(order)
        options |= {tuple(option["text"] for option in each["options"]) for each in begun["questions"]}
        await taker.complete(begun["attempt_id"])
    assert len(orders) == 4, "by chance, once in a million million"
    assert len(options) > 1


async def test_attempts_are_listed_the_latest_first_and_page_by_page(taker: Taker) -> None:
    quiz, other = await taker.create_quiz(CHOICE), await taker.create_quiz(SHORT)
    first = (await taker.take(quiz))["attempt_id"]
    taker.stack.clock.advance(timedelta(minutes=1))
    second = (await taker.start(quiz))["attempt_id"]
    taker.stack.clock.advance(timedelta(minutes=1))
    third = (await taker.start(other))["attempt_id"]
    listed = await taker.get("quiz-attempts/", page_size=2)
    assert ([each["attempt_id"] for each in listed["results"]], listed["count"]) == ([third, second], 3)
    rest = (await taker.http.get(listed["next"])).json()
    assert [each["attempt_id"] for each in rest["results"]] == [first]
    of_quiz = await taker.get("quiz-attempts/", quiz=quiz.id)
    assert [each["status"] for each in of_quiz["results"]] == ["in_progress", "completed"]


async def test_a_completed_attempt_takes_no_answers(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE)
    attempt = (await taker.take(quiz, quiz.right(0)))["attempt_id"]
    await taker.submit(attempt, quiz.wrong(0), status=409)
    await taker.get(f"quiz-attempts/{attempt}/next_question/", status=409)
    assert (await taker.complete(attempt))["score"] == 5
    open_one = (await taker.start(quiz))["attempt_id"]
    await taker.get(f"quiz-attempts/{open_one}/results/", status=409)


async def test_the_next_question_follows_the_order_of_the_attempt(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT)
    attempt = (await taker.start(quiz))["attempt_id"]
    following = await taker.get_next(attempt)
    assert following["question"]["id"] == quiz.questions[0]["id"]
    assert (following["estimated_ability"], following["remaining"]) == (0, 2)
    for position in range(2):
        await taker.submit(attempt, quiz.right(position))
    done = await taker.get_next(attempt)
    assert (done["question"], done["expected_success"], done["answered"]) == (None, None, 2)


async def test_learnify_takes_a_quiz_in_one_request(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, SHORT, questions_per_attempt=1, max_attempts=1, passing_score=60)
    body = {"answers": [quiz.right(0), quiz.wrong(1)], "time_spent_seconds": 60}
    answer = await taker.http.post(f"/api/quizzes/{quiz.id}/attempt/", json=body)
    taken = answer.json()
    assert answer.status_code == 200, answer.text
    assert (taken["score"], taken["percentage_score"], taken["passed"]) == (5, 62.5, True)
    assert (taken["correct_answers"], taken["total_questions"], taken["badges_earned"]) == (1, 2, [])
    assert len(taken["detailed_results"]) == 2
    assert (await taker.get_attempt(taken["attempt_id"]))["status"] == "completed"
    assert (await taker.http.post(f"/api/quizzes/{quiz.id}/attempt/", json=body)).status_code == 409


async def test_learnify_is_for_children_and_students(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE)
    wanted: dict[Role, int] = {"child": 200, "student": 200, "teacher": 403, "admin": 403}
    for role, status in wanted.items():
        http = await session_of(taker.stack, taker.learner.id, role=role)
        answer = await http.post(f"/api/quizzes/{quiz.id}/attempt/", json={"answers": []})
        assert answer.status_code == status, role


async def test_learnify_reports_every_bad_answer_and_saves_nothing(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, NUMERIC)
    bad = {"question": quiz.questions[1]["id"], "text_answer": "eight"}
    body = {"answers": [{"question": "unknown"}, quiz.right(0), bad]}
    answer = await taker.http.post(f"/api/quizzes/{quiz.id}/attempt/", json=body)
    assert answer.status_code == 422
    assert set(answer.json()["details"]) == {"answers.0.question", "answers.2.text_answer"}
    assert (await taker.get("quiz-attempts/"))["count"] == 0


async def test_essays_without_a_rubric_and_code_stay_pending(taker: Taker) -> None:
    code = {"question_type": "code", "question_text": "Reverse a list.", "points": 2}
    quiz = await taker.create_quiz(ESSAY | {"rubric": []}, code, CHOICE)
    begun = await taker.start(quiz)
    recorded = await taker.submit(begun["attempt_id"], quiz.right(0))
    assert (recorded["is_correct"], recorded["points_earned"]) == (None, None)
    await taker.submit(begun["attempt_id"], quiz.right(1))
    result = await taker.complete(begun["attempt_id"])
    await taker.stack.drain()
    assert result["grading_status"] == "partial"
    assert [each["pending"] for each in result["detailed_results"]] == ["no_rubric", "code", None]
    assert await taker.complete(begun["attempt_id"]) == result

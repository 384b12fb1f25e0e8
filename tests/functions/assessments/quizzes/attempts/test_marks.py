"""Tests of the marks, totals and traces that answers leave, through the front door."""

from typing import Any

import pytest

from tests.functions.assessments.quizzes.attempts.takers import CHOICE, NUMERIC, SHORT, CreatedQuiz, Taker

THIRDS: dict[str, Any] = {
    "question_type": "multiple_select",
    "question_text": "Which are prime?",
    "points": 1,
    "options": [{"text": text, "is_correct": text != "4"} for text in ("2", "3", "5", "4")],
}


def type_answer(quiz: CreatedQuiz, position: int, text: str) -> dict[str, Any]:
    return {"question": quiz.questions[position]["id"], "text_answer": text}


async def get_statistics(taker: Taker, quiz: CreatedQuiz) -> list[dict[str, Any]]:
    await taker.stack.drain()
    return [each["statistics"] for each in (await taker.get(f"quizzes/{quiz.id}/statistics/"))["results"]]


@pytest.mark.parametrize(
    ("passing_score", "passed"),
    [(66.66, True), (66.67, False), (67, False)],
    ids=["below", "rounded", "above"],
)
async def test_a_pass_mark_compares_exact_values(taker: Taker, passing_score: float, passed: bool) -> None:
    quiz = await taker.create_quiz(*[THIRDS] * 3, passing_score=passing_score)
    answers = [
        {"question": question["id"], "selected_options": quiz.options(position)[:2]}
        for position, question in enumerate(quiz.questions)
    ]
    result = await taker.take(quiz, *answers)
    assert (result["score"], result["percentage_score"], result["passed"]) == (2, 66.67, passed)
    assert [each["points_earned"] for each in result["detailed_results"]] == [0.67] * 3


async def test_three_thirds_are_the_whole(taker: Taker) -> None:
    third = {**THIRDS, "points": 0.1}
    quiz = await taker.create_quiz(third, third, third, passing_score=100)
    result = await taker.take(quiz, *(quiz.right(position) for position in range(3)))
    assert (result["score"], result["passed"]) == (0.3, True)


async def test_statistics_and_ratings_learn_from_the_first_answer(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, NUMERIC)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.submit(attempt, quiz.wrong(0))
    before = (await taker.get_next(attempt))["estimated_ability"]
    await taker.submit(attempt, quiz.right(0))
    assert (await taker.get_next(attempt))["estimated_ability"] == before < 0
    await taker.submit(attempt, quiz.right(1))
    result = await taker.complete(attempt)
    assert result["percentage_score"] == 100, "the last answer counts for the result"
    first, second = await get_statistics(taker, quiz)
    assert (first["facility"], second["facility"]) == (0, 1)
    chosen = {each["id"]: each["chosen"] for each in first["options"]}
    assert chosen == {**dict.fromkeys(chosen, 0), quiz.options(0, correct=False)[0]: 1}


async def test_a_withdrawn_first_answer_still_counts_for_the_statistics(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, NUMERIC)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.submit(attempt, quiz.right(0))
    await taker.submit(attempt, {"question": quiz.questions[0]["id"]})
    assert (await taker.complete(attempt))["score"] == 0
    assert [each["facility"] for each in await get_statistics(taker, quiz)] == [1, 0]


async def test_an_answer_changed_before_any_feedback_counts_as_it_was_left(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, NUMERIC, show_results_immediately=False)
    await taker.take(quiz, quiz.wrong(0), quiz.right(0), quiz.right(1))
    assert [each["facility"] for each in await get_statistics(taker, quiz)] == [1, 1]


async def test_the_terms_of_other_questions_are_no_slips(taker: Taker) -> None:
    short = {**SHORT, "accepted_answers": ["phlogiston"]}
    quiz = await taker.create_quiz(short)
    assert (await taker.take(quiz, type_answer(quiz, 0, "phlogistan")))["score"] == 3
    asked = await taker.create_quiz(short, {**SHORT, "accepted_answers": ["Phlogistan"]})
    result = await taker.take(asked, type_answer(asked, 0, "phlogistan"), asked.right(1))
    assert [each["is_correct"] for each in result["detailed_results"]] == [False, True]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1,000", 1000),
        ("1.000", 1000),
        ("1.000", 1),
        ("1,5", 1.5),
        ("1,125", 1.125),
        ("3×10^8", 3e8),
        ("1/3", 1 / 3),
    ],
)
async def test_a_number_counts_in_any_reading_that_the_key_has(taker: Taker, text: str, key: float) -> None:
    quiz = await taker.create_quiz({**NUMERIC, "correct_answer": key})
    assert (await taker.take(quiz, type_answer(quiz, 0, text)))["score"] == 2


async def test_a_unit_of_the_key_is_shown_and_another_one_is_asked_about(taker: Taker) -> None:
    quiz = await taker.create_quiz({**NUMERIC, "correct_answer": 9.81, "unit": "m/s²"})
    assert quiz.questions[0]["unit"] == "m/s²"
    attempt = (await taker.start(quiz))["attempt_id"]
    refused = await taker.submit(attempt, type_answer(quiz, 0, "9.81 m/s"), status=422)
    assert refused["details_codes"] == {"text_answer": ["other_unit"]}
    refused = await taker.submit(attempt, type_answer(quiz, 0, "9.8.1"), status=422)
    assert refused["details_codes"] == {"text_answer": ["ambiguous_number"]}
    assert (await taker.submit(attempt, type_answer(quiz, 0, "9,81 m/s^2")))["is_correct"] is True
    assert (await taker.complete(attempt))["detailed_results"][0]["correct_answer"] == "9.81 m/s²"

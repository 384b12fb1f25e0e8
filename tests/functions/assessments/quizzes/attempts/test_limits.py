"""Tests of purging, size limits and access."""

from typing import Any

import pytest

from functions.assessments.quizzes.attempts.store import ATTEMPTS, SHEETS
from functions.assessments.quizzes.questions.models import NewQuestion, Option
from functions.assessments.quizzes.quizzes.models import NewQuiz
from functions.assessments.quizzes.quizzes.service import create_quiz
from tests.functions.assessments.quizzes.attempts.takers import (
    API,
    CHOICE,
    ESSAY,
    CreatedQuiz,
    Taker,
    new_taker,
)

COLLECTIONS = ("quiz_attempts", "attempt_sheets", "verdicts", "quiz_states", "abilities", "item_ratings")


async def count_documents(taker: Taker) -> dict[str, int]:
    """Count the documents in each collection of attempts."""
    found = dict.fromkeys(COLLECTIONS, 0)
    async for path, _ in taker.stack.services.store.backend.stream_subtree(f"users/{taker.learner.id}"):
        kind = path.split("/")[2] if path.count("/") > 2 else ""
        if kind in found:
            found[kind] += 1
    return found


async def study(taker: Taker) -> CreatedQuiz:
    quiz = await taker.create_quiz(CHOICE, ESSAY)
    essay = {"question": quiz.questions[1]["id"], "text_answer": "Chlorophyll absorbs light."}
    for _ in range(7):
        await taker.take(quiz, quiz.right(0), essay)
    await taker.start(quiz)
    await taker.stack.drain()
    return quiz


async def test_attempts_are_purged_with_their_course(taker: Taker) -> None:
    quiz = await study(taker)
    assert (await count_documents(taker))["quiz_attempts"] == 8
    (attempt, *_) = (await taker.get("quiz-attempts/"))["results"]
    await taker.learner.delete_course(taker.learner.course)
    await taker.get(f"quiz-attempts/{attempt['attempt_id']}/", status=404)
    assert (await taker.get("quiz-attempts/"))["results"] == []
    await taker.start(quiz, status=404)
    await taker.stack.drain()
    assert await count_documents(taker) == dict.fromkeys(COLLECTIONS, 0)


async def test_a_moved_quiz_keeps_the_count_of_its_attempts(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, max_attempts=1)
    await taker.take(quiz)
    moved = {"course": await taker.learner.new_course()}
    assert (await taker.http.patch(f"{API}quizzes/{quiz.id}/", json=moved)).status_code == 200
    await taker.learner.delete_course(taker.learner.course)
    await taker.stack.drain()
    await taker.start(quiz, status=409)


async def test_attempts_are_purged_with_their_quiz_and_abilities_stay(taker: Taker) -> None:
    quiz, other = await study(taker), await taker.create_quiz(CHOICE)
    await taker.take(other)
    assert (await taker.http.delete(f"{API}quizzes/{quiz.id}/")).status_code == 204
    await taker.stack.drain()
    left = await count_documents(taker)
    assert (left["quiz_attempts"], left["attempt_sheets"], left["verdicts"], left["abilities"]) == (
        1,
        1,
        0,
        1,
    )


async def test_attempts_of_others_are_not_found(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE)
    attempt = (await taker.start(quiz))["attempt_id"]
    stranger = await new_taker(taker.stack)
    await stranger.start(quiz, status=404)
    await stranger.submit(attempt, quiz.right(0), status=404)
    for path in ("", "next_question/", "results/"):
        await stranger.get(f"quiz-attempts/{attempt}/{path}", status=404)
    for path in ("complete/", "appeal/", "grade/"):
        body = {"question": quiz.questions[0]["id"], "reason": "x", "points": 1}
        wanted = {"appeal/": ("question", "reason"), "grade/": ("question", "points")}.get(path, ())
        await stranger.post(f"quiz-attempts/{attempt}/{path}", {key: body[key] for key in wanted}, status=404)
    taken = await stranger.http.post(f"/api/quizzes/{quiz.id}/attempt/", json={"answers": []})
    assert taken.status_code == 404


def build_large_quiz(number: int, *, text: str, written: bool = False) -> NewQuiz:
    options = tuple(
        Option(id=f"{place:036}", text=f"{place} {text}"[:1000], is_correct=True) for place in range(20)
    )
    fields: dict[str, Any] = (
        {"question_type": "essay"} if written else {"question_type": "multiple_select", "options": options}
    )
    questions = tuple(
        NewQuestion(id=f"{place:036}", question_text=text, concept="é" * 200, **fields)
        for place in range(number)
    )
    return NewQuiz(course="", title="Large", questions=questions)


async def store_quiz(taker: Taker, quiz: NewQuiz) -> CreatedQuiz:
    quiz = quiz.model_copy(update={"course": taker.learner.course})
    added = await create_quiz(taker.stack.services, user_id=taker.learner.id, quiz=quiz)
    return CreatedQuiz(added.id, [{"id": each} for each in added.questions])


@pytest.mark.slow
async def test_the_largest_quiz_fits_the_limits_of_the_store(taker: Taker) -> None:
    """500 questions with 20 options each, all chosen: no document exceeds a mebibyte."""
    quiz = await store_quiz(taker, build_large_quiz(500, text="x" * 300))
    everything = [f"{place:036}" for place in range(20)]
    body = {"answers": [{"question": each["id"], "selected_options": everything} for each in quiz.questions]}
    answer = await taker.http.post(f"/api/quizzes/{quiz.id}/attempt/", json=body)
    assert answer.status_code == 200, answer.text[:500]
    assert (answer.json()["score"], answer.json()["correct_answers"]) == (500, 500)
    services, user = taker.stack.services, taker.learner.id
    sheets = await services.store.find(SHEETS.query(user=user))
    assert len(sheets) > 4
    assert await services.store.get(ATTEMPTS.doc(answer.json()["attempt_id"], user=user))
    await taker.stack.drain()
    assert await services.queue.list_dead_letters() == []


@pytest.mark.parametrize(("number", "own"), [(5, 5), (40, 0)])
async def test_few_questions_stand_in_the_attempt_and_more_on_sheets(
    taker: Taker, number: int, own: int
) -> None:
    quiz = await store_quiz(taker, build_large_quiz(number, text="x" * 20))
    attempt = (await taker.start(quiz))["attempt_id"]
    stored = await taker.stack.services.store.get(ATTEMPTS.doc(attempt, user=taker.learner.id))
    assert stored is not None
    assert (len(stored.questions), stored.sheets) == (own, 1)
    body = {"question": quiz.questions[0]["id"], "selected_options": [f"{0:036}"]}
    answer = await taker.http.post(f"{API}quiz-attempts/{attempt}/submit_response/", json=body)
    assert answer.headers["X-Store-Cost"].startswith("reads=3 " if own else "reads=4 ")


async def test_an_attempt_that_an_earlier_version_began_goes_on(taker: Taker) -> None:
    """It has its questions on sheets only."""
    quiz = await taker.create_quiz(CHOICE, ESSAY)
    attempt = (await taker.start(quiz))["attempt_id"]
    await taker.stack.services.store.merge(ATTEMPTS.doc(attempt, user=taker.learner.id), {"questions": []})
    await taker.submit(attempt, quiz.right(0))
    result = await taker.post(f"quiz-attempts/{attempt}/complete/", {})
    assert (result["score"], result["points_possible"]) == (5, 9)


@pytest.mark.slow
async def test_too_large_a_quiz_is_refused_before_all_its_questions_are_read(taker: Taker) -> None:
    quiz = await store_quiz(taker, build_large_quiz(450, text="x" * 5000))
    refused = await taker.start(quiz, status=409)
    assert "draw fewer" in refused["error"]
    assert (await count_documents(taker))["attempt_sheets"] == 0


async def test_too_long_answers_in_total_are_refused_by_field(taker: Taker) -> None:
    quiz = await store_quiz(taker, build_large_quiz(40, text="Why?", written=True))
    attempt = (await taker.start(quiz))["attempt_id"]
    answers = [
        await taker.http.post(
            f"{API}quiz-attempts/{attempt}/submit_response/",
            json={"question": question["id"], "text_answer": "€" * 10_000},
        )
        for question in quiz.questions[:21]
    ]
    assert [answer.status_code for answer in answers] == [200] * 20 + [422]
    assert list(answers[-1].json()["details"]) == ["text_answer"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 60])
async def test_a_request_costs_the_same_however_many_attempts_there_are(taker: Taker, number: int) -> None:
    quiz = await taker.create_quiz(CHOICE)
    for _ in range(number):
        await taker.take(quiz)
    attempt = (await taker.start(quiz))["attempt_id"]
    url = f"{API}quiz-attempts/{attempt}/"
    answer = await taker.http.post(f"{url}submit_response/", json=quiz.right(0))
    assert answer.headers["X-Store-Cost"] == "reads=3 writes=1 deletes=0 within=yes"

"""Tests of time limits and concurrency: in any order of requests and tasks there is one result."""

import asyncio
import random
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.assessments.quizzes.adaptive.service import get_focus
from functions.assessments.quizzes.attempts.handlers import handlers
from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.attempts.rules import (
    build_items,
    compute_totals,
    copy_terms,
    freeze_question,
    is_overdue,
    mark_attempt,
    record_answer,
    split_into_sheets,
)
from functions.assessments.quizzes.attempts.store import ATTEMPTS
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt
from functions.assessments.quizzes.grading.models import AnswerContent
from functions.assessments.quizzes.questions.models import Option, Question
from functions.assessments.quizzes.quizzes.models import Quiz
from shared.messages import TaskEnvelope
from tests.functions.assessments.quizzes.attempts.takers import API, CHOICE, SHORT, CreatedQuiz, Taker
from tests.stack import START

LIMIT = 10  # minutes


async def start_timed(taker: Taker, **fields: Any) -> tuple[CreatedQuiz, str]:
    """Start an attempt at a quiz with two questions and a time limit."""
    quiz = await taker.create_quiz(CHOICE, SHORT, time_limit_minutes=LIMIT, **fields)
    return quiz, (await taker.start(quiz))["attempt_id"]


async def run_expiry_task(taker: Taker, attempt: str) -> None:
    """Run the expiry task as the queue delivers it."""
    task = ExpireAttempt(user=taker.learner.id, attempt=attempt)
    envelope = TaskEnvelope("again", task.name, task.group, task.model_dump())
    await handlers.run(taker.stack.services, envelope)


async def get_stored(taker: Taker, attempt: str) -> Attempt:
    found = await taker.stack.services.store.get(ATTEMPTS.doc(attempt, user=taker.learner.id))
    assert found is not None
    return found


async def test_an_attempt_ends_by_itself_when_its_time_is_up(taker: Taker) -> None:
    quiz, attempt = await start_timed(taker)
    await taker.submit(attempt, quiz.right(0))
    await taker.stack.advance(minutes=LIMIT, seconds=29)
    assert (await get_stored(taker, attempt)).status == "in_progress", "the grace is not over"
    await taker.stack.advance(seconds=2)
    ended = await get_stored(taker, attempt)
    assert ended.status == "completed"
    assert ended.completed_at == START + timedelta(minutes=LIMIT)
    result = await taker.complete(attempt)
    assert (result["score"], result["time_taken_minutes"]) == (5, LIMIT)


async def test_there_are_thirty_seconds_of_grace(taker: Taker) -> None:
    quiz, attempt = await start_timed(taker)
    taker.stack.clock.advance(timedelta(minutes=LIMIT, seconds=29))
    await taker.submit(attempt, quiz.right(0))
    taker.stack.clock.advance(timedelta(seconds=1))
    late = await taker.submit(attempt, quiz.right(1), status=409)
    assert late["error_code"] == "CONFLICT"
    await taker.get(f"quiz-attempts/{attempt}/next_question/", status=409)


async def test_a_completion_in_the_grace_counts_as_at_the_end(taker: Taker) -> None:
    _, attempt = await start_timed(taker)
    taker.stack.clock.advance(timedelta(minutes=LIMIT, seconds=20))
    assert (await taker.complete(attempt))["completed_at"] == "2026-03-02T12:10:00.000Z"


@pytest.mark.parametrize("path", ["", "results/", "listed", "started"])
async def test_reading_an_overdue_attempt_completes_it_first(taker: Taker, path: str) -> None:
    quiz, attempt = await start_timed(taker, max_attempts=2)
    await taker.submit(attempt, quiz.right(0))
    taker.stack.clock.advance(timedelta(minutes=LIMIT, seconds=31))
    if path == "listed":
        shown = (await taker.get("quiz-attempts/"))["results"][0]
    elif path == "started":
        assert (await taker.start(quiz))["attempt_id"] != attempt
        shown = await taker.get_attempt(attempt)
    else:
        shown = await taker.get(f"quiz-attempts/{attempt}/{path}")
    assert (shown["completed_at"], shown["score"]) == ("2026-03-02T12:10:00.000Z", 5)
    before = await taker.complete(attempt)
    await taker.stack.drain()
    assert await taker.complete(attempt) == before


async def test_the_expiry_task_may_run_early_late_twice_or_after_completion(taker: Taker) -> None:
    quiz, attempt = await start_timed(taker)
    await run_expiry_task(taker, attempt)
    assert (await get_stored(taker, attempt)).status == "in_progress", "it was early, and comes again"
    await taker.submit(attempt, quiz.right(0))
    await taker.stack.advance(hours=1)
    ended = await get_stored(taker, attempt)
    for _ in range(2):
        await run_expiry_task(taker, attempt)
    assert await get_stored(taker, attempt) == ended
    done = (await taker.take(quiz, quiz.right(1)))["attempt_id"]
    before = await get_stored(taker, done)
    await taker.stack.advance(hours=1)
    assert await get_stored(taker, done) == before


async def test_an_expiry_task_that_was_lost_comes_back_with_the_next_look(taker: Taker) -> None:
    quiz, attempt = await start_timed(taker)
    await lose_expiry_tasks(taker)
    assert (await taker.start(quiz, status=200))["attempt_id"] == attempt
    await taker.stack.advance(minutes=LIMIT + 1)
    assert (await get_stored(taker, attempt)).status == "completed"
    second = (await taker.start(quiz))["attempt_id"]
    await lose_expiry_tasks(taker)
    await taker.stack.advance(hours=1)
    assert (await get_stored(taker, second)).status == "in_progress", "nobody looked"
    shown = (await taker.get("quiz-attempts/"))["results"][0]
    assert (shown["attempt_id"], shown["status"]) == (second, "completed")


async def lose_expiry_tasks(taker: Taker) -> None:
    """Lose the tasks that wait, as a crash does between a commit and the enqueuing of its task."""
    queue = taker.stack.services.queue
    lost = [message for message in await queue.list_waiting() if message.name == ExpireAttempt.name]
    assert len(lost) == 1
    await queue.complete(lost[0])


async def test_two_starts_at_once_are_one_attempt(taker: Taker) -> None:
    quiz = await taker.create_quiz(CHOICE, max_attempts=1, randomize_questions=True)
    url = f"{API}quizzes/{quiz.id}/start_attempt/"
    answers = await asyncio.gather(*(taker.http.post(url) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["attempt_id"] for answer in answers}) == 1
    assert (await taker.get("quiz-attempts/"))["count"] == 1


@pytest.mark.parametrize("over", [False, True], ids=["in time", "as the clock runs out"])
async def test_concurrent_requests_lead_to_one_result(taker: Taker, over: bool) -> None:
    """Submissions, completions and the task race; every completion returns the same."""
    quiz, attempt = await start_timed(taker)
    await taker.submit(attempt, quiz.wrong(0))
    taker.stack.clock.advance(timedelta(minutes=LIMIT, seconds=30 if over else 5))
    url = f"{API}quiz-attempts/{attempt}/"
    submissions = [
        taker.http.post(f"{url}submit_response/", json=answer)
        for answer in (quiz.right(0), quiz.right(1), quiz.wrong(0), quiz.right(0))
    ]
    completions = [taker.http.post(f"{url}complete/") for _ in range(4)]
    looks = [taker.http.get(url) for _ in range(2)]
    tasks = [run_expiry_task(taker, attempt), run_expiry_task(taker, attempt)]
    requests = [call for group in zip(submissions, completions, strict=True) for call in group]
    answers, _ = await asyncio.gather(asyncio.gather(*requests, *looks), asyncio.gather(*tasks))
    results = {answer.content for answer in answers[1:8:2]}
    assert len(results) == 1
    accepted = [answer for answer in answers[0:8:2] if answer.status_code == 200]
    refused = [answer for answer in answers[0:8:2] if answer.status_code == 409]
    assert len(accepted) + len(refused) == 4
    assert not (over and accepted)
    await taker.stack.advance(hours=1)
    assert {(await taker.http.post(f"{url}complete/")).content} == results
    known = await get_stored(taker, attempt)
    answered_last = max(known.answers.values(), key=lambda answer: answer.place)
    assert answered_last.place == 1 + len(accepted), "an answer that was accepted is never lost"


async def test_completion_is_published_once(taker: Taker) -> None:
    """The ratings, which follow the event, are updated once."""
    quiz, attempt = await start_timed(taker)
    await taker.submit(attempt, quiz.right(0))
    await asyncio.gather(*(taker.complete(attempt) for _ in range(4)), run_expiry_task(taker, attempt))
    await taker.stack.advance(hours=1)
    known = await get_focus(
        taker.stack.services.store, user_id=taker.learner.id, course_id=taker.learner.course
    )
    assert known.answers == 1


# The rules themselves, in any order of events.

QUESTION = Question(
    id="q",
    quiz="z",
    course="c",
    question_text="?",
    question_type="multiple_choice",
    options=(Option(id="right", text="R", is_correct=True), Option(id="wrong", text="W")),
    created_at=START,
    updated_at=START,
)


def build_attempt() -> Attempt:
    quiz = Quiz(id="z", course="c", title="T", time_limit_minutes=1, created_at=START, updated_at=START)
    asked = [freeze_question(QUESTION, shuffle=False, rng=random.Random(1))]
    return Attempt(
        id="a",
        quiz="z",
        course="c",
        terms=copy_terms(quiz),
        started_at=START,
        expires_at=START + timedelta(minutes=1),
        items=build_items(split_into_sheets(asked), {}),
        sheets=1,
    )


class Simulation:
    """The steps of the use cases without a store."""

    def __init__(self) -> None:
        self.attempt = build_attempt()
        self.question = freeze_question(QUESTION, shuffle=False, rng=random.Random(1))
        self.results: set[tuple[float, str]] = set()

    def step(self, what: str, seconds: int) -> None:
        now = START + timedelta(seconds=seconds)
        over = self.attempt.is_completed or is_overdue(self.attempt, now)
        if what in ("right", "wrong") and not over:
            chosen = AnswerContent(selected_options=(what,))
            self.attempt = record_answer(self.attempt, self.question, chosen, seconds=0)
        elif not self.attempt.is_completed and (what == "complete" or (what == "task" and over)):
            self.attempt = mark_attempt(self.attempt, {"q": self.question}, now)
        if self.attempt.is_completed:
            self.results.add((compute_totals(self.attempt).score, str(self.attempt.completed_at)))


@given(
    st.lists(
        st.tuples(st.sampled_from(["right", "wrong", "complete", "task"]), st.integers(0, 120)), max_size=12
    )
)
@settings(max_examples=200)
def test_an_attempt_completes_once_in_any_order_of_steps(steps: list[tuple[str, int]]) -> None:
    simulation = Simulation()
    for what, seconds in sorted(steps, key=lambda step: step[1]):
        simulation.step(what, seconds)
    simulation.step("task", 90)
    assert simulation.attempt.is_completed
    assert len(simulation.results) == 1
    assert simulation.attempt.completed_at is not None
    assert simulation.attempt.completed_at <= START + timedelta(minutes=1)


def test_at_the_deadline_the_result_has_the_answers_accepted_before() -> None:
    for order in permutations([("right", 89), ("task", 90), ("complete", 90), ("wrong", 90)]):
        simulation = Simulation()
        for what, seconds in order:
            simulation.step(what, seconds)
        first_end = min(order.index(("task", 90)), order.index(("complete", 90)))
        assert simulation.results == {
            (float(order.index(("right", 89)) < first_end), str(START + timedelta(minutes=1)))
        }

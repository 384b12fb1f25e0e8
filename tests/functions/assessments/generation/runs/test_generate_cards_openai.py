"""Cards over the real `openai` client, and every failure of its service."""

import json
from pathlib import Path

import httpx
import pytest

from shared.jobs.running import MAX_ATTEMPTS
from tests.functions.assessments.generation.lessons import Lesson, open_lesson
from tests.scripted_openai import (
    Behaviour,
    breaks_off,
    broken_json,
    card,
    gives,
    hangs,
    invented_quotes,
    quote_passages,
    refusal,
    status,
    wrong_schema,
)

URL = "/api/v1/assessments/flashcards/generate/"


GOOD = card(
    question="What is glycolysis?",
    answer="The breakdown of one molecule of glucose into two molecules of pyruvate.",
    quote="Glycolysis is the breakdown of one molecule of glucose into two molecules of pyruvate.",
)


async def generate(lesson: Lesson, **headers: str) -> httpx.Response:
    order = {"course_id": lesson.course, "count": 4, "document_ids": [lesson.document]}
    return await lesson.user.http.post(URL, json=order, headers=headers)


async def count_cards(lesson: Lesson) -> int:
    stats = (await lesson.user.http.get("/api/v1/assessments/flashcards/stats/")).json()
    total: int = stats["total_flashcards"]
    return total


async def test_cards_are_saved_with_the_name_and_tokens_of_the_model(lesson: Lesson) -> None:
    lesson.server.then(quote_passages(tokens=(300, 45)))
    answer = await generate(lesson)
    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert {made["generator"] for made in body["flashcards"]} == {"scripted"}
    assert await count_cards(lesson) == len(body["flashcards"]) > 0
    assert (await lesson.count_tokens(), body["agent_metadata"]["tokens"]) == (345, 345)


async def test_cards_without_a_quote_of_the_source_are_dropped(lesson: Lesson) -> None:
    lesson.server.then(invented_quotes(tokens=(10, 5)))
    answer = await generate(lesson)
    assert (answer.status_code, answer.json()["error_code"]) == (502, "PROCESSING_FAILED")
    assert (await count_cards(lesson), await lesson.count_tokens()) == (0, 15)
    lesson.server.then(gives(card(quote="Not in the text at all.", chunk_id="nowhere"), tokens=(10, 5)))
    assert (await generate(lesson)).status_code == 502
    assert (await count_cards(lesson), await lesson.count_tokens()) == (0, 30)


@pytest.mark.parametrize(
    ("script", "expected", "tokens"),
    [
        ([broken_json(tokens=(10, 1)), broken_json(tokens=(10, 1))], (502, "PROCESSING_FAILED"), 22),
        ([wrong_schema(tokens=(10, 1)), wrong_schema(tokens=(10, 1))], (502, "PROCESSING_FAILED"), 22),
        ([refusal(tokens=(7, 2))], (502, "PROCESSING_FAILED"), 9),
        ([status(429, retry_after="120")], (503, "SERVICE_UNAVAILABLE"), 0),
        ([status(500), status(500), status(500)], (503, "SERVICE_UNAVAILABLE"), 0),
        ([status(401)], (503, "SERVICE_UNAVAILABLE"), 0),
    ],
    ids=["broken json", "wrong schema", "refusal", "429", "500", "401"],
)
async def test_a_failure_has_its_status_and_saves_nothing(
    lesson: Lesson, script: list[Behaviour], expected: tuple[int, str], tokens: int
) -> None:
    lesson.server.then(*script)
    assert await fail(lesson) == expected
    assert (await count_cards(lesson), await lesson.count_tokens()) == (0, tokens)


async def test_a_model_that_hangs_is_unavailable_and_saves_nothing(tmp_path: Path) -> None:
    async with open_lesson(tmp_path, silence=0.3) as lesson:
        lesson.server.then(hangs())
        assert await fail(lesson) == (503, "SERVICE_UNAVAILABLE")
        assert (await count_cards(lesson), await lesson.count_tokens()) == (0, 0)


async def fail(lesson: Lesson) -> tuple[int, str]:
    """Return the status and code of a generation that fails, and says no more than it should."""
    answer = await generate(lesson)
    assert "sk-secret-key" not in answer.text
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.parametrize(
    "text", ['{"cards": [{"question": "What is', json.dumps({"cards": [GOOD]})[:-2] + ', {"question": "Wh']
)
async def test_an_interrupted_answer_of_the_model_saves_nothing(lesson: Lesson, text: str) -> None:
    lesson.server.then(breaks_off(text), breaks_off(text))
    answer = await generate(lesson)
    assert answer.status_code == 503
    assert await count_cards(lesson) == 0


async def test_a_failure_of_a_stream_is_an_event(lesson: Lesson) -> None:
    lesson.server.then(status(500), status(500))
    answer = await generate(lesson, Accept="text/event-stream")
    assert answer.status_code == 200
    assert "event: error" in answer.text
    assert "SERVICE_UNAVAILABLE" in answer.text
    assert await count_cards(lesson) == 0


async def test_a_transient_failure_is_retried_within_the_request(lesson: Lesson) -> None:
    lesson.server.then(status(429, retry_after="0"), quote_passages())
    assert (await generate(lesson)).status_code == 201


async def test_a_job_is_retried_and_counts_its_tokens_once(lesson: Lesson) -> None:
    lesson.server.then(status(500), status(500), quote_passages(tokens=(100, 20)))
    queued = await generate(lesson, Prefer="respond-async")
    await lesson.stack.advance(minutes=1)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "completed"
    assert (await count_cards(lesson), await lesson.count_tokens()) == (len(job["result"]["flashcards"]), 120)


async def test_a_job_fails_after_its_last_attempt(lesson: Lesson) -> None:
    lesson.server.then(*[status(500)] * 2 * MAX_ATTEMPTS)
    queued = await generate(lesson, Prefer="respond-async")
    await lesson.stack.advance(minutes=10)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert (job["status"], job["result"]) == ("failed", None)
    assert "not available" in job["error"]
    assert await count_cards(lesson) == 0
    assert await lesson.stack.services.queue.list_dead_letters() == []


async def test_a_refused_job_is_not_retried(lesson: Lesson) -> None:
    lesson.server.then(refusal())
    queued = await generate(lesson, Prefer="respond-async")
    await lesson.stack.drain()
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "failed"
    assert "declined" in job["error"]

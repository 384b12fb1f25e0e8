"""The same flow over the real `openai` client, and every way in which its service can fail."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.jobs.running import MAX_ATTEMPTS
from shared.model.openai_model import OpenAIModel
from shared.usage import UsageOf
from tests.functions.assessments.generation.runs.material import new_course, processed_document
from tests.retries import quick_retries
from tests.scripted_openai import (
    Behaviour,
    ScriptedOpenAI,
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
from tests.stack import Stack, User, running

URL = "/api/v1/assessments/flashcards/generate/"


GOOD = card(
    question="What is glycolysis?",
    answer="The breakdown of one molecule of glucose into two molecules of pyruvate.",
    quote="Glycolysis is the breakdown of one molecule of glucose into two molecules of pyruvate.",
)


@dataclass
class Class:
    stack: Stack
    user: User
    server: ScriptedOpenAI
    order: dict[str, Any]

    async def generate(self, **headers: str) -> httpx.Response:
        return await self.user.http.post(URL, json=self.order, headers=headers)

    async def cards(self) -> int:
        stats = (await self.user.http.get("/api/v1/assessments/flashcards/stats/")).json()
        total: int = stats["total_flashcards"]
        return total

    async def tokens(self) -> int:
        usage = UsageOf(self.user.id, self.stack.clock.now())
        month = await self.stack.services.store.get(usage.month)
        return month.ai_tokens if month else 0


@pytest.fixture
async def lesson(tmp_path: Path) -> AsyncIterator[Class]:
    async with ScriptedOpenAI() as server:
        model = OpenAIModel(
            api_key="sk-secret-key", base_url=server.base_url, model="scripted", timeout=0.3,
            retries=quick_retries(2),
        )  # fmt: skip
        async with running(tmp_path, services={"model": model}) as stack:
            user = await stack.sign_up()
            course = await new_course(user)
            document = await processed_document(stack, user, course)
            order = {"course_id": course, "count": 4, "document_ids": [document]}
            yield Class(stack, user, server, order)


async def test_cards_of_the_vendors_model_are_saved_with_its_name_and_tokens(lesson: Class) -> None:
    lesson.server.then(quote_passages(tokens=(300, 45)))
    answer = await lesson.generate()
    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert {made["generator"] for made in body["flashcards"]} == {"scripted"}
    assert await lesson.cards() == len(body["flashcards"]) > 0
    assert (await lesson.tokens(), body["agent_metadata"]["tokens"]) == (345, 345)


async def test_the_gate_drops_what_is_not_in_the_source_and_says_so(lesson: Class) -> None:
    lesson.server.then(invented_quotes(tokens=(10, 5)))
    answer = await lesson.generate()
    assert (answer.status_code, answer.json()["error_code"]) == (502, "PROCESSING_FAILED")
    assert (await lesson.cards(), await lesson.tokens()) == (0, 15)
    lesson.server.then(gives(card(quote="Not in the text at all.", chunk_id="nowhere"), tokens=(10, 5)))
    assert (await lesson.generate()).status_code == 502
    assert (await lesson.cards(), await lesson.tokens()) == (0, 30)


@pytest.mark.parametrize(
    ("script", "expected", "tokens"),
    [
        ([broken_json(tokens=(10, 1)), broken_json(tokens=(10, 1))], (502, "PROCESSING_FAILED"), 22),
        ([wrong_schema(tokens=(10, 1)), wrong_schema(tokens=(10, 1))], (502, "PROCESSING_FAILED"), 22),
        ([refusal(tokens=(7, 2))], (502, "PROCESSING_FAILED"), 9),
        ([status(429, retry_after="120")], (503, "SERVICE_UNAVAILABLE"), 0),
        ([status(500), status(500), status(500)], (503, "SERVICE_UNAVAILABLE"), 0),
        ([hangs()], (503, "SERVICE_UNAVAILABLE"), 0),
        ([status(401)], (503, "SERVICE_UNAVAILABLE"), 0),
    ],
    ids=["broken json", "wrong schema", "refusal", "429", "500", "hang", "401"],
)
async def test_a_failure_is_told_clearly_and_nothing_is_half_saved(
    lesson: Class, script: list[Behaviour], expected: tuple[int, str], tokens: int
) -> None:
    lesson.server.then(*script)
    answer = await lesson.generate()
    assert (answer.status_code, answer.json()["error_code"]) == expected, answer.text
    assert "sk-secret-key" not in answer.text
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    assert (await lesson.cards(), await lesson.tokens()) == (0, tokens)


@pytest.mark.parametrize(
    "text", ['{"cards": [{"question": "What is', json.dumps({"cards": [GOOD]})[:-2] + ', {"question": "Wh']
)
async def test_a_stream_that_breaks_off_saves_nothing(lesson: Class, text: str) -> None:
    lesson.server.then(breaks_off(text), breaks_off(text))
    answer = await lesson.generate()
    assert answer.status_code == 503
    assert await lesson.cards() == 0


async def test_a_failure_in_a_stream_is_an_event(lesson: Class) -> None:
    lesson.server.then(status(500), status(500))
    answer = await lesson.generate(Accept="text/event-stream")
    assert answer.status_code == 200
    assert "event: error" in answer.text
    assert "SERVICE_UNAVAILABLE" in answer.text
    assert await lesson.cards() == 0


async def test_a_passing_failure_is_repeated_within_the_request(lesson: Class) -> None:
    lesson.server.then(status(429, retry_after="0"), quote_passages())
    assert (await lesson.generate()).status_code == 201


async def test_a_job_tries_again_later_and_counts_its_tokens_once(lesson: Class) -> None:
    lesson.server.then(status(500), status(500), quote_passages(tokens=(100, 20)))
    queued = await lesson.generate(Prefer="respond-async")
    await lesson.stack.advance(minutes=1)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "completed"
    assert (await lesson.cards(), await lesson.tokens()) == (len(job["result"]["flashcards"]), 120)


async def test_a_job_that_can_not_succeed_fails_for_good(lesson: Class) -> None:
    lesson.server.then(*[status(500)] * 2 * MAX_ATTEMPTS)
    queued = await lesson.generate(Prefer="respond-async")
    await lesson.stack.advance(minutes=10)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert (job["status"], job["result"]) == ("failed", None)
    assert "not available" in job["error"]
    assert await lesson.cards() == 0
    assert await lesson.stack.services.queue.list_dead_letters() == []


async def test_a_refused_job_is_not_tried_again(lesson: Class) -> None:
    lesson.server.then(refusal())
    queued = await lesson.generate(Prefer="respond-async")
    await lesson.stack.drain()
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert job["status"] == "failed"
    assert "declined" in job["error"]

"""One instance of the deployed function under its full concurrency of generations."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from infra.groups import table
from infra.local.emulated.children import start, stop
from infra.local.emulated.functions import functions
from shared.clock import SystemClock
from tests.deadlines import PROCESS_SECONDS
from tests.functions.assessments.generation.material import new_course, processed_document
from tests.loopback import listening
from tests.scripted_openai import ScriptedOpenAI, quote_passages, together
from tests.stack import BASE_URL, running

URL = "/api/v1/assessments/flashcards/generate/"
CONCURRENCY: int = table()["groups"]["assessments"]["concurrency"]


@asynccontextmanager
async def instance(folder: Path, **environment: str) -> AsyncIterator[str]:
    """Run the group's `api` under the functions framework in its own process, and yield its address."""
    roomy = {"RATE_LIMIT_GENERATIONS_PER_HOUR": "1000", "RATE_LIMIT_USER_PER_MINUTE": "1000"}
    shared = {"DATA_DIR": str(folder), "PUBLIC_URL": BASE_URL, "PROFILE": "local"}
    function = functions(roomy | shared | environment, folder=folder)["assessments", "api"]
    try:
        await start([function.child])
        yield function.url
    finally:
        await stop([function.child])


@pytest.mark.slow
async def test_an_instance_waits_for_the_model_with_all_its_requests_at_once(
    tmp_path: Path,
) -> None:
    async with (
        ScriptedOpenAI(otherwise=together(CONCURRENCY, quote_passages())) as model,
        running(tmp_path, start=SystemClock().now()) as stack,
        listening(stack.local.gateway) as gateway,
        instance(
            tmp_path,
            OPENAI_API_KEY="key",
            OPENAI_BASE_URL=model.base_url,
            OPENAI_TIMEOUT_SECONDS=str(PROCESS_SECONDS),
            RETRIEVER_SERVICE_URL=f"{gateway}/_local/retrieval",
        ) as url,
    ):
        user = await stack.sign_up()
        course = await new_course(user)
        document = await processed_document(stack, user, course)
        order = {"course_id": course, "count": 2, "document_ids": [document]}
        signed_in = {"Authorization": f"Bearer {user.access}"}
        async with httpx.AsyncClient(
            base_url=url, headers=signed_in, timeout=PROCESS_SECONDS, trust_env=False
        ) as http:
            answers = await asyncio.gather(*(http.post(URL, json=order) for _ in range(CONCURRENCY)))
        stats = (await user.http.get("/api/v1/assessments/flashcards/stats/")).json()
    assert Counter(answer.status_code for answer in answers) == {201: CONCURRENCY}
    assert len(model.requests) == CONCURRENCY
    assert stats["total_flashcards"] == 2 * CONCURRENCY

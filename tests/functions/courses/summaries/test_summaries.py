import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.model import ModelUnavailable
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    Citation,
    Grade,
    GradeRequest,
    QuestionDraft,
    QuestionRequest,
    Summary,
    SummaryRequest,
    Usage,
)
from shared.retrieval import Chunk
from shared.usage import MonthlyUsage, UsageOf
from tests.functions.courses.studies import TEXT, ScriptedRetrieval, Studies, run_studies

ANSWER = Summary(
    text="Loops repeat.",
    citations=(Citation(chunk_id="c1", quote="repeats its body", page=3),),
    usage=Usage(model="scripted", input_tokens=100, output_tokens=20),
)


class ScriptedModel:
    """A scripted model; `failure` is raised if set."""

    name = "scripted"
    failure: Exception | None = None

    def __init__(self) -> None:
        self.asked: list[SummaryRequest] = []

    def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        raise NotImplementedError

    def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        raise NotImplementedError

    async def grade(self, request: GradeRequest) -> Grade:
        raise NotImplementedError

    async def summarize(self, request: SummaryRequest) -> Summary:
        self.asked.append(request)
        if self.failure is not None:
            raise self.failure
        return ANSWER

    async def aclose(self) -> None:
        """Nothing to close."""


async def upload_processed(studies: Studies, retrieval: ScriptedRetrieval) -> str:
    """Upload and process a document; return the path of its summary."""
    document = await studies.upload()
    await studies.stack.drain()
    retrieval.say(document, "completed", text_extracted=True)
    retrieval.chunks = [
        Chunk(chunk_id=f"c{n}", document_id=document, text=TEXT.decode(), page=n) for n in range(60)
    ]
    await studies.stack.advance(seconds=10)
    return f"{studies.document(document)}summarize/"


@pytest.fixture
def model(scripted: Studies) -> ScriptedModel:
    model = ScriptedModel()
    scripted.stack.services.model = model
    return model


async def get_usage(studies: Studies) -> MonthlyUsage:
    usage = UsageOf(studies.user.id, studies.stack.clock.now())
    return await studies.stack.services.store.get(usage.month) or MonthlyUsage(id="none")


async def test_a_document_is_summarised_with_citations(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    path = await upload_processed(scripted, retrieval)
    answer = await scripted.http.post(path, json={"length": "medium", "language": "pt-BR"})
    assert answer.status_code == 200
    assert answer.json() == {
        "document_id": path.split("/")[-3],
        "summary": "Loops repeat.",
        "citations": [{"chunk_id": "c1", "quote": "repeats its body", "page": 3}],
    }
    (asked,) = model.asked
    assert (asked.length, asked.language, len(asked.passages)) == ("medium", "pt-BR", 24)
    assert (await get_usage(scripted)).ai_tokens == 120
    assert (await get_usage(scripted)).generations == 1


async def test_without_a_body_a_short_one_is_made(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    assert (await scripted.http.post(await upload_processed(scripted, retrieval))).status_code == 200
    assert (model.asked[0].length, model.asked[0].language) == ("short", "en")


async def test_the_offline_model_quotes_the_source(studies: Studies) -> None:
    document = await studies.upload(b"# Loops\n\n" + TEXT * 3, "loops.md")
    await studies.stack.drain()
    answer = await studies.http.post(f"{studies.document(document)}summarize/", json={"length": "short"})
    quotes = [citation["quote"] for citation in answer.json()["citations"]]
    assert quotes
    assert all(quote in TEXT.decode() for quote in quotes)


@pytest.mark.parametrize(
    "body", [{"length": "huge"}, {"language": "not a tag"}, {"language": None}, {"words": 3}]
)
async def test_a_bad_order_is_refused(
    scripted: Studies, retrieval: ScriptedRetrieval, body: dict[str, Any]
) -> None:
    refused = await scripted.http.post(await upload_processed(scripted, retrieval), json=body)
    assert refused.status_code == 422
    assert list(refused.json()["details"]) == list(body)


async def test_a_document_must_be_processed(scripted: Studies) -> None:
    document = await scripted.upload(b"")
    path = f"{scripted.document(document)}summarize/"
    assert (await scripted.http.post(path)).status_code == 409
    await scripted.stack.drain()
    assert (await scripted.http.post(path)).status_code == 502
    assert (await scripted.http.post(path.replace(document, "none"))).status_code == 404


async def test_a_document_without_text_has_no_summary(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    path = await upload_processed(scripted, retrieval)
    retrieval.chunks = []
    answer = await scripted.http.post(path)
    assert (answer.status_code, answer.json()["error_code"]) == (502, "PROCESSING_FAILED")
    assert model.asked == []


async def test_a_stream_shows_progress_and_ends_with_the_summary(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    path = await upload_processed(scripted, retrieval)
    answer = await scripted.http.post(path, headers={"Accept": "text/event-stream"})
    assert answer.status_code == 200
    names = [line for line in answer.text.split("\r\n") if line.startswith("event")]
    assert names == ["event: progress", "event: progress", "event: completed"]
    model.failure = ModelUnavailable()
    failed = await scripted.http.post(path, headers={"Accept": "text/event-stream"})
    assert "event: error" in failed.text
    assert "SERVICE_UNAVAILABLE" in failed.text


async def queue_summary(studies: Studies, path: str) -> str:
    answer = await studies.http.post(path, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    return str(answer.json()["status_url"])


async def test_a_job_makes_the_same_summary(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    job = await queue_summary(scripted, await upload_processed(scripted, retrieval))
    await scripted.stack.drain()
    found = (await scripted.http.get(job)).json()
    assert (found["kind"], found["status"], found["progress_percentage"]) == ("summary", "completed", 100)
    assert found["result"]["summary"] == "Loops repeat."
    assert len(model.asked) == 1
    assert (await get_usage(scripted)).ai_tokens == 120


async def test_a_job_waits_out_a_short_outage(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    job = await queue_summary(scripted, await upload_processed(scripted, retrieval))
    model.failure = ModelUnavailable()
    await scripted.stack.drain()
    assert (await scripted.http.get(job)).json()["status"] == "running"
    model.failure = None
    await scripted.stack.advance(seconds=5)
    assert (await scripted.http.get(job)).json()["status"] == "completed"


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (ModelUnavailable(), "The language model is not available; try again later"),
        (RuntimeError("a fault"), "Processing failed; try again"),
    ],
)
async def test_a_job_is_given_up_in_the_end(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel, failure: Exception, error: str
) -> None:
    job = await queue_summary(scripted, await upload_processed(scripted, retrieval))
    model.failure = failure
    await scripted.stack.advance(minutes=10)
    found = (await scripted.http.get(job)).json()
    assert (found["status"], found["error"]) == ("failed", error)
    assert await scripted.stack.services.queue.list_dead_letters() == []


async def test_a_job_whose_document_is_gone_fails(
    scripted: Studies, retrieval: ScriptedRetrieval, model: ScriptedModel
) -> None:
    path = await upload_processed(scripted, retrieval)
    job = await queue_summary(scripted, path)
    await scripted.http.delete(path.removesuffix("summarize/"))
    await scripted.stack.drain()
    assert (await scripted.http.get(job)).json()["status"] == "failed"
    assert model.asked == []


async def test_the_rate_and_the_quota_hold(tmp_path: Path, retrieval: ScriptedRetrieval) -> None:
    limits: dict[str, Any] = {"rate_limit_generations_per_hour": 2, "quota_ai_tokens_per_month": 100}
    async with run_studies(tmp_path, services={"retrieval": retrieval}, **limits) as studies:
        studies.stack.services.model = ScriptedModel()
        path = await upload_processed(studies, retrieval)
        assert (await studies.http.post(path)).status_code == 200
        refused = await studies.http.post(path)
        assert (refused.status_code, refused.json()["error_code"]) == (402, "QUOTA_EXCEEDED")
        streamed = await studies.http.post(path, headers={"Accept": "text/event-stream"})
        assert streamed.status_code == 402
        assert json.loads(streamed.text)["error_code"] == "QUOTA_EXCEEDED"

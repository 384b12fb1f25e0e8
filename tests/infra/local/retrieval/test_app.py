import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from infra.local.retrieval.app import create_app
from tests.deadlines import DEADLINE_SECONDS
from tests.infra.local.retrieval import files
from tests.infra.local.retrieval.conftest import DOCUMENT, SOURCE, Outcomes, Source

TOKEN = "service-token"
NEW = {
    "document_id": DOCUMENT,
    "source_url": SOURCE,
    "content_type": "application/pdf",
    "metadata": {"course_id": "c"},
}


@pytest.fixture
async def app(tmp_path: Path, http: httpx.AsyncClient, outcomes: Outcomes) -> AsyncIterator[FastAPI]:
    app = create_app(tmp_path / "retrieval", token=TOKEN, http=http, publish=outcomes.publish)
    await app.state.documents.start()
    yield app
    await app.state.documents.aclose()


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://retrieval", headers=headers) as client:
        yield client


async def test_document_goes_through_all_its_states(
    app: FastAPI, api: httpx.AsyncClient, source: Source
) -> None:
    source.data = files.lesson_pdf()
    accepted = await api.post("/api/documents", json=NEW)
    early = await api.get(f"/api/documents/{DOCUMENT}/content")
    await app.state.documents.wait_until_settled()
    status = await api.get(f"/api/documents/{DOCUMENT}")
    content = await api.get(f"/api/documents/{DOCUMENT}/content")
    query = {"document_ids": [DOCUMENT], "query": "condition", "max_chunks": 10, "similarity_threshold": 0.2}
    context = await api.post("/api/context/retrieve", json=query)

    assert accepted.status_code == 202
    assert accepted.json().keys() == {"processing_id", "status", "estimated_seconds"}
    assert accepted.json()["status"] == "processing"
    assert early.status_code == 409
    assert status.json() == {
        "document_id": DOCUMENT,
        "status": "completed",
        "progress": 100,
        "error": None,
        "pages": 2,
        "chunks": 1,
        "pages_without_text": 0,
        "images_skipped": 0,
        "text_extracted": True,
        "embeddings_created": True,
        "summary_generated": True,
    }
    assert content.json().keys() == {
        *("extracted_text", "summary", "topics", "key_concepts", "sections", "chunk_count")
    }
    assert content.json()["topics"] == ["While loops", "An example"]
    (chunk,) = context.json()["chunks"]
    assert chunk.keys() == {"chunk_id", "document_id", "text", "page", "score"}
    assert (chunk["page"], chunk["score"]) == (1, 1.0)
    assert "```\nwhile n > 0:\n    n = n - 1\n```" in chunk["text"]


async def test_deleted_document_is_gone(app: FastAPI, api: httpx.AsyncClient) -> None:
    await api.post("/api/documents", json=NEW | {"content_type": "text/plain"})

    assert (await api.delete(f"/api/documents/{DOCUMENT}")).status_code == 204
    assert (await api.delete(f"/api/documents/{DOCUMENT}")).status_code == 204
    assert (await api.get(f"/api/documents/{DOCUMENT}")).status_code == 404


@pytest.mark.parametrize("document_id", [DOCUMENT, "no-uuid", "..%2f..%2fetc"])
async def test_unknown_document_is_not_found(api: httpx.AsyncClient, document_id: str) -> None:
    assert (await api.get(f"/api/documents/{document_id}")).status_code == 404
    assert (await api.get(f"/api/documents/{document_id}/content")).status_code == 404


@pytest.mark.parametrize("authorization", ["", "Bearer other", TOKEN])
async def test_call_without_the_service_token_is_refused(api: httpx.AsyncClient, authorization: str) -> None:
    answer = await api.get(f"/api/documents/{DOCUMENT}", headers={"Authorization": authorization})

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "change",
    [{"document_id": "../x"}, {"source_url": "file:///etc/passwd"}, {"content_type": None}, {"metadata": 3}],
)
async def test_unusable_body_is_refused(api: httpx.AsyncClient, change: dict[str, Any]) -> None:
    assert (await api.post("/api/documents", json=NEW | change)).status_code == 422


async def test_reading_stays_within_512_megabytes_and_leaves_the_service_responsive(
    app: FastAPI, api: httpx.AsyncClient, source: Source, outcomes: Outcomes
) -> None:
    """A document whose tree would take more memory than the reading process may use."""
    source.data = files.wrap_body(b"<w:p/>" * 5_000_000)
    await api.post("/api/documents", json=NEW | {"content_type": files.WORD})
    waits, peak = 0, 0.0
    while not outcomes.told:
        peak = max(peak, files.measure_peak_megabytes())
        answer = await asyncio.wait_for(api.get(f"/api/documents/{DOCUMENT}"), timeout=DEADLINE_SECONDS)
        assert answer.status_code == 200
        waits += 1
        await asyncio.sleep(0.02)
    await app.state.documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "failed", "The file needs too much memory to be read")]
    assert waits > 1
    assert 50 < peak < 512

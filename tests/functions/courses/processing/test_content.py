"""Processed documents: content, repeated processing, and the stream of their state."""

import asyncio
import json

import pytest

from functions.courses.documents.store import DOCUMENTS
from shared.retrieval import DocumentContent, Section
from tests.functions.courses.polling import Polls
from tests.functions.courses.processing.states import publish_end, upload_submitted
from tests.functions.courses.studies import TEXT, ScriptedRetrieval, Studies


async def test_content_waits_for_processing(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    path = f"{scripted.document(document)}content/"
    refused = await scripted.http.get(path)
    assert (refused.status_code, refused.json()["error_code"]) == (409, "CONFLICT")
    retrieval.say(document, "completed", text_extracted=True)
    await publish_end(scripted, document, "completed")
    assert (await scripted.http.get(path)).status_code == 502  # the service has lost it
    retrieval.contents[document] = DocumentContent(
        extracted_text=TEXT.decode(),
        summary="Loops",
        topics=("loops",),
        key_concepts=("condition",),
        sections=(Section(title="While", content="c"),),
        chunk_count=1,
    )
    assert (await scripted.http.get(path)).json() == {
        "document_id": document,
        "extracted_text": TEXT.decode(),
        "summary": "Loops",
        "topics": ["loops"],
        "key_concepts": ["condition"],
        "sections": [{"title": "While", "content": "c"}],
        "embeddings_available": False,
        "chunk_count": 1,
    }
    retrieval.away = True
    away = await scripted.http.get(path)
    assert away.status_code == 503
    assert "Retry-After" in away.headers


async def test_what_is_being_processed_is_not_begun_again(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    answer = (await scripted.send()).json()
    document = answer["document"]["id"]
    again = await scripted.http.post(f"{scripted.document(document)}reprocess/")
    assert again.status_code == 202
    assert again.json() == {
        "document_id": document,
        "processing_status": "processing",
        "processing_id": answer["processing_id"],
    }
    await scripted.stack.drain()
    assert len(retrieval.submissions) == 1


async def test_a_stream_shows_each_change_until_the_end(
    scripted: Studies, retrieval: ScriptedRetrieval, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.courses.processing.service._POLL_SECONDS", 0.01)
    document = await upload_submitted(scripted)
    path = DOCUMENTS.doc(document, user=scripted.user.id).path
    polls = Polls(scripted.stack.services.store, path, monkeypatch)

    async def finish() -> None:
        await polls.shown()
        retrieval.say(document, "completed", text_extracted=True)
        await publish_end(scripted, document, "completed")

    path = f"{scripted.document(document)}processing_status/"
    answer, _ = await asyncio.gather(
        scripted.http.get(path, headers={"Accept": "text/event-stream"}), finish()
    )
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    events = [line for line in answer.text.split("\r\n") if line.startswith(("event", "data"))]
    assert [line for line in events if line.startswith("event")] == ["event: progress", "event: completed"]
    assert json.loads(events[-1].removeprefix("data: "))["progress_percentage"] == 100

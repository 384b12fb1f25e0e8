"""Runs of processing, with the stand-in and with a scripted retrieval service."""

from typing import Any

import pytest

from functions.courses.documents.store import DOCUMENTS
from functions.courses.processing.rules import TOOK_TOO_LONG
from shared.published.courses import DocumentProcessed
from tests.functions.courses.processing.states import get_status, publish_end, upload_submitted
from tests.functions.courses.studies import TEXT, ScriptedRetrieval, Studies, build_word


async def test_a_document_is_read_by_the_real_stand_in(studies: Studies) -> None:
    document = await studies.upload(b"# Loops\n\n" + TEXT * 5, "loops.md")
    before = await get_status(studies, document)
    assert before == {
        "document_id": document,
        "processing_status": "processing",
        "processing_error": None,
        "progress_percentage": 0,
        "extracted_content_available": False,
        "processing_metadata": {
            "pages_processed": 0,
            "pages_without_text": 0,
            "images_skipped": 0,
            "text_extracted": False,
            "embeddings_created": False,
            "summary_generated": False,
        },
    }
    await studies.stack.drain()
    after = await get_status(studies, document)
    assert (after["processing_status"], after["progress_percentage"]) == ("completed", 100)
    assert after["extracted_content_available"] is True
    content = (await studies.http.get(f"{studies.document(document)}content/")).json()
    assert content["document_id"] == document
    assert TEXT.decode().strip() in content["extracted_text"]
    assert content["chunk_count"] >= 1
    assert content["embeddings_available"] is True


async def test_a_bomb_fails_with_a_reason_and_harms_nobody(studies: Studies) -> None:
    document = await studies.upload(build_word(content=bytes(300_000_000)), "bomb.docx")
    await studies.stack.drain()
    found = await studies.get(document)
    assert found["processing_status"] == "failed"
    assert found["processing_error"]


async def test_what_the_service_gets(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    (submission,) = retrieval.submissions
    assert (submission["document_id"], submission["type"]) == (document, "text/plain")
    assert (await scripted.stack.http.get(submission["url"])).content == TEXT


async def test_the_services_event_ends_processing(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    outcome = {"pages": 25, "chunks": 15, "text_extracted": True, "summary_generated": True}
    retrieval.say(document, "completed", **outcome, pages_without_text=2, images_skipped=6)
    await publish_end(scripted, document, "completed")
    found = await get_status(scripted, document)
    assert found["processing_status"] == "completed"
    assert found["processing_metadata"]["pages_without_text"] == 2
    assert found["processing_metadata"]["images_skipped"] == 6
    assert found["processing_metadata"]["pages_processed"] == 25
    assert found["processing_metadata"]["summary_generated"] is True


async def test_a_failure_gives_its_reason(
    scripted: Studies, retrieval: ScriptedRetrieval, caplog: pytest.LogCaptureFixture
) -> None:
    document = await upload_submitted(scripted)
    retrieval.say(document, "failed", error="The file is damaged")
    await publish_end(scripted, document, "failed")
    found = await get_status(scripted, document)
    assert (found["processing_status"], found["processing_error"]) == ("failed", "The file is damaged")
    answer = await scripted.http.get(f"{scripted.document(document)}content/")
    assert answer.status_code == 502
    assert answer.json()["error_code"] == "PROCESSING_FAILED"
    logged = [fields for record in caplog.records if (fields := getattr(record, "fields", None))]
    assert {"failed_work": "document", "document": document} in logged
    assert answer.json()["error"] == "The file is damaged"


async def test_a_lost_event_is_made_up_for(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    retrieval.say(document, "processing", progress=40)
    await scripted.stack.advance(seconds=5)
    assert (await get_status(scripted, document))["progress_percentage"] == 40
    retrieval.say(document, "processing", progress=20)
    await scripted.stack.advance(seconds=10)
    assert (await get_status(scripted, document))["progress_percentage"] == 40
    retrieval.say(document, "completed", text_extracted=True)
    await scripted.stack.advance(seconds=20)
    assert (await get_status(scripted, document))["processing_status"] == "completed"
    await scripted.stack.advance(hours=1)
    names = [message.name for message in await scripted.stack.services.queue.list_waiting()]
    assert "document.process" not in names


async def test_an_event_that_comes_before_its_submission_was_noted_is_not_missed(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    class Quick(ScriptedRetrieval):
        async def submit(self, **fields: str) -> Any:
            answer = await super().submit(**fields)
            self.say(fields["document_id"], "completed", text_extracted=True)
            return answer

    scripted.stack.services.retrieval = Quick()
    document = await upload_submitted(scripted)
    assert (await get_status(scripted, document))["processing_status"] == "completed"


async def test_repeated_and_contradicting_events_change_nothing(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    document = await upload_submitted(scripted)
    retrieval.say(document, "completed", text_extracted=True)
    await publish_end(scripted, document, "completed")
    retrieval.say(document, "failed", error="late")
    for number, status in enumerate(("failed", "completed", "failed")):
        await publish_end(scripted, document, status, f"later-{number}")
        await publish_end(scripted, document, "completed")
    assert (await get_status(scripted, document))["processing_status"] == "completed"


async def test_an_event_is_only_a_hint(scripted: Studies) -> None:
    document = await upload_submitted(scripted)
    await publish_end(scripted, document, "completed")
    assert (await get_status(scripted, document))["processing_status"] == "processing"
    await publish_end(scripted, "no-such-document", "completed", "event-2")


async def test_an_event_of_the_run_before_means_nothing(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    document = await upload_submitted(scripted)
    retrieval.say(document, "completed", text_extracted=True, pages=3)
    await publish_end(scripted, document, "completed")
    retrieval.away = True
    again = await scripted.http.post(f"{scripted.document(document)}reprocess/")
    assert again.status_code == 202
    await scripted.stack.drain()
    retrieval.away = False
    await publish_end(scripted, document, "completed", "event-2")
    found = await get_status(scripted, document)
    assert (found["processing_status"], found["processing_metadata"]["pages_processed"]) == ("processing", 0)
    await scripted.stack.advance(minutes=1)
    assert len(retrieval.submissions) == 2
    retrieval.say(document, "completed", text_extracted=True, pages=4)
    await publish_end(scripted, document, "completed", "event-3")
    found = await get_status(scripted, document)
    assert (found["processing_status"], found["processing_metadata"]["pages_processed"]) == ("completed", 4)


async def test_processing_waits_out_an_outage(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    retrieval.away = True
    document = await upload_submitted(scripted)
    await scripted.stack.advance(minutes=30)
    assert (await get_status(scripted, document))["processing_status"] == "processing"
    assert await scripted.stack.services.queue.list_dead_letters() == []
    retrieval.away = False
    await scripted.stack.advance(minutes=10)
    assert len(retrieval.submissions) == 1


async def test_nothing_hangs_for_ever(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    await scripted.stack.advance(hours=1, minutes=6)
    found = await get_status(scripted, document)
    assert (found["processing_status"], found["processing_error"]) == ("failed", TOOK_TOO_LONG)
    retrieval.say(document, "completed", text_extracted=True)
    await publish_end(scripted, document, "completed")
    assert (await get_status(scripted, document))["processing_status"] == "failed"


async def test_a_document_that_the_service_lost_is_submitted_again(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    document = await upload_submitted(scripted)
    del retrieval.stands[document]
    await scripted.stack.advance(seconds=10)
    assert len(retrieval.submissions) == 2


async def test_a_document_deleted_while_it_is_submitted_leaves_nothing_there(
    scripted: Studies, retrieval: ScriptedRetrieval
) -> None:
    class Slow(ScriptedRetrieval):
        async def submit(self, **fields: str) -> Any:
            ref = DOCUMENTS.doc(fields["document_id"], user=scripted.user.id)
            await scripted.stack.services.store.delete(ref)
            return await super().submit(**fields)

    slow = Slow()
    scripted.stack.services.retrieval = slow
    document = await upload_submitted(scripted)
    assert slow.deleted == [document]


async def test_each_end_is_told_once(scripted: Studies, retrieval: ScriptedRetrieval) -> None:
    document = await upload_submitted(scripted)
    retrieval.say(document, "completed", text_extracted=True)
    services = scripted.stack.services
    heard: list[str] = []
    publish = services.events.publish

    async def listen(events: Any) -> None:
        heard.extend(event.type for event in events)
        await publish(events)

    services.events.publish = listen  # type: ignore[method-assign]
    for number in range(3):
        await publish_end(scripted, document, "completed", f"event-{number}")
    await scripted.stack.advance(minutes=5)
    assert heard.count(DocumentProcessed.type) == 1

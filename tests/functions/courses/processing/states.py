"""Documents in the states of processing."""

from typing import Any

from shared.messages import EventEnvelope
from tests.functions.courses.studies import Studies


async def get_status(studies: Studies, document: str) -> dict[str, Any]:
    answer = await studies.http.get(f"{studies.document(document)}processing_status/")
    assert answer.status_code == 200
    status: dict[str, Any] = answer.json()
    return status


async def publish_end(studies: Studies, document: str, status: str, event_id: str = "event-1") -> None:
    """Publish and deliver the retrieval service's event."""
    event = EventEnvelope(
        event_id,
        f"document.processing.{status}",
        studies.stack.clock.now(),
        {"document_id": document, "status": status, "error": None},
    )
    await studies.stack.services.events.publish([event])
    await studies.stack.drain()


async def upload_submitted(studies: Studies) -> str:
    document = await studies.upload()
    await studies.stack.drain()
    return document

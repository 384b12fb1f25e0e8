"""Routes of processing: status, content, reprocess."""

from typing import Any

from functions.courses.documents.errors import DocumentNotFound
from functions.courses.documents.store import get_document
from functions.courses.processing import service
from functions.courses.processing.errors import DocumentFailed, StillProcessing
from functions.courses.processing.schemas import (
    ContentView,
    ProcessingView,
    Reprocessing,
    content_view,
    processing_view,
)
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided, Stream
from shared.web.router import Router
from shared.web.streams import stream_events

router = Router(tag="documents")

_ONE = "/api/v1/courses/{course_id}/documents/{doc_id}/"


@router.serve(
    "GET",
    f"{_ONE}processing_status/",
    access=USER,
    cost=Cost(reads=3, note="a stream reads the document twice a second until processing ends"),
    errors=[DocumentNotFound],
    response_model=ProcessingView,
    events=dict.fromkeys(("progress", "completed", "failed"), ProcessingView),
)
async def get_processing_status(
    services: Provided, caller: Caller, course_id: str, doc_id: str, stream: Stream
) -> Any:
    """Return the state of processing.

    A stream sends each change as `progress`, then `completed` or `failed`.
    """
    document = await get_document(
        services.store, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    if stream:
        return stream_events(service.watch_processing(services, document))
    return processing_view(document)


@router.serve(
    "GET",
    f"{_ONE}content/",
    access=USER,
    cost=Cost(reads=3),
    errors=[DocumentNotFound, StillProcessing, DocumentFailed],
)
async def get_document_content(
    services: Provided, caller: Caller, course_id: str, doc_id: str
) -> ContentView:
    """Return the content that was found in the document."""
    document, content = await service.read_content(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    return content_view(document, content)


@router.serve(
    "POST",
    f"{_ONE}reprocess/",
    access=USER,
    cost=Cost(reads=3, writes=2, deletes=1),
    status=202,
    location=f"{_ONE}processing_status/",
    errors=[DocumentNotFound],
)
async def reprocess_document(services: Provided, caller: Caller, course_id: str, doc_id: str) -> Reprocessing:
    """Process the document again. A run in progress continues instead."""
    document = await service.reprocess(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    return Reprocessing(
        document_id=document.id,
        processing_status=document.processing_status,
        processing_id=document.processing_id,
    )

"""Use cases of processed documents: watch processing, read the content, process again."""

from collections.abc import AsyncIterator

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import document_ref, get_document
from functions.courses.processing.errors import ContentLost, DocumentFailed, StillProcessing
from functions.courses.processing.rules import start_run
from functions.courses.processing.runs import enqueue_run
from functions.courses.processing.schemas import ProcessingView, processing_view
from shared.retrieval import DocumentContent
from shared.services import Services
from shared.store import Transaction
from shared.web.streams import watch_changes

_POLL_SECONDS = 0.5
_MAX_WATCH_SECONDS = 600.0


async def get_processed_document(
    services: Services, *, user_id: str, course_id: str, document_id: str
) -> CourseDocument:
    """Load a document whose content can be used.

    Raises CourseNotFound, DocumentNotFound, StillProcessing, DocumentFailed.
    """
    document = await get_document(
        services.store, user_id=user_id, course_id=course_id, document_id=document_id
    )
    if not document.is_over:
        raise StillProcessing
    if document.processing_status == "failed":
        raise DocumentFailed(document.processing_error)
    return document


async def read_content(
    services: Services, *, user_id: str, course_id: str, document_id: str
) -> tuple[CourseDocument, DocumentContent]:
    """Read the content of a document.

    Raises as `get_processed_document`, and ContentLost, ServiceUnavailable.
    """
    document = await get_processed_document(
        services, user_id=user_id, course_id=course_id, document_id=document_id
    )
    content = await services.retrieval.get_content(document.id)
    if content is None:
        raise ContentLost
    return document, content


async def watch_processing(
    services: Services, document: CourseDocument
) -> AsyncIterator[tuple[str, ProcessingView]]:
    """Yield each change until the run ends or the document is deleted, at most for ten minutes."""
    ref = document_ref(document)
    updates = watch_changes(
        document,
        lambda: services.store.get(ref),
        processing_view,
        every=_POLL_SECONDS,
        at_most=_MAX_WATCH_SECONDS,
    )
    async for current, view in updates:
        yield current.processing_status if current.is_over else "progress", view


async def reprocess(services: Services, *, user_id: str, course_id: str, document_id: str) -> CourseDocument:
    """Start a new run, unless one is in progress. Raises CourseNotFound, DocumentNotFound."""
    now, processing_id = services.clock.now(), f"proc_{services.ids.new()}"

    async def work(tx: Transaction) -> CourseDocument:
        document = await get_document(tx, user_id=user_id, course_id=course_id, document_id=document_id)
        if not document.is_over:
            return document
        document = start_run(document, processing_id, now=now)
        tx.put(document_ref(document), document)
        enqueue_run(tx, document)
        return document

    return await services.store.transact(work)

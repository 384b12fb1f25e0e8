"""A run of processing, step by step: fetch the file if needed, submit it, wait for the end.

Every step schedules the next one first, so that no lost event, outage or crash leaves a document unprocessed.
A step whose run has ended does nothing.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import DOCUMENTS, document_ref
from functions.courses.processing import rules
from functions.courses.processing.errors import DocumentFailed
from functions.courses.processing.fetching import FetchRefused, fetch_file
from functions.courses.processing.tasks import FetchDocument, ProcessDocument
from shared.consumers import Delivery
from shared.errors import ServiceUnavailable
from shared.published.courses import DocumentProcessed
from shared.retrieval import ProcessingStatus
from shared.services import Services
from shared.store import Store, Transaction

log = logging.getLogger(__name__)

_LINK_LIFETIME = timedelta(hours=1)


def enqueue_run(tx: Transaction, document: CourseDocument) -> None:
    """Enqueue the document's current run, in the transaction that stores it."""
    tx.enqueue(_build_task(document))


async def advance_run(services: Services, task: ProcessDocument) -> None:
    """Advance a run by one step, or give it up after `GIVE_UP_AFTER`.

    Raises Postponed where too many calls for the user, or to the host of his address, are running.
    """
    document = await _find_current(services.store, task)
    if document is None:
        return
    if services.clock.now() - document.processing_started_at >= rules.GIVE_UP_AFTER:
        await end_failed(services, document, rules.TOOK_TOO_LONG)
        return
    if document.object_key is None:
        with services.outside_calls.take_turn(user_id=document.user, url=document.source_url or ""):
            await _advance(services, document, task)
    else:
        await _advance(services, document, task)


async def receive_outcome(services: Services, document_id: str, delivery: Delivery) -> None:
    """Apply the end of a run that the retrieval service has published.

    The event does not name the run, so the service is asked for the state. An event from before the current
    run was submitted is ignored.
    """
    query = DOCUMENTS.query_everywhere().where("retrieval_id", "==", document_id)
    document = await services.store.first(query)
    if document is None or document.is_over or not document.submitted:
        return
    status = await services.retrieval.get_status(document_id)
    if status is not None:
        await _apply_status(services, document, status, delivery)


async def end_failed(services: Services, document: CourseDocument, error: str) -> None:
    """End the current run with an error, which is shown to the user."""
    now = services.clock.now()
    await _end_run(services, document, lambda current: rules.fail_run(current, error, now=now))


async def _advance(services: Services, document: CourseDocument, task: ProcessDocument) -> None:
    await _schedule_next_step(services, document, task)
    try:
        await _take_step(services, document)
    except ServiceUnavailable as error:
        log.warning("processing of document %s postponed: %s", document.id, error)


async def _take_step(services: Services, document: CourseDocument) -> None:
    if document.object_key is None:
        try:
            with_file = await fetch_file(services, document)
        except FetchRefused as refused:
            await end_failed(services, document, refused.reason)
            return
        if with_file is None:
            return
        document = with_file
    if document.file_size_bytes == 0:
        await end_failed(services, document, rules.EMPTY_FILE)
    elif document.submitted:
        await _poll(services, document)
    else:
        await _submit(services, document)


async def _poll(services: Services, document: CourseDocument) -> None:
    status = await services.retrieval.get_status(document.id)
    if status is None:
        await _submit(services, document)  # the service has lost the document
    else:
        await _apply_status(services, document, status)


async def _submit(services: Services, document: CourseDocument) -> None:
    assert document.object_key is not None  # noqa: S101 - `_take_step` has checked it
    link = await services.objects.sign_download(document.object_key, expires_in=_LINK_LIFETIME)
    await services.retrieval.submit(
        document_id=document.id,
        source_url=link,
        content_type=document.content_type,
        course_id=document.course,
    )
    if await _mark_submitted(services.store, document):
        await _poll_if_ended(services, document)
    else:
        await _purge_orphan(services, document)


async def _mark_submitted(store: Store, document: CourseDocument) -> bool:
    """Mark the run as submitted; tell whether it is still the current one."""

    async def work(tx: Transaction) -> bool:
        current = await tx.get(document_ref(document))
        if not _is_current(current, document.processing_id):
            return False
        tx.merge(document_ref(document), {"submitted": True})
        return True

    return await store.transact(work)


async def _poll_if_ended(services: Services, document: CourseDocument) -> None:
    """Apply the end of a run that came before the submission was marked: its event was ignored."""
    status = await services.retrieval.get_status(document.id)
    if status is not None and status.status != "processing":
        await _apply_status(services, document, status)


async def _purge_orphan(services: Services, document: CourseDocument) -> None:
    """Purge a document from the retrieval service that was deleted during its submission."""
    if await services.store.get(document_ref(document)) is None:
        await services.retrieval.delete(document.id)


async def _apply_status(
    services: Services,
    document: CourseDocument,
    status: ProcessingStatus,
    delivery: Delivery | None = None,
) -> None:
    now = services.clock.now()
    if status.status == "completed":
        await _end_run(
            services, document, lambda current: rules.complete_run(current, status, now=now), delivery
        )
    elif status.status == "failed":
        error = status.error or DocumentFailed.message
        await _end_run(services, document, lambda current: rules.fail_run(current, error, now=now), delivery)
    elif status.progress > document.progress_percentage:
        await _record_progress(services.store, document, status.progress)


async def _record_progress(store: Store, document: CourseDocument, progress: int) -> None:
    async def work(tx: Transaction) -> None:
        current = await tx.get(document_ref(document))
        if _is_current(current, document.processing_id):
            tx.merge(document_ref(document), {"progress_percentage": min(progress, 99)})

    await store.transact(work)


async def _end_run(
    services: Services,
    document: CourseDocument,
    end: Callable[[CourseDocument], CourseDocument],
    delivery: Delivery | None = None,
) -> None:
    """End the current run once. A run that has ended or been replaced stays unchanged."""

    async def work(tx: Transaction) -> CourseDocument | None:
        current = await tx.get(document_ref(document))
        if current is None or not _is_current(current, document.processing_id):
            return None
        if delivery is not None and not await delivery.claim(tx):
            return None
        ended = end(current)
        tx.put(document_ref(current), ended)
        tx.publish(
            DocumentProcessed(
                user=ended.user,
                course=ended.course,
                document=ended.id,
                status="completed" if ended.processing_status == "completed" else "failed",
            )
        )
        return ended

    over = await services.store.transact(work)
    if over is not None and over.processing_status == "failed":
        fields = {"failed_work": "document", "document": over.id}
        log.warning("processing of a document failed", extra={"fields": fields})


async def _find_current(store: Store, task: ProcessDocument) -> CourseDocument | None:
    document = await store.get(DOCUMENTS.doc(task.document, user=task.user))
    return document if _is_current(document, task.processing_id) else None


def _is_current(document: CourseDocument | None, processing_id: str) -> bool:
    return document is not None and document.processing_id == processing_id and not document.is_over


def _build_task(document: CourseDocument, *, step: int = 0) -> ProcessDocument:
    kind = FetchDocument if document.object_key is None else ProcessDocument
    return kind(user=document.user, document=document.id, processing_id=document.processing_id, step=step)


async def _schedule_next_step(services: Services, document: CourseDocument, task: ProcessDocument) -> None:
    next_task = _build_task(document, step=task.step + 1)
    at = services.clock.now() + rules.choose_pause(task.step, has_file=document.object_key is not None)

    async def work(tx: Transaction) -> None:
        tx.enqueue(next_task, at=at, key=f"{task.processing_id}:{next_task.step}")

    await services.store.transact(work)

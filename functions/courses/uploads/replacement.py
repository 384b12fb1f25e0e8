"""Replacement of a document's file: the document keeps id, name, tags and section, and is processed again.

Each file has a key of its own. A crash leaves at most one file that no document names; a task enqueued before
the file was stored purges it.
"""

from datetime import timedelta
from typing import BinaryIO

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import build_object_key, bytes_ref, document_ref, get_document
from functions.courses.files.inspection import Inspection, inspect, read_chunks
from functions.courses.files.rules import FileKind, clean_file_name
from functions.courses.processing.errors import StillProcessing
from functions.courses.processing.rules import start_run
from functions.courses.processing.runs import enqueue_run
from functions.courses.uploads.errors import DuplicateFile
from functions.courses.uploads.service import check_kind
from functions.courses.uploads.tasks import PurgeFile
from functions.courses.uploads.turns import transact_in_turn
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, reserve_replacement

_PURGE_AFTER = timedelta(hours=1)


async def replace_file(
    services: Services,
    *,
    user_id: str,
    course_id: str,
    document_id: str,
    file: BinaryIO,
    file_name: str | None,
) -> CourseDocument:
    """Replace the file and return the next version, or the unchanged document if the file is the same.

    Raises CourseNotFound, DocumentNotFound, StillProcessing, DuplicateFile, FileTooLarge, TypeNotAccepted,
    RateLimited, QuotaExceeded, ServiceUnavailable.
    """
    clean_name = clean_file_name(file_name)
    inspected = await inspect(file, file_name=clean_name)
    kind = check_kind(services, inspected)
    document = await get_document(
        services.store, user_id=user_id, course_id=course_id, document_id=document_id
    )
    if document.sha256 == inspected.sha256:
        return document
    key = build_object_key(
        user_id=user_id, document_id=document_id, unique_id=services.ids.new(), file_name=clean_name
    )
    await _schedule_purge(services, document, key)
    await services.objects.put(key, read_chunks(file), content_type=kind.content_type)
    replacement = _build_replacement(services, document, inspected, kind, key=key, file_name=clean_name)
    await _swap(services, document, replacement)
    return replacement


async def purge_file(services: Services, task: PurgeFile) -> None:
    """Purge the file unless the document uses it. Repeatable. Raises ServiceUnavailable."""
    document = await services.store.get(task.ref)
    if document is None or document.object_key != task.key:
        await services.objects.delete(task.key)


async def _schedule_purge(services: Services, document: CourseDocument, key: str) -> None:
    task = PurgeFile(user=document.user, document=document.id, key=key)

    async def work(tx: Transaction) -> None:
        tx.enqueue(task, at=services.clock.now() + _PURGE_AFTER)

    await services.store.transact(work)


async def _swap(services: Services, before: CourseDocument, after: CourseDocument) -> None:
    """Replace the version that was read, if it is still the current one."""
    usage = UsageOf(before.user, services.clock.now())
    assert after.sha256 is not None  # noqa: S101 - `_build_replacement` sets it
    claim = bytes_ref(user_id=after.user, course_id=after.course, sha256=after.sha256)

    async def work(tx: Transaction) -> None:
        current = await get_document(tx, user_id=before.user, course_id=before.course, document_id=before.id)
        if not current.is_over or current.version != before.version:
            raise StillProcessing
        if await tx.get(claim) is not None:
            raise DuplicateFile
        difference = after.file_size_bytes - current.file_size_bytes
        await reserve_replacement(tx, usage, services.settings, difference=difference)
        if current.sha256 is not None:
            tx.delete(bytes_ref(user_id=before.user, course_id=before.course, sha256=current.sha256))
        tx.put(claim, claim.model(id=claim.id, document=after.id))
        edited = {"name": current.name, "description": current.description, "section": current.section}
        tx.put(document_ref(after), after.model_copy(update={**edited, "tags": current.tags}))
        enqueue_run(tx, after)
        if current.object_key is not None:
            tx.enqueue(PurgeFile(user=before.user, document=before.id, key=current.object_key))

    await transact_in_turn(services, before.user, work)


def _build_replacement(
    services: Services,
    document: CourseDocument,
    inspected: Inspection,
    kind: FileKind,
    *,
    key: str,
    file_name: str,
) -> CourseDocument:
    started = start_run(document, f"proc_{services.ids.new()}", now=services.clock.now())
    return started.model_copy(
        update={
            "version": document.version + 1,
            "document_type": kind.document_type,
            "content_type": kind.content_type,
            "file_name": file_name,
            "file_size_bytes": inspected.size,
            "sha256": inspected.sha256,
            "object_key": key,
            "source_url": None,
        }
    )

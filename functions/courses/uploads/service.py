"""Use cases of uploads: open an upload and reserve quota, store the file, complete the upload.

A crash in between leaves an open upload. Its task purges it: quota is released and stored files are deleted.
"""

from typing import BinaryIO

from functions.courses.courses.store import COURSES, get_course
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import (
    DOCUMENTS,
    build_object_key,
    build_object_prefix,
    bytes_ref,
    document_ref,
)
from functions.courses.files.inspection import Inspection, inspect, read_chunks
from functions.courses.files.rules import ALLOWED_ENDINGS, UPLOADED, FileKind, clean_file_name
from functions.courses.processing.runs import enqueue_run
from functions.courses.sections.store import check_section
from functions.courses.uploads.errors import FileTooLarge, TypeNotAccepted
from functions.courses.uploads.models import Upload
from functions.courses.uploads.store import build_staging_prefix, upload_ref
from functions.courses.uploads.tasks import PurgeUpload
from functions.courses.uploads.turns import transact_in_turn
from shared.errors import ApiError, ServiceUnavailable
from shared.published.courses import DocumentUploaded
from shared.services import Services
from shared.store import Increment, Transaction
from shared.usage import UsageOf, release_document, reserve_upload
from shared.web.upload_sessions import GRACE, UPLOAD_LIFETIME, UploadNotFound


async def upload_file(
    services: Services,
    *,
    user_id: str,
    course_id: str,
    section_id: str | None,
    name: str | None,
    description: str,
    file: BinaryIO,
    file_name: str | None,
) -> tuple[CourseDocument, bool]:
    """Upload a file; return the document and whether it is new.

    Raises CourseNotFound, ValidationFailed, FileTooLarge, TypeNotAccepted, RateLimited, QuotaExceeded,
    ServiceUnavailable.
    """
    clean_name = clean_file_name(file_name)
    inspected = await inspect(file, file_name=clean_name)
    kind = check_kind(services, inspected)
    upload = Upload(
        id=services.ids.new(),
        user=user_id,
        course=course_id,
        section=section_id,
        name=name or clean_name,
        description=description,
        file_name=clean_name,
        content_type=kind.content_type,
        size=inspected.size,
        sha256=inspected.sha256,
        created_at=services.clock.now(),
        expires_at=services.clock.now() + UPLOAD_LIFETIME,
    )
    duplicate = await _open_unless_duplicate(services, upload)
    if duplicate is not None:
        return duplicate, False
    key = make_key(services, upload)
    try:
        await services.objects.put(key, read_chunks(file), content_type=kind.content_type)
        return await complete_upload(services, upload, kind=kind, key=key)
    except ServiceUnavailable:
        raise  # the outcome is unknown; the task purges what is left
    except ApiError:
        await purge_upload(services, upload)
        raise


def check_kind(services: Services, inspected: Inspection) -> FileKind:
    """Return the type of an accepted file. Raises FileTooLarge, TypeNotAccepted."""
    if inspected.size > services.settings.document_limit_bytes:
        raise FileTooLarge(services.settings.document_limit_bytes)
    if inspected.kind not in UPLOADED or inspected.kind is None:
        raise TypeNotAccepted(ALLOWED_ENDINGS)
    return inspected.kind


def make_key(services: Services, upload: Upload) -> str:
    """Make a new key for each attempt, so that none overwrites what another has checked."""
    return build_object_key(
        user_id=upload.user,
        document_id=upload.id,
        unique_id=services.ids.new(),
        file_name=upload.file_name,
    )


async def open_upload(services: Services, upload: Upload) -> None:
    """Open an upload and reserve its quota.

    Raises CourseNotFound, ValidationFailed, RateLimited, QuotaExceeded.
    """

    async def work(tx: Transaction) -> None:
        await _check_place(tx, upload)
        await _reserve(tx, services, upload)

    await transact_in_turn(services, upload.user, work)


async def _open_unless_duplicate(services: Services, upload: Upload) -> CourseDocument | None:
    """Open the upload, or return the document that has the same bytes."""

    async def work(tx: Transaction) -> CourseDocument | None:
        await _check_place(tx, upload)
        if (duplicate := await _find_duplicate(tx, upload)) is not None:
            return duplicate
        await _reserve(tx, services, upload)
        return None

    return await transact_in_turn(services, upload.user, work)


async def _reserve(tx: Transaction, services: Services, upload: Upload) -> None:
    await reserve_upload(tx, UsageOf(upload.user, upload.created_at), services.settings, size=upload.size)
    tx.create(upload_ref(upload), upload)
    tx.enqueue(PurgeUpload(user=upload.user, upload=upload.id), at=upload.expires_at + GRACE)


async def complete_upload(
    services: Services, upload: Upload, *, kind: FileKind, key: str
) -> tuple[CourseDocument, bool]:
    """Create a document from the file at `key`; return it and whether this call created it.

    Repeated and parallel calls return the same document. Raises CourseNotFound, ValidationFailed,
    UploadNotFound.
    """
    document = _build_document(services, upload, kind, key)
    usage = UsageOf(upload.user, upload.created_at)

    async def work(tx: Transaction) -> CourseDocument:
        current = await tx.get(upload_ref(upload))
        if current is None:
            raise UploadNotFound
        await _check_place(tx, upload)
        if (duplicate := await _find_duplicate(tx, upload)) is not None:
            if current.document is None:
                release_document(tx, usage, size=upload.size)
                tx.merge(upload_ref(upload), {"document": duplicate.id})
            return duplicate
        if current.document is not None:  # its document has been deleted since
            raise UploadNotFound
        tx.merge(upload_ref(upload), {"document": document.id})
        _create_document(tx, document)
        return document

    result = await transact_in_turn(services, upload.user, work)
    if result.object_key != key:
        await services.objects.delete(key)
    return result, result.object_key == key


async def purge_upload(services: Services, upload: Upload) -> None:
    """Purge an upload; without a document, also its file and its quota. Repeatable."""
    await services.objects.delete_prefix(build_staging_prefix(upload))
    if await services.store.get(DOCUMENTS.doc(upload.id, user=upload.user)) is None:
        prefix = build_object_prefix(user_id=upload.user, document_id=upload.id)
        await services.objects.delete_prefix(prefix)

    async def work(tx: Transaction) -> None:
        current = await tx.get(upload_ref(upload))
        if current is None:
            return
        if current.document is None:
            usage = UsageOf(upload.user, services.clock.now())
            release_document(tx, usage, size=current.size)
        tx.delete(upload_ref(upload))

    await transact_in_turn(services, upload.user, work)


async def _check_place(tx: Transaction, upload: Upload) -> None:
    await get_course(tx, user_id=upload.user, course_id=upload.course)
    await check_section(
        tx, user_id=upload.user, course_id=upload.course, section_id=upload.section, field="section_id"
    )


async def _find_duplicate(tx: Transaction, upload: Upload) -> CourseDocument | None:
    claim = await tx.get(bytes_ref(user_id=upload.user, course_id=upload.course, sha256=upload.sha256))
    return None if claim is None else await tx.get(DOCUMENTS.doc(claim.document, user=upload.user))


def _create_document(tx: Transaction, document: CourseDocument) -> None:
    assert document.sha256 is not None  # noqa: S101 - `_build_document` sets it
    claim = bytes_ref(user_id=document.user, course_id=document.course, sha256=document.sha256)
    tx.create(document_ref(document), document)
    tx.put(claim, claim.model(id=claim.id, document=document.id))
    course = COURSES.doc(document.course, user=document.user)
    tx.merge(course, {"document_count": Increment(1)})
    tx.publish(DocumentUploaded(user=document.user, course=document.course, document=document.id))
    enqueue_run(tx, document)


def _build_document(services: Services, upload: Upload, kind: FileKind, key: str) -> CourseDocument:
    now = services.clock.now()
    return CourseDocument(
        id=upload.id,
        user=upload.user,
        course=upload.course,
        section=upload.section,
        retrieval_id=upload.id,
        name=upload.name,
        description=upload.description,
        document_type=kind.document_type,
        content_type=kind.content_type,
        file_name=upload.file_name,
        file_size_bytes=upload.size,
        sha256=upload.sha256,
        object_key=key,
        processing_id=f"proc_{services.ids.new()}",
        processing_started_at=now,
        created_at=now,
        updated_at=now,
    )

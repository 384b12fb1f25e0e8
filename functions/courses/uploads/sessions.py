"""Upload sessions: a link to the object store, then a check of the uploaded file."""

import tempfile
from typing import BinaryIO, cast

from functions.courses.courses.store import get_course
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import DOCUMENTS
from functions.courses.files.inspection import inspect
from functions.courses.files.rules import (
    ALLOWED_ENDINGS,
    ALLOWED_TYPES,
    FileKind,
    build_key_name,
    clean_file_name,
    matches_declared_type,
)
from functions.courses.uploads.errors import (
    ContentMismatch,
    FileTooLarge,
    TypeMismatch,
    TypeNotAccepted,
)
from functions.courses.uploads.models import Upload
from functions.courses.uploads.service import (
    check_kind,
    complete_upload,
    make_key,
    open_upload,
)
from functions.courses.uploads.store import UPLOADS, build_staging_prefix
from shared.objects.protocol import SignedUpload
from shared.services import Services
from shared.web.upload_sessions import UPLOAD_LIFETIME, FileNotArrived, UploadNotFound

_MAX_MEMORY_BYTES = 1024 * 1024


async def open_session(
    services: Services,
    *,
    user_id: str,
    course_id: str,
    section_id: str | None,
    name: str | None,
    description: str,
    file_name: str,
    content_type: str,
    size: int,
    sha256: str,
) -> tuple[Upload, SignedUpload]:
    """Open an upload session and return its link.

    Raises CourseNotFound, ValidationFailed, FileTooLarge, TypeNotAccepted, RateLimited, QuotaExceeded.
    """
    if size > services.settings.document_limit_bytes:
        raise FileTooLarge(services.settings.document_limit_bytes)
    if content_type not in ALLOWED_TYPES:
        raise TypeNotAccepted(ALLOWED_ENDINGS)
    clean_name = clean_file_name(file_name)
    upload = Upload(
        id=services.ids.new(),
        user=user_id,
        course=course_id,
        section=section_id,
        name=name or clean_name,
        description=description,
        file_name=clean_name,
        content_type=content_type,
        size=size,
        sha256=sha256,
        temporary=True,
        created_at=services.clock.now(),
        expires_at=services.clock.now() + UPLOAD_LIFETIME,
    )
    await open_upload(services, upload)
    link = await services.objects.sign_upload(
        _build_staging_key(upload), expires_in=UPLOAD_LIFETIME, content_type=content_type, size=size
    )
    return upload, link


async def complete_session(
    services: Services, *, user_id: str, course_id: str, upload_id: str
) -> tuple[CourseDocument, bool]:
    """Complete an upload session; return the document and whether this call created it.

    Raises UploadNotFound, FileNotArrived, ContentMismatch, TypeMismatch, CourseNotFound, ValidationFailed,
    ServiceUnavailable. After each of these the client may upload again.
    """
    await get_course(services.store, user_id=user_id, course_id=course_id)
    upload = await services.store.get(UPLOADS.doc(upload_id, user=user_id))
    if upload is None or upload.course != course_id or upload.expires_at <= services.clock.now():
        raise UploadNotFound
    if upload.document is not None:
        document = await services.store.get(DOCUMENTS.doc(upload.document, user=user_id))
        if document is None:
            raise UploadNotFound
        return document, False
    return await _complete_checked(services, upload)


async def _complete_checked(services: Services, upload: Upload) -> tuple[CourseDocument, bool]:
    """Check a copy of the file, which the link can no longer change."""
    uploaded = await services.objects.get_info(_build_staging_key(upload))
    if uploaded is None:
        raise FileNotArrived
    if uploaded.size != upload.size:
        raise ContentMismatch("file_size_bytes")
    key = make_key(services, upload)
    await services.objects.copy(_build_staging_key(upload), key)
    try:
        kind = await _verify_copy(services, upload, key)
    except BaseException:
        await services.objects.delete(key)
        raise
    return await complete_upload(services, upload, kind=kind, key=key)


async def _verify_copy(services: Services, upload: Upload, key: str) -> FileKind:
    with tempfile.SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES) as spool:
        async for chunk in services.objects.stream(key):
            spool.write(chunk)
        inspected = await inspect(
            cast("BinaryIO", spool), file_name=upload.file_name, content_type=upload.content_type
        )
    if inspected.size != upload.size:
        raise ContentMismatch("file_size_bytes")
    if inspected.sha256 != upload.sha256:
        raise ContentMismatch("sha256")
    kind = check_kind(services, inspected)
    if not matches_declared_type(upload.content_type, kind):
        raise TypeMismatch
    return kind


def _build_staging_key(upload: Upload) -> str:
    return f"{build_staging_prefix(upload)}{build_key_name(upload.file_name)}"

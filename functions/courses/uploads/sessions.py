"""Straight to the object store: a link to upload to, then a check of what arrived."""

import tempfile
from typing import BinaryIO, cast

from functions.courses.courses.store import get_course
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import DOCUMENTS
from functions.courses.files.inspection import inspect
from functions.courses.files.rules import ALLOWED_TYPES, FileKind, agrees, key_name, shown_name
from functions.courses.uploads.errors import (
    FileTooLarge,
    NotArrived,
    OtherContent,
    OtherType,
    TypeNotAccepted,
    UploadNotFound,
)
from functions.courses.uploads.models import Upload
from functions.courses.uploads.service import (
    LASTS,
    accepted_kind,
    end_upload,
    new_key,
    open_upload,
)
from functions.courses.uploads.store import UPLOADS, staging_prefix
from shared.objects.protocol import SignedUpload
from shared.services import Services

_IN_MEMORY = 1024 * 1024


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
    """The link to upload to. Raises CourseNotFound, ValidationFailed, FileTooLarge, TypeNotAccepted,
    RateLimited, QuotaExceeded."""
    if size > services.settings.document_limit_bytes:
        raise FileTooLarge(services.settings.document_limit_bytes)
    if content_type not in ALLOWED_TYPES:
        raise TypeNotAccepted(ALLOWED_TYPES)
    shown = shown_name(file_name)
    upload = Upload(
        id=services.ids.new(),
        user=user_id,
        course=course_id,
        section=section_id,
        name=name or shown,
        description=description,
        file_name=shown,
        content_type=content_type,
        size=size,
        sha256=sha256,
        temporary=True,
        created_at=services.clock.now(),
        expires_at=services.clock.now() + LASTS,
    )
    await open_upload(services, upload)
    link = await services.objects.signed_put(
        _staged(upload), expires_in=LASTS, content_type=content_type, size=size
    )
    return upload, link


async def complete_session(
    services: Services, *, user_id: str, course_id: str, upload_id: str
) -> tuple[CourseDocument, bool]:
    """The document, and whether this call made it. Raises UploadNotFound, NotArrived, OtherContent,
    OtherType, CourseNotFound, ValidationFailed, ServiceUnavailable; after those, one may upload again."""
    await get_course(services.store, user_id=user_id, course_id=course_id)
    upload = await services.store.get(UPLOADS.doc(upload_id, user=user_id))
    if upload is None or upload.course != course_id or upload.expires_at <= services.clock.now():
        raise UploadNotFound
    if upload.document is not None:
        made = await services.store.get(DOCUMENTS.doc(upload.document, user=user_id))
        if made is None:
            raise UploadNotFound
        return made, False
    return await _checked(services, upload)


async def _checked(services: Services, upload: Upload) -> tuple[CourseDocument, bool]:
    """The link stays good for a while, so what is checked is a copy that it can't change."""
    arrived = await services.objects.info(_staged(upload))
    if arrived is None:
        raise NotArrived
    if arrived.size != upload.size:
        raise OtherContent("file_size_bytes")
    key = new_key(services, upload)
    await services.objects.copy(_staged(upload), key)
    try:
        kind = await _kind_of_copy(services, upload, key)
    except BaseException:
        await services.objects.delete(key)
        raise
    return await end_upload(services, upload, kind=kind, key=key)


async def _kind_of_copy(services: Services, upload: Upload, key: str) -> FileKind:
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        async for chunk in services.objects.stream(key):
            spool.write(chunk)
        inspected = await inspect(
            cast("BinaryIO", spool), file_name=upload.file_name, content_type=upload.content_type
        )
    if inspected.size != upload.size:
        raise OtherContent("file_size_bytes")
    if inspected.sha256 != upload.sha256:
        raise OtherContent("sha256")
    kind = accepted_kind(services, inspected)
    if not agrees(upload.content_type, kind):
        raise OtherType
    return kind


def _staged(upload: Upload) -> str:
    return f"{staging_prefix(upload)}{key_name(upload.file_name)}"

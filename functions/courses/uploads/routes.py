"""Routes of uploads."""

from typing import Annotated

from fastapi import File, Response

from functions.courses.courses.errors import CourseNotFound
from functions.courses.courses.store import get_course
from functions.courses.documents.errors import DocumentNotFound
from functions.courses.documents.models import CourseDocument
from functions.courses.files.rules import ALLOWED_TYPES
from functions.courses.processing.errors import StillProcessing
from functions.courses.tags.models import TagBook
from functions.courses.tags.store import read_tags
from functions.courses.uploads import addresses, replacement, service, sessions
from functions.courses.uploads.errors import DuplicateFile, UploadTooLarge
from functions.courses.uploads.schemas import (
    AddressUpload,
    FileUpload,
    NewUploadSession,
    Replacement,
    Uploaded,
    UploadLimits,
    uploaded_view,
)
from shared.errors import QuotaExceeded, UnsupportedMediaType
from shared.services import Services
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router
from shared.web.upload_sessions import FileNotArrived, UploadNotFound, UploadSessionView, view_session

router = Router(tag="uploads")

_ROOT = "/api/v1/courses/{course_id}/documents/"
_DOCUMENT = f"{_ROOT}{{document.id}}/"  # of an answer that has one
_URL_TYPES = ["web_page", "pdf_url", "google_docs", "youtube_video", "academic_paper"]
_DUPLICATE = {
    200: {"model": Uploaded, "description": "The course already has a document with the same bytes"}
}


def _get_body_limit(settings: Settings) -> int:
    return settings.upload_body_limit_bytes


def _refuse_large_file(settings: Settings) -> UploadTooLarge:
    return UploadTooLarge(
        of_request=settings.upload_body_limit_bytes, of_document=settings.document_limit_bytes
    )


@router.serve("GET", f"{_ROOT}upload_limits/", access=USER, cost=Cost(reads=2), errors=[CourseNotFound])
async def get_upload_limits(services: Provided, caller: Caller, course_id: str) -> UploadLimits:
    """Return the limits of size and type. Types are detected by content.

    A request can have at most 32 MiB: send larger files to the object store through an upload session.
    """
    await get_course(services.store, user_id=caller.user_id, course_id=course_id)
    limit = services.settings.document_limit_bytes
    return UploadLimits(
        max_file_size_bytes=limit,
        max_file_size_mb=limit // 1024**2,
        allowed_content_types=list(ALLOWED_TYPES),
        supported_url_types=_URL_TYPES,
    )


@router.serve(
    "POST",
    f"{_ROOT}upload/",
    access=USER,
    cost=Cost(reads=12, writes=9, deletes=2),
    status=201,
    location=_DOCUMENT,
    errors=[CourseNotFound, UnsupportedMediaType, QuotaExceeded],
    body_limit=_get_body_limit,
    too_large=_refuse_large_file,
    responses=_DUPLICATE,
)
async def upload_document(
    services: Provided,
    caller: Caller,
    course_id: str,
    body: Annotated[FileUpload, File()],
    response: Response,
) -> Uploaded:
    """Upload a file as a form; processing starts at once.

    An empty file is accepted and fails in processing.
    """
    document, is_new = await service.upload_file(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        section_id=body.section_id,
        name=body.name,
        description=body.description,
        file=body.file.file,
        file_name=body.file.filename,
    )
    return await _respond(services, response, document, is_new=is_new)


@router.serve(
    "POST",
    f"{_ROOT}upload_session/",
    access=USER,
    cost=Cost(reads=5, writes=4, deletes=1),
    status=201,
    location=f"{_ROOT}upload_session/{{upload_id}}/",
    errors=[CourseNotFound, UnsupportedMediaType, QuotaExceeded],
)
async def open_upload_session(
    services: Provided, caller: Caller, course_id: str, body: NewUploadSession
) -> UploadSessionView:
    """Open an upload session: a link, valid for an hour, to send a file directly to the object store.

    The file counts against the quotas at once, until the session expires without being completed.
    """
    upload, link = await sessions.open_session(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        section_id=body.section_id,
        name=body.name,
        description=body.description,
        file_name=body.file_name,
        content_type=body.content_type,
        size=body.file_size_bytes,
        sha256=body.sha256,
    )
    path = _ROOT.format(course_id=course_id)
    complete_url = f"{services.settings.base_url}{path}upload_session/{upload.id}/complete/"
    return view_session(upload.id, link, complete_url=complete_url)


@router.serve(
    "POST",
    f"{_ROOT}upload_session/{{upload_id}}/complete/",
    access=USER,
    cost=Cost(reads=9, writes=5, deletes=1),
    status=201,
    location=_DOCUMENT,
    errors=[UploadNotFound, FileNotArrived, UnsupportedMediaType],
    responses={
        200: {"model": Uploaded, "description": "Completed before, or the course already has the same bytes"}
    },
)
async def complete_upload_session(
    services: Provided, caller: Caller, course_id: str, upload_id: str, response: Response
) -> Uploaded:
    """Create a document from the uploaded file, if its size, hash and type are as declared."""
    document, is_new = await sessions.complete_session(
        services, user_id=caller.user_id, course_id=course_id, upload_id=upload_id
    )
    return await _respond(services, response, document, is_new=is_new)


@router.serve(
    "POST",
    f"{_ROOT}upload_url/",
    access=USER,
    cost=Cost(reads=5, writes=5, deletes=1),
    status=201,
    location=_DOCUMENT,
    errors=[CourseNotFound, QuotaExceeded],
)
async def add_document_from_url(
    services: Provided, caller: Caller, course_id: str, body: AddressUpload
) -> Uploaded:
    """Add a document from a public http or https address; it is fetched in the background.

    A scraper service, if one is configured, fetches it: it gets POST `{"url"}` with the service token and
    answers with the content.
    """
    document = await addresses.upload_address(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        section_id=body.section_id,
        url=body.url,
        name=body.name,
        description=body.description,
    )
    return uploaded_view(document, TagBook(id="none"))


@router.serve(
    "POST",
    f"{_ROOT}{{doc_id}}/replace/",
    access=USER,
    cost=Cost(reads=12, writes=9, deletes=3),
    status=202,
    location=_DOCUMENT,
    errors=[DocumentNotFound, StillProcessing, DuplicateFile, UnsupportedMediaType, QuotaExceeded],
    body_limit=_get_body_limit,
    too_large=_refuse_large_file,
)
async def replace_document_file(
    services: Provided, caller: Caller, course_id: str, doc_id: str, body: Annotated[Replacement, File()]
) -> Uploaded:
    """Replace the document's file by a newer version and process it again.

    Cards and questions that quote the document are checked: they stay if the quote still exists, are flagged
    if it has changed, and archived if it is gone.
    """
    document = await replacement.replace_file(
        services,
        user_id=caller.user_id,
        course_id=course_id,
        document_id=doc_id,
        file=body.file.file,
        file_name=body.file.filename,
    )
    return uploaded_view(document, await read_tags(services.store, user_id=caller.user_id))


async def _respond(
    services: Services, response: Response, document: CourseDocument, *, is_new: bool
) -> Uploaded:
    response.status_code = 201 if is_new else 200
    book = TagBook(id="none") if is_new else await read_tags(services.store, user_id=document.user)
    return uploaded_view(document, book)

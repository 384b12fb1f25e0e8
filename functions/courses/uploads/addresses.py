"""Upload by address: creates the document at once and fetches its file in the background."""

from urllib.parse import unquote, urlsplit

from functions.courses.courses.store import COURSES, get_course
from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import document_ref
from functions.courses.files.rules import HTML, PDF, clean_file_name
from functions.courses.processing.runs import enqueue_run
from functions.courses.sections.store import check_section
from functions.courses.uploads.turns import transact_in_turn
from shared.published.courses import DocumentUploaded
from shared.services import Services
from shared.store import Increment, Transaction
from shared.usage import UsageOf, reserve_upload


async def upload_address(
    services: Services,
    *,
    user_id: str,
    course_id: str,
    section_id: str | None,
    url: str,
    name: str | None,
    description: str,
) -> CourseDocument:
    """Create a document from an address.

    Raises AddressRefused, CourseNotFound, ValidationFailed, RateLimited, QuotaExceeded.
    """
    services.outside.check(url)
    document = _build_document(services, user_id, course_id, url=url, name=name)
    document = document.model_copy(update={"section": section_id, "description": description})
    usage = UsageOf(user_id, document.created_at)

    async def work(tx: Transaction) -> None:
        await get_course(tx, user_id=user_id, course_id=course_id)
        await check_section(
            tx, user_id=user_id, course_id=course_id, section_id=section_id, field="section_id"
        )
        await reserve_upload(tx, usage, services.settings, size=0)
        tx.create(document_ref(document), document)
        tx.merge(COURSES.doc(course_id, user=user_id), {"document_count": Increment(1)})
        tx.publish(DocumentUploaded(user=user_id, course=course_id, document=document.id))
        enqueue_run(tx, document)

    await transact_in_turn(services, user_id, work)
    return document


def _build_document(
    services: Services, user_id: str, course_id: str, *, url: str, name: str | None
) -> CourseDocument:
    """Build the document. Its type is a guess until the file has been fetched."""
    now, document_id = services.clock.now(), services.ids.new()
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1])
    file_name = clean_file_name(last or parts.hostname)
    kind = PDF if file_name.lower().endswith(".pdf") else HTML
    return CourseDocument(
        id=document_id,
        user=user_id,
        course=course_id,
        retrieval_id=document_id,
        name=name or file_name,
        document_type=kind.document_type,
        content_type=kind.content_type,
        file_name=file_name,
        source_url=url,
        processing_id=f"proc_{services.ids.new()}",
        processing_started_at=now,
        created_at=now,
        updated_at=now,
    )

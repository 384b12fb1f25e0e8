"""Route of summaries."""

from typing import Any

from functions.courses.documents.errors import DocumentNotFound
from functions.courses.processing.errors import DocumentFailed, StillProcessing
from functions.courses.processing.service import get_processed_document
from functions.courses.summaries.models import SummaryOrder
from functions.courses.summaries.schemas import SummaryBody, SummaryView
from functions.courses.summaries.work import SummaryWork
from shared.errors import QuotaExceeded
from shared.jobs.work import Progress, ResponseMode, document_modes, respond
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided, RespondAsync, Stream
from shared.web.router import Router

router = Router(tag="documents")


@router.serve(
    "POST",
    "/api/v1/courses/{course_id}/documents/{doc_id}/summarize/",
    access=USER,
    cost=Cost(reads=5, writes=4, deletes=1),
    errors=[DocumentNotFound, StillProcessing, DocumentFailed, QuotaExceeded],
    response_model=SummaryView,
    events={"progress": Progress, "completed": SummaryView},
    responses=document_modes(),
)
async def summarize_document(
    services: Provided,
    caller: Caller,
    course_id: str,
    doc_id: str,
    as_job: RespondAsync,
    stream: Stream,
    body: SummaryBody | None = None,
) -> Any:
    """Summarise a document, with verbatim citations."""
    options = body or SummaryBody()
    order = SummaryOrder(course=course_id, document=doc_id, length=options.length, language=options.language)
    document = await get_processed_document(
        services, user_id=caller.user_id, course_id=course_id, document_id=doc_id
    )
    work = SummaryWork(order, document)
    return await respond(services, caller, work, ResponseMode(as_job, stream))

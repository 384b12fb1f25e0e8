"""Summary of a document, as long work."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import BaseModel

from functions.courses.documents.models import CourseDocument
from functions.courses.processing.service import get_processed_document
from functions.courses.summaries.errors import NothingToSummarise
from functions.courses.summaries.models import SummaryOrder
from functions.courses.summaries.schemas import SummaryView, summary_view
from functions.courses.summaries.tasks import RunSummary
from shared.jobs import Job
from shared.jobs.work import LongWork, Progress, Run
from shared.model.protocol import Passage, SummaryRequest
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import get_meter
from shared.usage import UsageOf, reserve_generation, settle_tokens

_PASSAGES = {"short": 12, "medium": 24, "long": 40}


@dataclass(frozen=True)
class SummaryWork(LongWork[SummaryView]):
    """A summary to write. `document` is set if it has been loaded already."""

    order: SummaryOrder
    document: CourseDocument | None = None

    kind: ClassVar[str] = "summary"

    @classmethod
    def restore(cls, job: Job) -> Self:
        return cls(SummaryOrder.model_validate(job.request))

    def request(self) -> dict[str, Any]:
        return self.order.model_dump()

    def task(self, user_id: str, job_id: str) -> RunSummary:
        return RunSummary(user=user_id, job=job_id)

    async def reserve(self, tx: Transaction, run: Run) -> None:
        usage = UsageOf(run.user_id, run.services.clock.now())
        await reserve_generation(tx, usage, run.services.settings)

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Yield the progress, then the summary.

        Raises as `get_processed_document`, and NothingToSummarise, ModelUnavailable, ModelRefused,
        ModelUnusable, ServiceUnavailable.
        """
        document = self.document or await get_processed_document(
            run.services, user_id=run.user_id, course_id=self.order.course, document_id=self.order.document
        )
        passages = await _find_passages(run.services, document, self.order)
        yield Progress(stage="reading", progress_percentage=10)  # a stream that cannot begin has no event
        yield Progress(stage="writing", progress_percentage=40)
        request = SummaryRequest(passages=passages, length=self.order.length, language=self.order.language)
        summary = await run.services.model.summarize(request)
        result = summary_view(document.id, summary)
        await _settle(run, result, tokens=summary.usage.input_tokens + summary.usage.output_tokens)
        yield result


async def _find_passages(
    services: Services, document: CourseDocument, order: SummaryOrder
) -> tuple[Passage, ...]:
    """Find passages spread over the whole document. Raises NothingToSummarise, ServiceUnavailable."""
    chunks = await services.retrieval.retrieve(
        document_ids=[document.id], query="", max_chunks=_PASSAGES[order.length]
    )
    if not chunks:
        raise NothingToSummarise
    return tuple(Passage(**chunk.model_dump()) for chunk in chunks)


async def _settle(run: Run, result: SummaryView, *, tokens: int) -> None:
    usage = UsageOf(run.user_id, run.services.clock.now())

    async def work(tx: Transaction) -> None:
        settle_tokens(tx, usage, tokens=tokens)
        await run.finish(tx, result)

    await run.services.store.transact(work)
    get_meter().tokens += tokens

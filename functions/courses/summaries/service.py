"""Summarising a document."""

from collections.abc import AsyncIterator, Callable

from functions.courses.documents.models import CourseDocument
from functions.courses.summaries.errors import NothingToSummarise
from functions.courses.summaries.models import SummaryOrder
from functions.courses.summaries.schemas import Progress, SummaryView, summary_view
from functions.courses.summaries.tasks import RunSummary
from shared.jobs import JOBS, Job, started
from shared.model.protocol import Passage, Summary, SummaryRequest
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import current
from shared.usage import UsageOf, reserve_generation, settle_tokens

_PASSAGES_BY_LENGTH = {"short": 12, "medium": 24, "long": 40}

Effect = Callable[[Transaction, SummaryView], None]


def _no_effect(_tx: Transaction, _result: SummaryView) -> None:
    """A summary that nobody waits for by a job is only answered."""


async def reserve_quota(services: Services, *, user_id: str) -> None:
    """Raises RateLimited, QuotaExceeded."""
    usage = UsageOf(user_id, services.clock.now())

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, usage, services.settings)

    await services.store.transact(work)


async def queue_summary(services: Services, *, user_id: str, order: SummaryOrder) -> Job:
    """Raises RateLimited, QuotaExceeded."""
    now = services.clock.now()
    job = started(services.ids.new(), kind="summary", request=order.model_dump(), now=now)

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, UsageOf(user_id, now), services.settings)
        tx.create(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(RunSummary(user=user_id, job=job.id), key=job.id)

    await services.store.transact(work)
    return job


async def summarise(
    services: Services, document: CourseDocument, order: SummaryOrder, *, effect: Effect = _no_effect
) -> SummaryView:
    """`effect` is written together with what the summary took. Raises NothingToSummarise, ModelUnavailable,
    ModelRefused, ModelUnusable, ServiceUnavailable."""
    summary = await _write(services, await _find_passages(services, document, order), order)
    result = summary_view(document.id, summary)
    tokens = summary.usage.input_tokens + summary.usage.output_tokens
    usage = UsageOf(document.user, services.clock.now())

    async def work(tx: Transaction) -> None:
        settle_tokens(tx, usage, tokens=tokens)
        effect(tx, result)

    await services.store.transact(work)
    current().tokens += tokens
    return result


async def stream_summary(
    services: Services, document: CourseDocument, order: SummaryOrder
) -> AsyncIterator[tuple[str, Progress | SummaryView]]:
    """As events: `progress`, then `completed`. Raises as `summarise`."""
    yield "progress", Progress(stage="reading", progress_percentage=10)
    yield "progress", Progress(stage="writing", progress_percentage=40)
    yield "completed", await summarise(services, document, order)


async def _find_passages(
    services: Services, document: CourseDocument, order: SummaryOrder
) -> tuple[Passage, ...]:
    """Spread over the whole document."""
    chunks = await services.retrieval.retrieve(
        document_ids=[document.id], query="", max_chunks=_PASSAGES_BY_LENGTH[order.length]
    )
    if not chunks:
        raise NothingToSummarise
    return tuple(Passage(**chunk.model_dump()) for chunk in chunks)


async def _write(services: Services, passages: tuple[Passage, ...], order: SummaryOrder) -> Summary:
    request = SummaryRequest(passages=passages, length=order.length, language=order.language)
    return await services.model.summarize(request)

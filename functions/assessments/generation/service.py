"""Generating cards: at once, streamed, or as a job. All of an order's cards are saved, or none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from functions.assessments.cards.adding import add_cards
from functions.assessments.cards.models import NewCard
from functions.assessments.cards.store import FLASHCARDS
from functions.assessments.generation import sources
from functions.assessments.generation.drafting import Drafting
from functions.assessments.generation.gate import AcceptedCard
from functions.assessments.generation.models import GENERATIONS, Generation, Order, RunGeneration
from functions.assessments.generation.schemas import GeneratedCard, GeneratedCards
from functions.assessments.generation.views import answer, card_view, citation
from shared.clock import derived_id
from shared.errors import ApiError
from shared.identity import Principal
from shared.jobs import JOBS, Job, finished, started
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.flashcards import GenerationEnded
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import current, note_items
from shared.usage import UsageOf, reserve_generation, settle_tokens

JOB_KIND = "generation"
_KNOWN_CARDS = 200  # the newest cards of the course that new ones must differ from


class Progress(BaseModel):
    """`stage` is reading, writing or saving."""

    stage: str
    progress_percentage: int


@dataclass(frozen=True)
class Undertaking:
    """One attempt at an order. `job` is set where a job waits for it."""

    user_id: str
    timezone: str
    order: Order
    attempt: int = 1
    job: str | None = None

    @property
    def record_id(self) -> str:
        return f"{self.order.id}.{self.attempt}"


Step = Progress | GeneratedCard | GeneratedCards


async def generate(services: Services, undertaking: Undertaking) -> GeneratedCards:
    """Raises what `steps` raises."""
    result: GeneratedCards | None = None
    async for step in steps(services, undertaking):
        if isinstance(step, GeneratedCards):
            result = step
    assert result is not None, "steps end with the result or an error"  # noqa: S101
    return result


async def steps(services: Services, undertaking: Undertaking) -> AsyncIterator[Step]:
    """Progress and cards as they come, the saved result last.

    Raises NotFound, the errors of sources and drafting, ModelUnavailable, ServiceUnavailable; then the
    failure and the tokens it cost are on record and nothing else is.
    """
    order = undertaking.order
    drafting = Drafting(order, passages=(), existing=())
    try:
        read = await sources.documents(services, undertaking.user_id, order)
        note_items(len(read))
        names = {document.id: document.name for document in read}
        yield Progress(stage="reading", progress_percentage=5)
        drafting.passages = await sources.passages(services, read, order)
        drafting.existing = await _known(services, undertaking)
        yield Progress(stage="writing", progress_percentage=20)
        cards: list[GeneratedCard] = []
        async for card in drafting.cards(services.model):
            card_id = _card_id(order, len(cards))
            cards.append(card_view(card_id, card, generator=services.model.name, names=names))
            yield cards[-1]
            yield Progress(stage="writing", progress_percentage=20 + 70 * len(cards) // order.count)
        yield Progress(stage="saving", progress_percentage=95)
        result = answer(cards, drafting, generator=services.model.name)
        await _save(services, undertaking, drafting, names, result)
        yield result
    except ApiError:
        await _record_failure(services, undertaking, drafting)
        raise


async def reserve(services: Services, user_id: str) -> None:
    """Raises RateLimited, QuotaExceeded."""
    usage = UsageOf(user_id, services.clock.now())

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, usage, services.settings)

    await services.store.transact(work)


async def queue(services: Services, caller: Principal, order: Order) -> Job:
    """Reserve, and have the order worked off as a job. Raises RateLimited, QuotaExceeded."""
    now = services.clock.now()
    request = {"order": order.model_dump(mode="json"), "timezone": caller.timezone}
    job = started(order.id, kind=JOB_KIND, request=request, now=now)

    async def work(tx: Transaction) -> None:
        await reserve_generation(tx, UsageOf(caller.user_id, now), services.settings)
        tx.create(JOBS.doc(job.id, user=caller.user_id), job)
        tx.enqueue(RunGeneration(user=caller.user_id, job=job.id), key=job.id)

    await services.store.transact(work)
    return job


async def _known(services: Services, undertaking: Undertaking) -> list[tuple[str, str]]:
    query = FLASHCARDS.query(user=undertaking.user_id).where("course", "==", undertaking.order.course_id)
    cards = await services.store.find(query.order_by("created_at", descending=True).limit(_KNOWN_CARDS))
    return [(card.question, card.answer) for card in cards]


async def _save(
    services: Services,
    undertaking: Undertaking,
    drafting: Drafting,
    names: dict[str, str],
    result: GeneratedCards,
) -> None:
    now = services.clock.now()
    today = now.astimezone(ZoneInfo(undertaking.timezone)).date()
    note_items(len(drafting.accepted))

    async def work(tx: Transaction) -> None:
        job = await _open_job(tx, undertaking)
        await add_cards(
            tx,
            user_id=undertaking.user_id,
            cards=[
                _new_card(undertaking.order, position, card, services.model.name, names)
                for position, card in enumerate(drafting.accepted)
            ],
            ids=services.ids,
            now=now,
            today=today,
        )
        _record(tx, services, undertaking, drafting, status="completed")
        if job is not None:
            done = finished(job, result.model_dump(mode="json"), now=now)
            tx.put(JOBS.doc(job.id, user=undertaking.user_id), done)

    await services.store.transact(work)
    current().tokens += drafting.usage.input_tokens + drafting.usage.output_tokens


async def _open_job(tx: Transaction, undertaking: Undertaking) -> Job | None:
    if undertaking.job is None:
        return None
    return await tx.get(JOBS.doc(undertaking.job, user=undertaking.user_id))


async def _record_failure(services: Services, undertaking: Undertaking, drafting: Drafting) -> None:
    async def work(tx: Transaction) -> None:
        if await tx.get(PREFERENCES.doc(CURRENT, user=undertaking.user_id)) is None:
            return  # the account was erased meanwhile: nothing more is kept of it
        _record(tx, services, undertaking, drafting, status="failed")

    await services.store.transact(work)


def _record(
    tx: Transaction, services: Services, undertaking: Undertaking, drafting: Drafting, *, status: str
) -> None:
    """What this attempt took, once: the record's id is the attempt's."""
    usage, now = drafting.usage, services.clock.now()
    record = Generation.model_validate(
        {
            "id": undertaking.record_id,
            "course": undertaking.order.course_id,
            "generator": usage.model or services.model.name,
            "status": status,
            "proposed": drafting.proposed,
            "accepted": len(drafting.accepted),
            "dropped": drafting.dropped,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "created_at": now,
        }
    )
    tx.create(GENERATIONS.doc(record.id, user=undertaking.user_id), record)
    tokens = usage.input_tokens + usage.output_tokens
    settle_tokens(tx, UsageOf(undertaking.user_id, now), tokens=tokens)
    if status == "completed" or undertaking.job is None:
        tx.publish(ended(undertaking, record))


def ended(undertaking: Undertaking, record: Generation) -> GenerationEnded:
    return GenerationEnded(
        user=undertaking.user_id,
        job=undertaking.job,
        course=undertaking.order.course_id,
        status=record.status,
        flashcards=record.accepted if record.status == "completed" else 0,
    )


def _card_id(order: Order, position: int) -> str:
    """The same for the same order and place, so that saving twice can't make two cards."""
    return derived_id("generated card", order.id, str(position))


def _new_card(
    order: Order, position: int, card: AcceptedCard, generator: str, names: dict[str, str]
) -> NewCard:
    return NewCard(
        id=_card_id(order, position),
        course=order.course_id,
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        concept=card.concept,
        source="generated",
        generator=generator,
        confidence=round(card.confidence, 2),
        citation=citation(card, names),
    )

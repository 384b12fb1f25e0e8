"""POST /api/v1/assessments/flashcards/generate/: at once, streamed, or as a job."""

from collections.abc import AsyncIterator

from fastapi import Response
from pydantic import BaseModel

from functions.assessments.generation import service, sources
from functions.assessments.generation.errors import (
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
    NothingUsable,
)
from functions.assessments.generation.models import Order
from functions.assessments.generation.schemas import GenerateCards, GeneratedCards
from functions.assessments.generation.service import Progress, Step, Undertaking
from shared.errors import NotFound, QuotaExceeded, ServiceUnavailable
from shared.jobs import Accepted, accepted
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided, RespondAsync, Stream
from shared.web.router import Router
from shared.web.streams import begun, detached, event_stream

router = Router(tag="generation")

_COST = Cost(
    reads=210,
    writes=12,
    deletes=1,
    reads_per_item=2,
    writes_per_item=1,
    note="items are documents read and cards made; up to 200 reads compare with the course's newest cards",
)


@router.serve(
    "POST",
    "/api/v1/assessments/flashcards/generate/",
    access=USER,
    cost=_COST,
    status=201,
    errors=[
        NotFound,
        DocumentNotReady,
        DocumentOfAnotherCourse,
        NothingToReadFrom,
        NothingUsable,
        QuotaExceeded,
        ServiceUnavailable,
    ],
    response_model=GeneratedCards,
    responses={
        202: {"model": Accepted, "description": "Queued, where `Prefer: respond-async` asked for it"},
        200: {
            "content": {"text/event-stream": {}},
            "description": "Events `progress`, `flashcard`, then `completed` or `error`, where"
            " `Accept: text/event-stream` asked for them",
        },
        201: {"description": "The saved cards"},
    },
)
async def generate_cards(
    services: Provided, caller: Caller, body: GenerateCards, as_job: RespondAsync, stream: Stream
) -> GeneratedCards | Response:
    """Make flashcards from documents, each with a verbatim quote of its source.

    What can't be found in the source word for word is left out, so there may be fewer cards than asked for.
    """
    order = Order(id=services.ids.new(), **body.model_dump())
    if as_job:
        await sources.documents(services, caller.user_id, order)
        return accepted(await service.queue(services, caller, order), services.settings)
    await service.reserve(services, caller.user_id)
    undertaking = Undertaking(caller.user_id, caller.timezone, order)
    if stream:
        return event_stream(_events(await begun(detached(service.steps(services, undertaking)))))
    return await service.generate(services, undertaking)


async def _events(steps: AsyncIterator[Step]) -> AsyncIterator[tuple[str, BaseModel]]:
    async for step in steps:
        yield _name(step), step


def _name(step: Step) -> str:
    if isinstance(step, Progress):
        return "progress"
    return "completed" if isinstance(step, GeneratedCards) else "flashcard"

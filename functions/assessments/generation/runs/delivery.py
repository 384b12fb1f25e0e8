"""How an order is served: as a job, as a stream, or at once, whatever it asks for."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from fastapi import Response
from pydantic import BaseModel

from functions.assessments.generation.runs import service
from functions.assessments.generation.runs.errors import (
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
    NothingUsable,
)
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.schemas import GeneratedCard, GeneratedQuestion
from functions.assessments.generation.runs.service import Progress, Step, Undertaking
from functions.assessments.generation.runs.views import Result
from shared.errors import NotFound, QuotaExceeded, ServiceUnavailable
from shared.identity import Principal
from shared.jobs import Accepted, accepted
from shared.services import Services
from shared.web.streams import begun, detached, event_stream

ERRORS = [
    NotFound,
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
    NothingUsable,
    QuotaExceeded,
    ServiceUnavailable,
]


class Manner(NamedTuple):
    """How the client wants its answer."""

    as_job: bool
    stream: bool


def also(items: str) -> dict[int | str, dict[str, Any]]:
    """The answers beside the usual one, for the API's document; `items` names the stream's events."""
    return {
        202: {"model": Accepted, "description": "Queued, where `Prefer: respond-async` asked for it"},
        200: {
            "content": {"text/event-stream": {}},
            "description": f"The events `progress`, {items}, then `completed` or `error`, where"
            " `Accept: text/event-stream` asked for them",
        },
    }


async def serve(services: Services, caller: Principal, order: Order, manner: Manner) -> Result | Response:
    """Raises what `service.queue` and `service.steps` raise."""
    if manner.as_job:
        return accepted(await service.queue(services, caller, order), services.settings)
    undertaking = Undertaking(caller.user_id, caller.timezone, order, record_id=services.ids.new())
    if manner.stream:
        return event_stream(_events(await begun(detached(service.steps(services, undertaking)))))
    return await service.generate(services, undertaking)


async def _events(steps: AsyncIterator[Step]) -> AsyncIterator[tuple[str, BaseModel]]:
    async for step in steps:
        yield _name(step), step


def _name(step: Step) -> str:
    names: dict[type[BaseModel], str] = {
        Progress: "progress",
        GeneratedCard: "flashcard",
        GeneratedQuestion: "question",
    }
    return names.get(type(step), "completed")

"""Server-sent events."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from shared.store import Meter, metered
from shared.web.errors import InternalFault, as_api_error

log = logging.getLogger(__name__)


def event_stream(events: AsyncIterator[tuple[str, BaseModel | dict[str, Any]]]) -> EventSourceResponse:
    """Each pair as an event of that name. A failure on the way is an `error` event: the status has left."""
    return EventSourceResponse(_safe(events), headers={"Cache-Control": "no-store"}, ping=15)


async def _safe(
    events: AsyncIterator[tuple[str, BaseModel | dict[str, Any]]],
) -> AsyncIterator[ServerSentEvent]:
    with metered(Meter()):
        try:
            async for name, data in events:
                yield _event(name, data)
        except Exception as error:
            known = as_api_error(error)
            if isinstance(known, InternalFault):
                log.exception("a stream failed")
            yield _event("error", {"error": known.text, "error_code": known.code, "details": known.details})


def _event(name: str, data: BaseModel | dict[str, Any]) -> ServerSentEvent:
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data)
    return ServerSentEvent(data=text, event=name)

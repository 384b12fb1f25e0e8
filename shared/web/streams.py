"""Server-sent events."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from shared.store import Meter, use_meter
from shared.web.context import get_current_context
from shared.web.errors import InternalFault, describe_error, to_api_error

T = TypeVar("T")
Events = AsyncIterator[tuple[str, BaseModel | dict[str, Any]]]

_working: set[asyncio.Task[None]] = set()  # the event loop holds only weak references

log = logging.getLogger(__name__)


class EventStream(EventSourceResponse):
    """A response of events that begins with the first of them: what fails before it has its own status."""

    def __init__(self, events: Events) -> None:
        super().__init__(events, headers={"Cache-Control": "no-store"}, ping=15)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events. Raises what fails before the first one."""
        self.body_iterator = _catch_errors(await await_first(self._events))
        await super().__call__(scope, receive, send)


def stream_events(events: Events) -> EventStream:
    """Respond with each pair as an event of that name; a failure after the first is an `error` event."""
    return EventStream(events)


class Watched(Protocol):
    """An item whose changes are watched until it is over."""

    @property
    def is_over(self) -> bool: ...


W = TypeVar("W", bound=Watched)
V = TypeVar("V")


async def watch_changes(
    first: W,
    again: Callable[[], Awaitable[W | None]],
    view: Callable[[W], V],
    *,
    every: float,
    at_most: float,
) -> AsyncIterator[tuple[W, V]]:
    """Yield the watched item with its view, first and after each change, until it is over or gone.

    The item is read again `every` so many seconds, for `at_most` so many.
    """
    clock = asyncio.get_running_loop().time
    give_up = clock() + at_most
    sent: V | None = None
    current: W | None = first
    while current is not None:
        latest = view(current)
        if latest != sent:
            yield current, latest
            sent = latest
        if current.is_over or clock() > give_up:
            return
        await asyncio.sleep(every)
        current = await again()


async def detach(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield the same items, while the work behind them continues even after the client left."""
    queue: asyncio.Queue[T | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for item in items:
                queue.put_nowait(item)
        finally:
            queue.put_nowait(None)

    work = asyncio.create_task(pump())
    _working.add(work)
    work.add_done_callback(_working.discard)
    while (item := await queue.get()) is not None:
        yield item
    await work


async def await_first(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """Wait for the first item, then return all: an error before it is raised, and so has a status."""
    try:
        first = await anext(items)
    except StopAsyncIteration:
        return items

    async def all_of_them() -> AsyncIterator[T]:
        yield first
        async for item in items:
            yield item

    return all_of_them()


async def _catch_errors(events: Events) -> AsyncIterator[ServerSentEvent]:
    with use_meter(Meter()):
        try:
            async for name, data in events:
                yield _build_event(name, data)
        except Exception as error:
            known = to_api_error(error)
            if isinstance(known, InternalFault):
                log.exception("stream failed")
            context = get_current_context()
            yield _build_event(
                "error", describe_error(known, request_id=context.request_id, now=context.clock.now())
            )


def _build_event(name: str, data: BaseModel | dict[str, Any]) -> ServerSentEvent:
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data)
    return ServerSentEvent(data=text, event=name)

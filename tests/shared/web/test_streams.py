"""Events to a client: a failure on the way is an event, and the work outlives its listener."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.errors import ServiceUnavailable
from shared.web.streams import detach, stream_events
from tests.deadlines import DEADLINE_SECONDS


async def sent(events: AsyncIterator[tuple[str, dict[str, Any]]]) -> str:
    parts: list[bytes] = []

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    async def receive() -> Any:
        await asyncio.Event().wait()

    await stream_events(events)({"type": "http", "method": "GET", "headers": []}, receive, send)
    return b"".join(parts).decode().replace("\r\n", "\n")


async def test_events_have_names_and_json() -> None:
    async def events() -> AsyncIterator[tuple[str, dict[str, Any]]]:
        yield "progress", {"percentage": 5}
        yield "completed", {"text": "line\nbreak"}

    assert await sent(events()) == (
        'event: progress\ndata: {"percentage": 5}\n\nevent: completed\ndata: {"text": "line\\nbreak"}\n\n'
    )


async def test_a_known_failure_and_an_unknown_one_end_as_error_events() -> None:
    async def known() -> AsyncIterator[tuple[str, dict[str, Any]]]:
        yield "progress", {}
        raise ServiceUnavailable("come back")

    async def unknown() -> AsyncIterator[tuple[str, dict[str, Any]]]:
        yield "progress", {}
        raise LookupError("the secret inside")

    assert '"error_code": "SERVICE_UNAVAILABLE"' in await sent(known())
    text = await sent(unknown())
    assert '"error_code": "INTERNAL_ERROR"' in text
    assert "secret" not in text


async def test_detached_work_ends_although_nobody_listens() -> None:
    done = asyncio.Event()

    async def work() -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(0.01)
        yield 2
        done.set()

    listened = detach(work())
    assert await anext(listened) == 1
    await listened.aclose()  # type: ignore[attr-defined]
    await asyncio.wait_for(done.wait(), DEADLINE_SECONDS)


async def test_detached_work_hands_on_its_failure() -> None:
    async def work() -> AsyncIterator[int]:
        yield 1
        raise LookupError

    listened = detach(work())
    assert await anext(listened) == 1
    with pytest.raises(LookupError):
        await anext(listened)

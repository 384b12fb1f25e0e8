"""Delivers what waits in the embedded queue over HTTP, and sweeps what a crash left."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from infra.local.gateway import DELIVERIES, delivery_token
from shared.messages import EventEnvelope, TaskEnvelope
from shared.queue import Message
from shared.services import Services
from shared.wire import TASK_ID_HEADER, event_headers, task_body

log = logging.getLogger(__name__)

_AT_ONCE = 8
_LONGEST_NAP_SECONDS = 1.0
_SWEEP_EVERY = timedelta(seconds=15)
_EXPIRE_EVERY = timedelta(hours=1)
_DELIVERY_SECONDS = 600.0  # as long as Cloud Tasks and Pub/Sub would wait


class Worker:
    """`subscriptions` tells which groups get an event of a type."""

    def __init__(
        self, services: Services, subscriptions: Mapping[str, frozenset[str]], *, http: httpx.AsyncClient
    ) -> None:
        self._services = services
        self._subscriptions = subscriptions
        self._http = http
        self._token = delivery_token(services)
        self._swept = self._expired = datetime.min.replace(tzinfo=services.clock.now().tzinfo)

    async def run(self) -> None:
        """Deliver for ever, several at once, none waiting for a slow one."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    await self._upkeep()
                    if not await self._begin_due(under_way):
                        await self._nap()
                except Exception:
                    log.exception("the worker stumbled")
                    await asyncio.sleep(_LONGEST_NAP_SECONDS)
        finally:
            for delivery in under_way:
                delivery.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def drain(self, *, rounds: int = 1000) -> None:
        """Deliver until nothing is due any more, retries that are due later excepted."""
        for _ in range(rounds):
            if not await self.deliver_due():
                return
        raise RuntimeError("the queue does not come to rest")

    async def deliver_due(self) -> bool:
        """One batch of what is due; whether there was any."""
        queue = self._services.queue
        queue.pushed.clear()
        messages = await queue.lease(self._services.clock.now(), limit=_AT_ONCE)
        await asyncio.gather(*(self._deliver(message) for message in messages))
        return bool(messages)

    async def _begin_due(self, under_way: set[asyncio.Task[None]]) -> bool:
        """Begin what is due as far as there is room; whether there was any."""
        if len(under_way) >= _AT_ONCE:
            await asyncio.wait(under_way, timeout=_LONGEST_NAP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        queue = self._services.queue
        queue.pushed.clear()
        room = _AT_ONCE - len(under_way)
        messages = await queue.lease(self._services.clock.now(), limit=room) if room > 0 else []
        for message in messages:
            delivery = asyncio.create_task(self._deliver(message))
            under_way.add(delivery)
            delivery.add_done_callback(under_way.discard)
            delivery.add_done_callback(_tell_failure)
        return bool(messages)

    async def recover(self) -> None:
        """At start: nobody else works on this queue, so old leases and unsent messages are ours."""
        await self._services.queue.release_all()
        await self._services.outbox.sweep(self._services.store, older_than=timedelta(0))

    async def _deliver(self, message: Message) -> None:
        if message.topic == "event" and not message.target:
            await self._fan_out(message)
            return
        error = await self._post(message)
        if error is None:
            await self._services.queue.done(message)
        elif not await self._services.queue.retry(message, now=self._services.clock.now(), error=error):
            log.error("gave up on %s %s for %s: %s", message.topic, message.name, message.target, error)

    async def _fan_out(self, message: Message) -> None:
        """One message for each subscribed group, each with retries of its own."""
        groups = sorted(self._subscriptions.get(message.name, frozenset()))
        parts = [replace(message, id=f"{message.id}:{group}", target=group) for group in groups]
        await self._services.queue.replace(message, parts)

    async def _post(self, message: Message) -> str | None:
        """What went wrong, if anything did."""
        url = f"{self._services.settings.base_url}{DELIVERIES}{message.target}/{message.topic}s"
        headers, body = _request(message, self._services.settings.base_url)
        headers["Authorization"] = f"Bearer {self._token}"
        try:
            response = await self._http.post(url, content=body, headers=headers, timeout=_DELIVERY_SECONDS)
        except httpx.HTTPError as error:
            return repr(error)
        return None if response.is_success else f"{response.status_code} {response.text[:300]}"

    async def _upkeep(self) -> None:
        now = self._services.clock.now()
        if now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            await self._services.outbox.sweep(self._services.store)
        if now - self._expired >= _EXPIRE_EVERY:
            self._expired = now
            await self._services.store.expire(now)

    async def _nap(self) -> None:
        pushed = self._services.queue.pushed
        due = await self._services.queue.next_due()
        wait = (due - self._services.clock.now()).total_seconds() if due else _LONGEST_NAP_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pushed.wait(), min(max(wait, 0.02), _LONGEST_NAP_SECONDS))


def _tell_failure(delivery: asyncio.Task[None]) -> None:
    """The message's lease runs out and it is delivered again."""
    if not delivery.cancelled() and (error := delivery.exception()) is not None:
        log.error("a delivery broke off: %r", error, exc_info=error)


def _request(message: Message, source: str) -> tuple[dict[str, str], bytes]:
    payload = message.payload
    if message.topic == "task":
        task = TaskEnvelope(payload["id"], message.name, message.target, payload["data"])
        return {TASK_ID_HEADER: task.id, "Content-Type": "application/json"}, task_body(task)
    event = EventEnvelope(
        payload["id"], message.name, datetime.fromisoformat(payload["time"]), payload["data"]
    )
    return event_headers(event, source=source), httpx.Request("POST", source, json=event.data).content

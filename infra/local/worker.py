"""Deliver the messages of the embedded queue over HTTP, and send what a crash left in the outbox."""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx

from functions.admin.audit.tasks import PublishAuditHeads
from infra.local.gateway import DELIVERIES, delivery_token
from shared.dead_letters import log_dead_task
from shared.messages import EventEnvelope, TaskEnvelope
from shared.queue import Message
from shared.services import Services
from shared.wire import ATTEMPT_HEADER, build_event_headers, build_task_body, build_task_headers

log = logging.getLogger(__name__)

_MAX_DELIVERIES = 8  # at the same time, in each lane
_MAX_WAIT_SECONDS = 1.0
_MIN_WAIT_SECONDS = 0.02
_SWEEP_INTERVAL = timedelta(seconds=15)
_SWEEP_TIME = timedelta(seconds=5)  # deliveries are not started meanwhile
_EXPIRY_INTERVAL = timedelta(hours=1)
_PUBLISH_INTERVAL = timedelta(hours=1)
_DELIVERY_TIMEOUT_SECONDS = 600.0  # as of Cloud Tasks and Pub/Sub


@dataclass
class _Lane:
    """The deliveries of some messages, by their names; a lane that is full delays no other."""

    names: Collection[str] = ()
    other_than: Collection[str] = ()
    running: set[asyncio.Task[None]] = field(default_factory=set)


class Worker:
    """The deliverer of events and tasks; `subscriptions` has the groups that receive each type of event.

    `queues` has the tasks of each further queue (infra/functions.yaml): its deliveries and all others never
    wait for each other.
    """

    def __init__(
        self,
        services: Services,
        subscriptions: Mapping[str, frozenset[str]],
        *,
        http: httpx.AsyncClient,
        queues: Collection[Collection[str]] = (),
    ) -> None:
        self._services = services
        self._subscriptions = subscriptions
        self._http = http
        self._token = delivery_token(services)
        self._lanes = [
            _Lane(other_than=[name for names in queues for name in names]),
            *(_Lane(names=names) for names in queues),
        ]
        never = datetime.min.replace(tzinfo=services.clock.now().tzinfo)
        self._swept = self._expired = self._published = never

    async def run(self) -> None:
        """Deliver until cancelled, several messages at the same time, so that a slow one delays no other."""
        try:
            while True:
                try:
                    await self._run_maintenance()
                    if not await self._start_due():
                        await self._wait_for_work()
                except Exception:
                    log.exception("worker loop failed; retrying")
                    await asyncio.sleep(_MAX_WAIT_SECONDS)
        finally:
            running = self._list_running()
            for delivery in running:
                delivery.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def drain(self, *, rounds: int = 1000) -> None:
        """Deliver until nothing is due now. Raises RuntimeError where messages stay due."""
        for _ in range(rounds):
            if not await self.deliver_due():
                return
        raise RuntimeError(f"messages are still due after {rounds} rounds of deliveries")

    async def deliver_due(self) -> bool:
        """Deliver one batch of due messages. Returns False where none was due."""
        self._services.queue.pushed.clear()
        messages = [message for lane in self._lanes for message in await self._lease(lane)]
        await asyncio.gather(*(self._deliver(message) for message in messages))
        return bool(messages)

    async def _start_due(self) -> bool:
        """Start deliveries of due messages, up to each lane's limit. Returns False where none was started."""
        self._services.queue.pushed.clear()
        started = False
        for lane in self._lanes:
            for message in await self._lease(lane):
                delivery = asyncio.create_task(self._deliver(message))
                lane.running.add(delivery)
                delivery.add_done_callback(lane.running.discard)
                delivery.add_done_callback(_log_failure)
                delivery.add_done_callback(self._announce_free_place)
                started = True
        return started

    async def _lease(self, lane: _Lane) -> list[Message]:
        free = _MAX_DELIVERIES - len(lane.running)
        if free <= 0:
            return []
        return await self._services.queue.lease(
            self._services.clock.now(), limit=free, names=lane.names, other_than=lane.other_than
        )

    def _list_running(self) -> list[asyncio.Task[None]]:
        return [delivery for lane in self._lanes for delivery in lane.running]

    def _announce_free_place(self, _: asyncio.Task[None]) -> None:
        self._services.queue.pushed.set()

    async def recover(self) -> None:
        """Release old leases and send unsent messages. At the start, no other worker can own them."""
        await self._services.queue.release_all()
        await self._services.outbox.sweep(self._services.store, older_than=timedelta(0))

    async def _deliver(self, message: Message) -> None:
        if message.topic == "event" and not message.target:
            await self._fan_out(message)
            return
        error = await self._post(message)
        if error is None:
            await self._services.queue.complete(message)
        elif not await self._services.queue.retry(message, now=self._services.clock.now(), error=error):
            _log_dead_letter(message, error)

    async def _fan_out(self, message: Message) -> None:
        """Replace the event by a message for each subscribed group, so that each has its own retries."""
        groups = sorted(self._subscriptions.get(message.name, frozenset()))
        parts = [replace(message, id=f"{message.id}:{group}", target=group) for group in groups]
        await self._services.queue.replace(message, parts)

    async def _post(self, message: Message) -> str | None:
        """Return the error of a failed delivery."""
        url = f"{self._services.settings.base_url}{DELIVERIES}{message.target}/{message.topic}s"
        headers, body = _request(message, self._services.settings.base_url)
        headers |= {"Authorization": f"Bearer {self._token}", ATTEMPT_HEADER: str(message.attempts + 1)}
        try:
            response = await self._http.post(
                url, content=body, headers=headers, timeout=_DELIVERY_TIMEOUT_SECONDS
            )
        except httpx.HTTPError as error:
            return repr(error)
        return None if response.is_success else f"{response.status_code} {response.text[:300]}"

    async def _run_maintenance(self) -> None:
        now = self._services.clock.now()
        if now - self._swept >= _SWEEP_INTERVAL:
            self._swept = now
            await self._services.outbox.sweep(self._services.store, within=_SWEEP_TIME)
        if now - self._expired >= _EXPIRY_INTERVAL:
            self._expired = now
            await self._services.store.expire(now)
        if now - self._published >= _PUBLISH_INTERVAL:
            self._published = now
            await self._services.store.enqueue_unstored(PublishAuditHeads(), key=now.isoformat())

    async def _wait_for_work(self) -> None:
        pushed = self._services.queue.pushed
        is_full = any(len(lane.running) >= _MAX_DELIVERIES for lane in self._lanes)
        due = None if is_full else await self._services.queue.find_next_due()
        wait = (due - self._services.clock.now()).total_seconds() if due else _MAX_WAIT_SECONDS
        with contextlib.suppress(TimeoutError):  # `wait_for` of Python 3.11 may swallow the end of `run`
            async with asyncio.timeout(min(max(wait, _MIN_WAIT_SECONDS), _MAX_WAIT_SECONDS)):
                await pushed.wait()


def _log_failure(delivery: asyncio.Task[None]) -> None:
    """Log an unexpected error; the message is delivered again once its lease runs out."""
    if not delivery.cancelled() and (error := delivery.exception()) is not None:
        log.error("delivery failed unexpectedly; retrying: %r", error, exc_info=error)


def _log_dead_letter(message: Message, error: str) -> None:
    if message.topic == "task":
        log_dead_task(_unwrap_task(message), error=error)
    else:
        log.error("event %s for %s is a dead letter: %s", message.name, message.target, error)


def _unwrap_task(message: Message) -> TaskEnvelope:
    payload = message.payload
    return TaskEnvelope(
        payload["id"],
        message.name,
        message.target,
        payload["data"],
        request_id=payload.get("request_id", ""),
        trace=payload.get("trace", ""),
    )


def _request(message: Message, source: str) -> tuple[dict[str, str], bytes]:
    payload = message.payload
    if message.topic == "task":
        task = _unwrap_task(message)
        return build_task_headers(task), build_task_body(task)
    event = EventEnvelope(
        payload["id"],
        message.name,
        datetime.fromisoformat(payload["time"]),
        payload["data"],
        consumer=payload.get("consumer", ""),
        request_id=payload.get("request_id", ""),
        trace=payload.get("trace", ""),
    )
    return build_event_headers(event, source=source), httpx.Request("POST", source, json=event.data).content

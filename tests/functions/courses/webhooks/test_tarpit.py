"""An address that never answers: the calls of one user are few at a time, and nobody else waits for them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from functions.courses.webhooks import delivery
from shared.net.turns import MAX_CALLS_PER_USER
from tests.deadlines import DEADLINE_SECONDS
from tests.functions.courses.loopback import Server
from tests.functions.courses.processing.fetching import send
from tests.functions.courses.studies import ScriptedRetrieval, Studies, run_studies, start_studies
from tests.functions.courses.webhooks.receivers import URL, list_deliveries, register


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_TIMEOUT_SECONDS", 10 * DEADLINE_SECONDS)


class Tarpit:
    """Keeps the callers of a server waiting until it lets go."""

    def __init__(self, server: Server) -> None:
        self.waiting = 0
        self.most = 0
        self._let_go = asyncio.Event()
        server.meanwhile = self._hold

    def let_go(self) -> None:
        self._let_go.set()

    async def has_waiting(self, number: int) -> bool:
        """Tell whether exactly so many callers wait."""
        return self.waiting == number

    async def _hold(self) -> None:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self._let_go.wait()
        self.waiting -= 1


@asynccontextmanager
async def worker_of(studies: Studies) -> AsyncIterator[None]:
    """Deliver in the background, as the local stack does."""
    running = asyncio.create_task(studies.stack.local.worker.run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def wait_for(is_done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not await is_done():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)


async def complete_a_document(studies: Studies, retrieval: ScriptedRetrieval) -> None:
    """Upload a document and wait until the background has submitted it."""
    document = await studies.upload(f"A text of {studies.user.id}.".encode())

    async def is_submitted() -> bool:
        return document in retrieval.stands

    await wait_for(is_submitted)


async def queue_is_postponed(studies: Studies, *, left: int) -> bool:
    """Tell whether all tasks but `left` of them wait for a later instant."""
    now = studies.stack.clock.now()
    waiting = await studies.stack.services.queue.list_waiting()
    return sum(message.due_at <= now for message in waiting) <= left


async def pass_time(studies: Studies) -> bool:
    """Move the clock by a second; tell whether nothing is left to deliver."""
    studies.stack.clock.advance(timedelta(seconds=1))
    studies.stack.services.queue.pushed.set()  # the worker waits by the machine's clock
    return not any(
        message.name in {"webhook.deliver", "document.fetch"}
        for message in await studies.stack.services.queue.list_waiting()
    )


async def test_a_user_s_tests_of_a_tarpit_hold_up_no_documents(
    online: Studies, server: Server, retrieval: ScriptedRetrieval
) -> None:
    tarpit = Tarpit(server)
    victim = await start_studies(online.stack)
    webhook = await register(online, server)
    async with worker_of(online):
        for _ in range(60):
            assert (await online.http.post(f"{URL}{webhook['id']}/test/")).status_code == 202

        await wait_for(lambda: queue_is_postponed(online, left=MAX_CALLS_PER_USER))
        await wait_for(lambda: tarpit.has_waiting(MAX_CALLS_PER_USER))
        await complete_a_document(victim, retrieval)
        theirs = await register(victim, server)
        await victim.http.post(f"{URL}{theirs['id']}/test/")

        async def is_called() -> bool:
            return tarpit.waiting == MAX_CALLS_PER_USER + 1

        await wait_for(is_called)  # nor the webhooks of others, while the host has turns left
        tarpit.let_go()

        await wait_for(lambda: pass_time(online))
    assert tarpit.most == MAX_CALLS_PER_USER + 1
    assert len(server.received) == 61, "each is delivered once"
    deliveries = await list_deliveries(online, webhook["id"])
    assert {each["status"] for each in deliveries} == {"delivered"}
    assert {each["tries"] for each in deliveries} == {1}


async def test_uploads_from_a_tarpit_are_few_at_a_time(
    online: Studies, server: Server, retrieval: ScriptedRetrieval
) -> None:
    tarpit = Tarpit(server)
    server.body, server.headers = b"A text.", {"Content-Type": "text/markdown"}
    async with worker_of(online):
        for number in range(6):
            assert (await send(online, server.url(f"/{number}.md"))).status_code == 201
        await wait_for(lambda: queue_is_postponed(online, left=MAX_CALLS_PER_USER))
        await wait_for(lambda: tarpit.has_waiting(MAX_CALLS_PER_USER))
        await complete_a_document(await start_studies(online.stack), retrieval)
        tarpit.let_go()

        async def are_submitted() -> bool:
            await pass_time(online)
            return len(retrieval.submissions) == 7

        await wait_for(are_submitted)
    assert tarpit.most == MAX_CALLS_PER_USER


async def test_test_events_and_redeliveries_are_limited_each_hour(tmp_path: Path, server: Server) -> None:
    async with run_studies(
        tmp_path, url_fetch_allowed_hosts=server.name, rate_limit_webhook_sends_per_hour=3
    ) as studies:
        webhook = await register(studies, server)
        path = f"{URL}{webhook['id']}/"
        first = (await studies.http.post(f"{path}test/")).json()["id"]
        again = f"{path}deliveries/{first}/redeliver/"
        await studies.http.post(f"{path}test/")
        assert (await studies.http.post(again)).status_code == 202
        for refused in (again, f"{path}test/"):
            answer = await studies.http.post(refused)
            assert answer.status_code == 429, answer.text
            assert int(answer.headers["Retry-After"]) <= 3600
        studies.stack.clock.advance(timedelta(hours=1))
        assert (await studies.http.post(f"{path}test/")).status_code == 202

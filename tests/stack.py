"""The whole product in this process, reached through its front door, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from infra.local.stack import LocalStack
from shared.clock import ManualClock, SeededIds
from shared.services import Services
from shared.settings import Settings
from shared.store.database import Database

BASE_URL = "http://stack.test"
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
PASSWORD = "correct horse 7"


class LateTransport(httpx.AsyncBaseTransport):
    """Reaches the stack's own address once there is a stack."""

    def __init__(self) -> None:
        self.inner: httpx.ASGITransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.inner is not None
        return await self.inner.handle_async_request(request)


async def _hold_the_cost(response: httpx.Response) -> None:
    """Every answer in every test stays within the cost that its route declares."""
    cost = response.headers.get("X-Store-Cost", "")
    if response.status_code < 400:
        assert not cost.endswith("within=no"), f"{response.request.method} {response.request.url}: {cost}"


async def _hold_the_location(response: httpx.Response) -> None:
    """An answer names what it created or began by its `Location`."""
    path = response.request.url.path
    if response.status_code in (201, 202) and path.startswith("/api/") and "password-reset" not in path:
        assert "Location" in response.headers, f"{response.request.method} {response.request.url}"


@dataclass
class User:
    """A signed-in user: `http` bears the access token."""

    http: httpx.AsyncClient
    id: str
    username: str
    access: str
    refresh: str


class Stack:
    """`http` is anonymous; `drain` delivers all events and tasks that are due."""

    def __init__(self, local: LocalStack, clock: ManualClock) -> None:
        self.local = local
        self.services = local.services
        self.clock = clock
        self.http = self.client()
        self._users = 0

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.local.gateway, raise_app_exceptions=False),
            base_url=BASE_URL,
            headers=headers,
            event_hooks={"response": [_hold_the_cost, _hold_the_location]},
        )

    async def sign_up(self, username: str | None = None, **fields: Any) -> User:
        self._users += 1
        name = username or f"user{self._users}"
        body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, **fields}
        answer = await self.http.post("/api/v1/accounts/register/", json=body)
        assert answer.status_code == 201, answer.text
        given = answer.json()
        return User(
            http=self.client(Authorization=f"Bearer {given['access']}"),
            id=given["user"]["id"],
            username=name,
            access=given["access"],
            refresh=given["refresh"],
        )

    async def drain(self) -> None:
        """Let the retrieval stand-in finish what it has and deliver until all is quiet."""
        for _ in range(20):
            await self.local.worker.drain()
            await self.local.retrieval.state.documents.wait_until_settled()
            if not await self.local.worker.deliver_due():
                return
        raise AssertionError("the stack does not come to rest")

    async def advance(self, **delta: float) -> None:
        """Move the clock and deliver what became due, in steps so that chains of tasks unfold in order."""
        target = self.clock.now() + timedelta(**delta)
        while True:
            await self.drain()
            due = await self.services.queue.find_next_due()
            if due is None or due > target:
                break
            self.clock.set(max(due, self.clock.now()))
        self.clock.set(target)
        await self.drain()


def settings_for(folder: Path, **changes: Any) -> Settings:
    roomy = {
        "rate_limit_user_per_minute": 100_000,
        "rate_limit_anonymous_per_minute": 100_000,
        "rate_limit_uploads_per_hour": 1000,
        "rate_limit_generations_per_hour": 1000,
        "rate_limit_webhook_sends_per_hour": 1000,
    }
    return Settings(**{"data_dir": folder, "public_url": BASE_URL, **roomy, **changes})


def cheap(folder: Path) -> dict[str, Any]:
    """The services whose price buys nothing in a test: hashes that resist guessing, data that outlives the
    machine."""
    return {
        "database": Database(folder / "store.sqlite3", durable=False),
        "password_hasher": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
    }


@asynccontextmanager
async def running(
    folder: Path, *, start: datetime = START, services: dict[str, Any] | None = None, **changes: Any
) -> AsyncIterator[Stack]:
    """A stack on `folder`; `services` stand in for what settings would choose, `changes` are settings."""
    clock, transport = ManualClock(start), LateTransport()
    given = {"transport": transport, **cheap(folder), **(services or {})}
    built = Services(settings_for(folder, **changes), clock=clock, ids=SeededIds(1), **given)
    local = LocalStack(built)
    transport.inner = httpx.ASGITransport(local.gateway)
    stack = Stack(local, clock)
    await local.recover()
    try:
        yield stack
    finally:
        await stack.http.aclose()
        await local.stop()

"""A small application inside the real frame."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.clock import ManualClock
from shared.identity import SESSIONS, AccessClaims, Role, Session, issue_access
from shared.services import Services
from shared.settings import Settings
from shared.web.app import create_app
from tests.shared.web.shop import router

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "a secret of the tests that is long enough"


@dataclass
class Shop:
    services: Services
    clock: ManualClock
    http: httpx.AsyncClient

    async def sign_in(self, user: str = "u1", *, role: Role = "student", **fields: Any) -> httpx.AsyncClient:
        now = self.clock.now()
        session = Session(
            id=f"s-{user}",
            user=user,
            role=role,
            rotated_at=now,
            created_at=now,
            last_used_at=now,
            **{"expires_at": now.replace(year=now.year + 1), **fields},
        )
        await self.services.store.put(SESSIONS.doc(session.id, user=user), session)
        return self.client(Authorization=f"Bearer {self.token(user)}")

    def token(self, user: str = "u1", *, secret: str = SECRET, minutes: float = 30) -> str:
        claims = AccessClaims(user, f"s-{user}")
        return issue_access(claims, secret=secret, now=self.clock.now(), lifetime=timedelta(minutes=minutes))

    def client(self, **headers: str) -> httpx.AsyncClient:
        app = self.http._transport.app  # type: ignore[attr-defined]
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://shop.test", headers=headers)


@pytest.fixture
async def shop(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    changes = getattr(request, "param", {})
    roomy = {"rate_limit_user_per_minute": 1000, "rate_limit_anonymous_per_minute": 1000}
    settings = Settings(**{"data_dir": tmp_path, "jwt_secret": SECRET, **roomy, **changes})
    clock = ManualClock(NOW)
    services = Services(settings, clock=clock)
    app = create_app(services, group="shop", routers=[router])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        yield Shop(services, clock, http)
    await services.aclose()

"""Health check, documentation, and sweep of the outbox."""

import base64
import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.admin.group import GROUP
from functions.admin.maintenance.tasks import SweepOutbox
from shared.errors import ServiceUnavailable
from shared.messages import Scheduled, TaskEnvelope
from shared.outbox import OUTBOX, OutboxEntry
from tests.stack import Stack, running


class Deaf:
    """A retrieval service that is down."""

    async def get_status(self, document_id: str) -> None:
        raise ServiceUnavailable(document_id)

    async def aclose(self) -> None:
        return


@pytest.mark.parametrize("path", ["/api/health/", "/api/v1/health", "/api/health"])
async def test_a_well_stack_says_so(stack: Stack, path: str) -> None:
    answer = await stack.http.get(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "healthy")
    checks = {"store": "ok", "events": "ok", "tasks": "ok", "retrieval": "ok", "ai": "offline"}
    assert answer.json()["checks"] == checks


async def test_an_outside_service_that_is_away_degrades(tmp_path: Path) -> None:
    async with running(tmp_path, services={"retrieval": Deaf()}) as stack:
        answer = await stack.http.get("/api/health/")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["retrieval"] == "unavailable"


async def test_without_its_store_the_platform_is_unhealthy(stack: Stack) -> None:
    async def away() -> None:
        raise ServiceUnavailable

    stack.services.store.ping = away  # type: ignore[method-assign]
    answer = await stack.http.get("/api/health/")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")


async def test_the_documentation_reaches_no_other_host(stack: Stack) -> None:
    for path in ("/api/docs/", "/swagger/"):
        page = await stack.http.get(path)
        assert page.status_code == 200
        assert "https://" not in page.text
        for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
            assert f"/api/docs/assets/{asset}" in page.text
            assert (await stack.http.get(f"/api/docs/assets/{asset}")).status_code == 200
    assert (await stack.http.get("/api/docs/assets/..%2Fcore.py")).status_code == 404


async def test_the_documentation_allows_its_own_script_and_no_other(stack: Stack) -> None:
    page = await stack.http.get("/api/docs/")
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert not re.search(r"<[^>]+ on\w+=", page.text), "no inline handler is allowed"


async def test_the_schema_holds_every_group(stack: Stack) -> None:
    document: dict[str, Any] = (await stack.http.get("/api/schema/")).json()
    assert document["openapi"].startswith("3.1")
    for path in ("/api/v1/courses/", "/api/v1/accounts/login/", "/api/v1/assessments/flashcards/due/"):
        assert path in document["paths"]


async def test_a_deployment_without_the_document_says_so(stack: Stack) -> None:
    stack.services.describe = None
    answer = await stack.http.get("/api/schema/")
    assert (answer.status_code, answer.json()["error_code"]) == (503, "SERVICE_UNAVAILABLE")


async def test_the_sweep_sends_what_was_left(stack: Stack) -> None:
    outgoing = stack.services.outbox.prepare([Scheduled(SweepOutbox())])
    entry = OutboxEntry.model_validate({"id": outgoing.id, **outgoing.write.data})
    await stack.services.store.put(OUTBOX.doc(entry.id), entry)
    stack.clock.advance(timedelta(minutes=1))
    await GROUP.handlers.run(stack.services, TaskEnvelope("t", SweepOutbox.name, "admin", {}))
    assert await stack.services.store.get(OUTBOX.doc(entry.id)) is None
    assert [message.name for message in await stack.services.queue.list_waiting()] == ["outbox.sweep"]

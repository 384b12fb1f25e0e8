"""Webhooks of a test's server, and events for them."""

from typing import Any

from tests.functions.courses.loopback import Server
from tests.functions.courses.studies import Studies

URL = "/api/v1/webhooks/"


async def register(studies: Studies, server: Server, **fields: Any) -> dict[str, Any]:
    body = {"url": server.url("/hook"), "events": ["document.processing.failed"], **fields}
    answer = await studies.http.post(f"{URL}register/", json=body)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


async def fail_a_document(studies: Studies) -> str:
    """Cause an event that webhooks can subscribe to."""
    document = await studies.upload(b"")
    await studies.stack.drain()
    return document


async def list_deliveries(studies: Studies, webhook: str) -> list[dict[str, Any]]:
    page = (await studies.http.get(f"{URL}{webhook}/deliveries/")).json()
    deliveries: list[dict[str, Any]] = page["results"]
    return deliveries

"""The health check: asks each part for an answer."""

import asyncio
from collections.abc import Awaitable

from functions.admin.health.schemas import Check, Health
from shared.services import Services
from shared.settings import VERSION

_TIMEOUT_SECONDS = 5.0  # the first call to the store builds its client
_ABSENT_DOCUMENT = "00000000-0000-4000-8000-000000000000"


async def check_health(services: Services) -> Health:
    """Report unhealthy if the store does not answer, degraded if only an outside service does not."""
    store, retrieval = await asyncio.gather(
        _check_part(services.store.ping()), _check_part(services.retrieval.get_status(_ABSENT_DOCUMENT))
    )
    # Read from the setting: building the model would import its libraries into this function.
    ai: Check = "ok" if services.settings.openai_api_key.get_secret_value() else "offline"
    # Events and tasks wait in the outbox while their service is down, so the store decides for them.
    checks: dict[str, Check] = {
        "store": store, "events": store, "tasks": store, "retrieval": retrieval, "ai": ai
    }  # fmt: skip
    if store != "ok":
        return Health(status="unhealthy", version=VERSION, checks=checks)
    return Health(status="healthy" if retrieval == "ok" else "degraded", version=VERSION, checks=checks)


async def _check_part(answer: Awaitable[object]) -> Check:
    try:
        await asyncio.wait_for(answer, _TIMEOUT_SECONDS)
    except Exception:  # noqa: BLE001 - any failure means unavailable
        return "unavailable"
    return "ok"

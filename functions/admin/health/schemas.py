"""The public answer of the health check."""

from typing import Literal

from shared.web.schemas import View

Check = Literal["ok", "offline", "unavailable"]


class Health(View):
    """State of the service, and of each part that was checked."""

    status: Literal["healthy", "degraded", "unhealthy"]
    version: str
    checks: dict[str, Check]

"""Route of the health check."""

from fastapi import Response

from functions.admin.health import service
from functions.admin.health.schemas import Health
from shared.store import Cost
from shared.web.access import PUBLIC
from shared.web.depends import Provided
from shared.web.router import Router

router = Router(tag="health")


@router.serve(
    "GET",
    "/api/health/",
    aliases=["/api/v1/health/"],
    access=PUBLIC,
    cost=Cost(reads=1),
    responses={503: {"model": Health, "description": "The store does not answer"}},
)
async def get_health(services: Provided, response: Response) -> Health:
    """Report the health of the platform and of each part; 503 if the store does not answer."""
    health = await service.check_health(services)
    response.status_code = 503 if health.status == "unhealthy" else 200
    return health

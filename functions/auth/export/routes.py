"""Route of exports."""

from fastapi.responses import JSONResponse

from functions.auth.export import service
from shared.jobs import Accepted, respond_accepted
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="export")


@router.serve(
    "POST",
    "/api/v1/accounts/export/",
    access=USER,
    cost=Cost(reads=4, writes=5, deletes=1),
    status=202,
    response_model=Accepted,
)
async def export_account(caller: Caller, services: Provided) -> JSONResponse:
    """Export everything the platform holds about the caller, as one ZIP.

    The job's result has `url`, a link that works for 24 hours, its `expires_at`, and `size_bytes`.
    """
    job = await service.start_export(services, user_id=caller.user_id)
    return respond_accepted(job, services.settings)

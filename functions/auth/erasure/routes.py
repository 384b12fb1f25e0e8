"""Route of erasure."""

from fastapi.responses import JSONResponse

from functions.auth.erasure import service
from functions.auth.erasure.schemas import ErasureBody
from functions.auth.sessions.errors import AccountLocked
from shared.jobs import Accepted, respond_accepted
from shared.store import Cost
from shared.web.access import USER_OR_CHILD
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="erasure")


@router.serve(
    "DELETE",
    "/api/v1/accounts/profile/",
    aliases=["/api/v1/users/profile/", "/api/users/profile/"],
    access=USER_OR_CHILD,
    cost=Cost(
        reads=7, writes=7, deletes=2, reads_per_item=1, writes_per_item=1, note="one item per open session"
    ),
    status=202,
    response_model=Accepted,
    errors=[AccountLocked],
)
async def erase_account(body: ErasureBody, caller: Caller, services: Provided) -> JSONResponse:
    """Erase the account and all of its data.

    Every session ends. The one that asked may still watch the job until its own data is erased: from then on
    it gets 401.
    """
    job = await service.start_erasure(services, caller=caller, password=body.password, id_token=body.id_token)
    return respond_accepted(job, services.settings)

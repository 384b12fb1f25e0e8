"""Making archives in the background."""

from functions.auth.export import service
from functions.auth.export.messages import MakeExport
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(MakeExport)
async def make_export(services: Services, task: MakeExport) -> None:
    await service.make_export(services, user_id=task.user, job_id=task.job)

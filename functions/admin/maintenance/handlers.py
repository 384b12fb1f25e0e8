"""The sweep of the outbox: run by the scheduler every minute. The local worker does its own."""

from functions.admin.maintenance.tasks import SweepOutbox
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(SweepOutbox)
async def sweep_outbox(services: Services, _task: SweepOutbox) -> None:
    """Send what was left; messages that cannot be sent stay for the next sweep."""
    await services.outbox.sweep(services.store)

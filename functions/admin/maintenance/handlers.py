"""Every minute, by the scheduler; the local worker sweeps by itself."""

from functions.admin.maintenance.tasks import SweepOutbox
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(SweepOutbox)
async def sweep_outbox(services: Services, _task: SweepOutbox) -> None:
    """Raises ServiceUnavailable where a message could not be sent; the next sweep tries again."""
    await services.outbox.sweep(services.store)

"""The task that publishes heads, run by the scheduler every hour."""

from functions.admin.audit import publishing
from functions.admin.audit.tasks import PublishAuditHeads
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PublishAuditHeads)
async def publish_heads(services: Services, _task: PublishAuditHeads) -> None:
    """Publish the heads."""
    await publishing.publish_heads(services)

"""The task that mails a link."""

from functions.auth.passwords import service
from functions.auth.passwords.tasks import SendPasswordReset
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(SendPasswordReset)
async def send_password_reset(services: Services, task: SendPasswordReset) -> None:
    """Mail the link, if the address belongs to somebody."""
    await service.send_reset(services, task)

"""The task that erases an account."""

from functions.auth.erasure import service
from functions.auth.erasure.tasks import EraseAccount
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(EraseAccount)
async def erase_account(services: Services, task: EraseAccount) -> None:
    """Erase everything the product keeps about a user."""
    await service.erase_account(services, user_id=task.user)

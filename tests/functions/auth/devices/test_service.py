import pytest

from functions.auth.devices import service
from functions.auth.users.store import USERS
from shared.errors import Unauthenticated
from tests.stack import Stack, User


async def test_a_request_under_way_leaves_nothing_for_an_account_that_goes(stack: Stack, user: User) -> None:
    await stack.services.store.merge(USERS.doc(user.id), {"status": "erasing"})
    with pytest.raises(Unauthenticated):
        await service.register_device(stack.services, user_id=user.id, token="t", platform="web")

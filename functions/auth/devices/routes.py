"""/api/v1/accounts/devices/"""

from functions.auth.devices import service
from functions.auth.devices.schemas import DeviceBody, DeviceView, device_view
from shared.errors import NotFound
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, one_page
from shared.web.router import Router

router = Router(tag="devices")

PATH = "/api/v1/accounts/devices/"


@router.serve(
    "POST",
    PATH,
    access=USER,
    cost=Cost(reads=4, writes=2, deletes=3, reads_per_item=1, note="one item per device, at most 20"),
    status=201,
)
async def register(body: DeviceBody, caller: Caller, services: Provided) -> DeviceView:
    """Have reminders pushed to this device. The same token gives the same device, which moves to whoever
    told it last; a user has at most 20, of which the longest unseen makes room for the next."""
    device = await service.register_device(
        services, user_id=caller.user_id, token=body.token, platform=body.platform
    )
    return device_view(device)


@router.serve("GET", PATH, access=USER, cost=Cost(reads=2, reads_per_item=1))
async def list_devices(caller: Caller, services: Provided) -> Page[DeviceView]:
    """The user's devices, the last seen first; at most 20."""
    found = await service.list_devices(services, user_id=caller.user_id)
    return one_page([device_view(device) for device in found])


@router.serve(
    "DELETE",
    f"{PATH}{{device_id}}/",
    access=USER,
    cost=Cost(reads=2, deletes=2),
    status=204,
    errors=[NotFound],
)
async def remove(device_id: str, caller: Caller, services: Provided) -> None:
    """Have nothing pushed to this device any more."""
    await service.delete_device(services, user_id=caller.user_id, device_id=device_id)

"""Routes of devices."""

from functions.auth.devices import service
from functions.auth.devices.errors import DeviceNotFound
from functions.auth.devices.schemas import DeviceBody, DeviceView, device_view
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, build_whole_page
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
async def register_device(body: DeviceBody, caller: Caller, services: Provided) -> DeviceView:
    """Register a device for push notifications.

    The same token gives the same device; it moves to the user who registered it last. A user has at most 20
    devices: the one unseen for longest makes room for a new one.
    """
    device = await service.register_device(
        services, user_id=caller.user_id, token=body.token, platform=body.platform
    )
    return device_view(device)


@router.serve("GET", PATH, access=USER, cost=Cost(reads=2, reads_per_item=1))
async def list_devices(caller: Caller, services: Provided) -> Page[DeviceView]:
    """List the user's devices, last seen first; at most 20."""
    devices = await service.list_devices(services, user_id=caller.user_id)
    return build_whole_page([device_view(device) for device in devices])


@router.serve(
    "DELETE",
    f"{PATH}{{device_id}}/",
    access=USER,
    cost=Cost(reads=2, deletes=2),
    status=204,
    errors=[DeviceNotFound],
)
async def delete_device(device_id: str, caller: Caller, services: Provided) -> None:
    """Stop push notifications to a device."""
    await service.delete_device(services, user_id=caller.user_id, device_id=device_id)

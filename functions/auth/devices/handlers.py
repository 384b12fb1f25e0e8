"""Events about devices whose tokens are no longer valid."""

from functions.auth.devices import service
from shared.consumers import Delivery, Handlers
from shared.published.accounts import DevicesGone
from shared.services import Services

handlers = Handlers()


@handlers.on(DevicesGone, name="auth.forget_devices")
async def on_devices_gone(services: Services, event: DevicesGone, _: Delivery) -> None:
    """Delete the devices. Needs no marker: an invalid token never becomes valid again."""
    await service.delete_gone_devices(services, user_id=event.user, device_ids=event.devices)

"""Use cases of devices."""

from collections.abc import Sequence

from functions.auth.devices.errors import DeviceNotFound
from functions.auth.devices.models import DeviceToken
from functions.auth.devices.rules import derive_device_id, select_surplus
from functions.auth.devices.store import delete_with_token, device_ref, find_devices, token_ref
from functions.auth.users.store import find_user
from shared.errors import Unauthenticated
from shared.published.accounts import Device, Platform
from shared.services import Services
from shared.store import Transaction


async def register_device(services: Services, *, user_id: str, token: str, platform: Platform) -> Device:
    """Give the device with this token to the user, and take it from any other.

    Beyond `MAX_DEVICES` the device unseen for longest is deleted. Raises Unauthenticated.
    """
    device_id, now = derive_device_id(token), services.clock.now()

    async def work(tx: Transaction) -> Device:
        if await find_user(tx, user_id) is None:
            raise Unauthenticated
        holder = await tx.get(token_ref(device_id))
        devices = await find_devices(tx, user_id)
        if holder is not None and holder.user != user_id:
            tx.delete(device_ref(holder.user, device_id))
        for old in select_surplus(devices, new=device_id):
            delete_with_token(tx, user_id, old.id)
        since = next((device.created_at for device in devices if device.id == device_id), now)
        device = Device(id=device_id, token=token, platform=platform, created_at=since, seen_at=now)
        tx.put(device_ref(user_id, device_id), device)
        tx.put(token_ref(device_id), DeviceToken(id=device_id, user=user_id))
        return device

    return await services.store.transact(work)


async def list_devices(services: Services, *, user_id: str) -> list[Device]:
    """List the user's devices, last seen first."""
    devices = await find_devices(services.store, user_id)
    return sorted(devices, key=lambda device: device.seen_at, reverse=True)


async def delete_device(services: Services, *, user_id: str, device_id: str) -> None:
    """Delete a device and its token. Raises DeviceNotFound."""
    ref = device_ref(user_id, device_id)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is None:
            raise DeviceNotFound
        delete_with_token(tx, user_id, device_id)

    await services.store.transact(work)


async def delete_gone_devices(services: Services, *, user_id: str, device_ids: Sequence[str]) -> None:
    """Delete devices whose tokens are invalid, and the tokens, unless another user has them by now."""

    async def work(tx: Transaction) -> None:
        holders = await tx.get_many([token_ref(device_id) for device_id in device_ids])
        for device_id, holder in zip(device_ids, holders, strict=True):
            tx.delete(device_ref(user_id, device_id))
            if holder is not None and holder.user == user_id:
                tx.delete(token_ref(device_id))

    await services.store.transact(work)

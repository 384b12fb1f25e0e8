"""Devices that come, go, and change hands."""

from collections.abc import Sequence

from functions.auth.devices.models import DeviceToken
from functions.auth.devices.rules import device_id, surplus
from functions.auth.devices.store import delete_device, device_ref, devices_of, token_ref
from functions.auth.users.store import current_user
from shared.errors import NotFound, Unauthenticated
from shared.published.accounts import Device, Platform
from shared.services import Services
from shared.store import Transaction


async def register(services: Services, *, user_id: str, token: str, platform: Platform) -> Device:
    """The user's device with this token, which is nobody else's any more; whoever has very many loses the
    longest unseen."""
    name, now = device_id(token), services.clock.now()

    async def work(tx: Transaction) -> Device:
        if await current_user(tx, user_id) is None:
            raise Unauthenticated
        holder = await tx.get(token_ref(name))
        known = await devices_of(tx, user_id)
        if holder is not None and holder.user != user_id:
            tx.delete(device_ref(holder.user, name))
        for old in surplus(known, new=name):
            delete_device(tx, user_id, old.id)
        since = next((device.created_at for device in known if device.id == name), now)
        device = Device(id=name, token=token, platform=platform, created_at=since, seen_at=now)
        tx.put(device_ref(user_id, name), device)
        tx.put(token_ref(name), DeviceToken(id=name, user=user_id))
        return device

    return await services.store.transact(work)


async def list_devices(services: Services, *, user_id: str) -> list[Device]:
    """The last seen first."""
    found = await devices_of(services.store, user_id)
    return sorted(found, key=lambda device: device.seen_at, reverse=True)


async def remove(services: Services, *, user_id: str, device_id: str) -> None:
    """Raises NotFound."""
    ref = device_ref(user_id, device_id)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is None:
            raise NotFound
        delete_device(tx, user_id, device_id)

    await services.store.transact(work)


async def delete_gone_devices(services: Services, *, user_id: str, device_ids: Sequence[str]) -> None:
    """Forget devices that Firebase knows no more, unless another user has them since."""

    async def work(tx: Transaction) -> None:
        holders = await tx.get_many([token_ref(name) for name in device_ids])
        for name, holder in zip(device_ids, holders, strict=True):
            tx.delete(device_ref(user_id, name))
            if holder is not None and holder.user == user_id:
                tx.delete(token_ref(name))

    await services.store.transact(work)

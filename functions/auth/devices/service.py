"""Devices that come, go, and change hands."""

from collections.abc import Sequence

from functions.auth.devices.models import DeviceToken
from functions.auth.devices.rules import derive_device_id, select_surplus
from functions.auth.devices.store import delete_with_token, device_ref, find_devices, token_ref
from functions.auth.users.store import find_user
from shared.errors import NotFound, Unauthenticated
from shared.published.accounts import Device, Platform
from shared.services import Services
from shared.store import Transaction


async def register_device(services: Services, *, user_id: str, token: str, platform: Platform) -> Device:
    """The user's device with this token, which is nobody else's any more; whoever has very many loses the
    longest unseen."""
    name, now = derive_device_id(token), services.clock.now()

    async def work(tx: Transaction) -> Device:
        if await find_user(tx, user_id) is None:
            raise Unauthenticated
        holder = await tx.get(token_ref(name))
        known = await find_devices(tx, user_id)
        if holder is not None and holder.user != user_id:
            tx.delete(device_ref(holder.user, name))
        for old in select_surplus(known, new=name):
            delete_with_token(tx, user_id, old.id)
        since = next((device.created_at for device in known if device.id == name), now)
        device = Device(id=name, token=token, platform=platform, created_at=since, seen_at=now)
        tx.put(device_ref(user_id, name), device)
        tx.put(token_ref(name), DeviceToken(id=name, user=user_id))
        return device

    return await services.store.transact(work)


async def list_devices(services: Services, *, user_id: str) -> list[Device]:
    """The last seen first."""
    found = await find_devices(services.store, user_id)
    return sorted(found, key=lambda device: device.seen_at, reverse=True)


async def delete_device(services: Services, *, user_id: str, device_id: str) -> None:
    """Raises NotFound."""
    ref = device_ref(user_id, device_id)

    async def work(tx: Transaction) -> None:
        if await tx.get(ref) is None:
            raise NotFound
        delete_with_token(tx, user_id, device_id)

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

"""Collections and queries of devices and their tokens."""

from functions.auth.devices.models import DeviceToken
from shared.published.accounts import DEVICES, MAX_DEVICES, Device
from shared.store import Collection, Query, Ref, Store, Transaction
from shared.store.meter import note_items

DEVICE_TOKENS = Collection("device_tokens", DeviceToken)


def device_ref(user_id: str, device_id: str) -> Ref[Device]:
    """Return a user's device."""
    return DEVICES.doc(device_id, user=user_id)


def token_ref(device_id: str) -> Ref[DeviceToken]:
    """Return the owner of a token, outside of any user's data: one device serves one user."""
    return DEVICE_TOKENS.doc(device_id)


async def find_devices(reads: Store | Transaction, user_id: str) -> list[Device]:
    """Load all devices of a user. Costs 1 read each."""
    devices = await reads.find(DEVICES.query(user=user_id).limit(MAX_DEVICES))
    note_items(len(devices))
    return devices


def query_tokens(user_id: str) -> Query[DeviceToken]:
    """Query the tokens that a user owns, with room for devices whose upkeep is late."""
    return DEVICE_TOKENS.query().where("user", "==", user_id).limit(10 * MAX_DEVICES)


def delete_with_token(tx: Transaction, user_id: str, device_id: str) -> None:
    """Delete a device and its token. Costs 2 deletes."""
    tx.delete(device_ref(user_id, device_id))
    tx.delete(token_ref(device_id))

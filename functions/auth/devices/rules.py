"""Ids of devices, and their number."""

import hashlib
from collections.abc import Sequence

from shared.published.accounts import MAX_DEVICES, Device


def derive_device_id(token: str) -> str:
    """Derive a device's id from its token, which cannot be recovered from it."""
    return hashlib.sha256(b"device\n" + token.encode()).hexdigest()[:32]


def select_surplus(devices: Sequence[Device], *, new: str) -> list[Device]:
    """Select the devices unseen for longest that must go to make room for `new`."""
    others = sorted((device for device in devices if device.id != new), key=lambda device: device.seen_at)
    return others[: max(0, len(others) - MAX_DEVICES + 1)]

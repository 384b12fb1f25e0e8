"""How many devices a user has, and what each is called."""

import hashlib
from collections.abc import Sequence

from shared.published.accounts import MOST_DEVICES, Device


def derive_device_id(token: str) -> str:
    """The same for the same token, whoever has it; tells nothing of it."""
    return hashlib.sha256(b"device\n" + token.encode()).hexdigest()[:32]


def select_surplus(devices: Sequence[Device], *, new: str) -> list[Device]:
    """Those that go so that `new` stays within the most a user may have: the longest unseen."""
    others = sorted((device for device in devices if device.id != new), key=lambda device: device.seen_at)
    return others[: max(0, len(others) - MOST_DEVICES + 1)]

"""What is stored of devices, beside what others see of them."""

from shared.store import Document


class DeviceToken(Document):
    """Whose device has the token; its id is that of the device."""

    user: str

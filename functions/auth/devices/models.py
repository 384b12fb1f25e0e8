"""Documents of devices that only this group reads; `shared.published.accounts` has the others."""

from shared.store import Document


class DeviceToken(Document):
    """The owner of a token; its id is that of the device."""

    user: str

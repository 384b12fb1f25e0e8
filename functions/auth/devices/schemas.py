"""Public bodies and answers of devices."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.published.accounts import Device, Platform
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, Instant, View

_PRINTABLE = describe_pattern(r"^[\x20-\x7e]+$", "Send the token as Firebase gave it, in ASCII characters")


class DeviceBody(Body):
    """A device to register. `token` is the one that Firebase Cloud Messaging gave the application."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=_PRINTABLE)] = Field(
        examples=["fcm token"]
    )
    platform: Platform = Field(examples=["web"])


class DeviceView(View):
    """A device. `seen_at` is when the application last sent its token."""

    id: str
    platform: Platform
    created_at: Instant
    seen_at: Instant


def device_view(device: Device) -> DeviceView:
    """Build the public view of a device; its token stays hidden."""
    return DeviceView(**device.model_dump(include=set(DeviceView.model_fields)))

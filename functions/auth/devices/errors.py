"""Errors of devices."""

from shared.errors import NotFound


class DeviceNotFound(NotFound):
    """The user has no device of this id."""

    message = "There is no such device"

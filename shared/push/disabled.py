"""No notifications, for a deployment without a Firebase project."""

from collections.abc import Sequence

from shared.push.protocol import Notification


class DisabledPush:
    """Sends nothing; tokens never expire."""

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:  # noqa: ARG002 - of the port
        return set()

    async def aclose(self) -> None:
        """Do nothing: no resource is open."""

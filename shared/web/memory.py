"""The memory that bodies take in this instance: files of forms lie in a file system that is memory too."""

from starlette.types import Message, Receive

from shared.errors import PayloadTooLarge, ServiceUnavailable
from shared.language import say, say_size
from shared.web.context import RequestContext

MAX_BYTES_IN_FLIGHT = 192 * 1024 * 1024  # six of the largest uploads; docs/operations.md has the reckoning
_RETRY_SECONDS = 5


class InstanceBusy(ServiceUnavailable):
    """The bodies of other requests take what memory there is (503)."""

    message = "Too many uploads at once; try again in a few seconds"


class BodyMemory:
    """The bytes of all bodies of requests that this instance is working on."""

    def __init__(self) -> None:
        self.taken = 0

    def take(self, size: int) -> None:
        """Count more bytes. Raises InstanceBusy."""
        if size and self.taken + size > MAX_BYTES_IN_FLIGHT:
            raise InstanceBusy(retry_after=_RETRY_SECONDS)
        self.taken += size

    def release(self, size: int) -> None:
        """Give the bytes of a finished request back."""
        self.taken -= size


class LimitedBody:
    """Receives a body up to its limit; a route may raise the limit before the first byte is read."""

    def __init__(self, receive: Receive, context: RequestContext, memory: BodyMemory) -> None:
        self._receive = receive
        self._context = context
        self._memory = memory
        self._size = 0

    async def receive(self) -> Message:
        """Receive the next part. Raises PayloadTooLarge, InstanceBusy."""
        message = await self._receive()
        part = len(message.get("body", b""))
        if self._size + part > self._context.body_limit:
            raise self._context.too_large or PayloadTooLarge(
                say("The request is too large; send at most {size}", size=say_size(self._context.body_limit))
            )
        self._memory.take(part)
        self._size += part
        return message

    def release(self) -> None:
        """Give its memory back, once the request is answered."""
        self._memory.release(self._size)
        self._size = 0

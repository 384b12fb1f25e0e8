"""The memory that bodies take in this instance: files of forms lie in a file system that is memory too."""

from collections import Counter

from starlette.types import Message, Receive

from shared.errors import PayloadTooLarge, ServiceUnavailable
from shared.language import say, say_size
from shared.web.context import RequestContext

MAX_BYTES_IN_FLIGHT = 192 * 1024 * 1024  # six of the largest uploads; docs/operations.md has the reckoning
MAX_BYTES_OF_ONE = 64 * 1024 * 1024  # two of the largest: slow ones of one user leave room for others'
_RETRY_SECONDS = 5


class InstanceBusy(ServiceUnavailable):
    """The bodies of other requests take what memory there is (503)."""

    message = "Too many uploads at once; try again in a few seconds"


class ShareTaken(InstanceBusy):
    """Other bodies of the same caller take the memory that one caller may have (503)."""

    message = "Too many of your uploads at once; try again when one of them has ended"


class BodyMemory:
    """The bytes of all bodies of requests that this instance is working on, and those of each caller."""

    def __init__(self) -> None:
        self.taken = 0
        self.by_caller: Counter[str] = Counter()

    def take(self, size: int, caller: str) -> None:
        """Count more bytes. Raises InstanceBusy, ShareTaken."""
        if not size:
            return
        if self.by_caller[caller] + size > MAX_BYTES_OF_ONE:
            raise ShareTaken(retry_after=_RETRY_SECONDS)
        if self.taken + size > MAX_BYTES_IN_FLIGHT:
            raise InstanceBusy(retry_after=_RETRY_SECONDS)
        self.taken += size
        self.by_caller[caller] += size

    def release(self, size: int, caller: str) -> None:
        """Give the bytes of a finished request back."""
        self.taken -= size
        self.by_caller[caller] -= size
        if not self.by_caller[caller]:
            del self.by_caller[caller]


class LimitedBody:
    """Receives a body up to its limit; a route may raise the limit before the first byte is read.

    Its memory is the user's whom the token names, else that of the address.
    """

    def __init__(self, receive: Receive, context: RequestContext, memory: BodyMemory) -> None:
        self._receive = receive
        self._context = context
        self._memory = memory
        self._caller = context.claims.user_id if context.claims else context.network
        self._size = 0

    async def receive(self) -> Message:
        """Receive the next part. Raises PayloadTooLarge, InstanceBusy, ShareTaken."""
        message = await self._receive()
        part = len(message.get("body", b""))
        if self._size + part > self._context.body_limit:
            raise self._context.too_large or PayloadTooLarge(
                say("The request is too large; send at most {size}", size=say_size(self._context.body_limit))
            )
        self._memory.take(part, self._caller)
        self._size += part
        return message

    def release(self) -> None:
        """Give its memory back, once the request is answered."""
        self._memory.release(self._size, self._caller)
        self._size = 0

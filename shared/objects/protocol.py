"""The port of the object store.

Keys are paths such as `users/{user}/documents/{document}/{file}`, and `exports/users/{user}/{file}` for those
that are deleted after some days.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol


class ObjectNotFound(Exception):
    """No object has this key."""


@dataclass(frozen=True)
class ObjectInfo:
    """A stored object without its content."""

    key: str
    size: int  # bytes
    content_type: str
    updated_at: datetime


@dataclass(frozen=True)
class SignedUpload:
    """A request by which a client uploads a file directly to the store, until `expires_at`.

    It has `headers`, or `fields` for a form POST.
    """

    method: str
    url: str
    expires_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


class Objects(Protocol):
    """The object store.

    Raises ObjectNotFound for a key without an object, ServiceUnavailable where the store does not respond,
    ValueError for an invalid key, prefix or content type.
    """

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        """Store the whole object or nothing; replace an earlier one of the key."""
        ...

    async def get(self, key: str) -> bytes: ...

    def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]: ...

    async def open(self, key: str) -> BinaryIO:
        """Return the object as a seekable file that reads what is asked for, in blocks.

        Its methods block, and raise ServiceUnavailable: use them in a thread, and close it.
        """
        ...

    async def get_info(self, key: str) -> ObjectInfo | None: ...

    async def delete(self, key: str) -> None:
        """Delete the object, if there is one."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object whose key begins with `prefix`, which may not be empty; return their number."""
        ...

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Yield the objects in the order of keys, without their content types, which `get_info` returns."""
        ...

    async def copy(self, source: str, target: str) -> ObjectInfo: ...

    async def sign_download(
        self, key: str, *, expires_in: timedelta, download_name: str | None = None
    ) -> str:
        """Return a link by which anyone may download the object, always as an attachment."""
        ...

    async def sign_upload(
        self, key: str, *, expires_in: timedelta, content_type: str, size: int
    ) -> SignedUpload:
        """Return a link to upload exactly `size` bytes of `content_type` to `key`."""
        ...

    async def aclose(self) -> None: ...

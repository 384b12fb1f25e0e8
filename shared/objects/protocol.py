"""The port of the object store. Keys are paths such as `users/{user}/documents/{document}/{file}`, and
`exports/users/{user}/{file}` for what is kept for days only."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class ObjectNotFound(Exception):
    """No object has this key."""


@dataclass(frozen=True)
class ObjectInfo:
    key: str
    size: int  # bytes
    content_type: str
    updated_at: datetime


@dataclass(frozen=True)
class SignedUpload:
    """Where a client sends a file without passing through a function: `method` `url` with `headers`
    (or, for a form POST, `fields`), until `expires_at`."""

    method: str
    url: str
    expires_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


class Objects(Protocol):
    """Raises ObjectMissing where a key is not there, ServiceUnavailable where the store does not answer,
    ValueError for a key, prefix or content type that is none."""

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        """Store the whole object or nothing; replaces what has the key."""
        ...

    async def get(self, key: str) -> bytes: ...

    def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]: ...

    async def get_info(self, key: str) -> ObjectInfo | None: ...

    async def delete(self, key: str) -> None:
        """Idempotent: a missing key is no error."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object whose key begins with `prefix`, which may not be empty; gives their number."""
        ...

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """In the order of keys. Listings tell no content type: it is empty here, and known to `info`."""
        ...

    async def copy(self, source: str, target: str) -> ObjectInfo: ...

    async def sign_download(
        self, key: str, *, expires_in: timedelta, download_name: str | None = None
    ) -> str:
        """A link that anyone who has it may download from, always as an attachment."""
        ...

    async def sign_upload(
        self, key: str, *, expires_in: timedelta, content_type: str, size: int
    ) -> SignedUpload:
        """A link to upload exactly `size` bytes of `content_type` to `key`."""
        ...

    async def aclose(self) -> None: ...

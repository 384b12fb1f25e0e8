"""The port of the object store. Keys are paths such as `users/{user}/documents/{document}/{file}`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class ObjectMissing(Exception):
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
    """Raises ObjectMissing where a key is not there, ServiceUnavailable where the store does not answer."""

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        """Store the whole object or nothing; replaces what has the key."""
        ...

    async def get(self, key: str) -> bytes: ...

    def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]: ...

    async def info(self, key: str) -> ObjectInfo | None: ...

    async def delete(self, key: str) -> None:
        """Idempotent: a missing key is no error."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every object whose key begins with `prefix`; gives their number."""
        ...

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]: ...

    async def copy(self, source: str, target: str) -> ObjectInfo: ...

    async def signed_get(
        self, key: str, *, expires_in: timedelta, download_name: str | None = None
    ) -> str: ...

    async def signed_put(
        self, key: str, *, expires_in: timedelta, content_type: str, size: int
    ) -> SignedUpload: ...

    async def aclose(self) -> None: ...

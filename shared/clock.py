"""Time, ids and chance, injected so that a test can run a year in a second and repeat any run."""

import hashlib
import random
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Protocol

_NAMESPACE = uuid.NAMESPACE_OID.bytes


class Clock(Protocol):
    """The port of time."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, delta: timedelta) -> None:
        self._now += delta

    def set(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)


class Ids(Protocol):
    """The port of ids and secrets."""

    def new(self) -> str:
        """Return a fresh unguessable id: a UUID in its canonical form."""
        ...

    def token(self) -> str:
        """Return a fresh unguessable secret of 256 bits, URL-safe."""
        ...


class RandomIds:
    """Random ids (UUID 4) and tokens of 256 bits."""

    def new(self) -> str:
        return str(uuid.uuid4())

    def token(self) -> str:
        return secrets.token_urlsafe(32)


class SeededIds:
    """Ids repeatable by seed, for tests."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, used in tests only

    def new(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self) -> str:
        return self._random.randbytes(32).hex()


def derive_id(*parts: str) -> str:
    """Return the same id for the same parts (UUID 5), so that a repeated write reaches the same document."""
    digest = hashlib.sha1(_NAMESPACE + "\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) % 4]  # as in uuid.uuid5, which takes three times as long
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"

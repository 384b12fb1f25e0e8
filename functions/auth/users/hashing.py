"""Passwords as argon2id, with the parameters that OWASP's Password Storage Cheat Sheet names first."""

import asyncio
import base64
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1


@dataclass(frozen=True)
class PasswordCheck:
    """Whether the password was right, and its new hash where the stored one is of older parameters."""

    right: bool
    renewed: str | None = None


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(_build_hasher().hash, password)


async def verify_password(password: str, stored: str | None) -> PasswordCheck:
    """Takes the same time without a stored hash: then nothing is right."""
    return await asyncio.to_thread(_verify, password, stored or _build_dummy_hash())


def _verify(password: str, stored: str) -> PasswordCheck:
    from argon2.exceptions import VerifyMismatchError

    try:
        _build_hasher().verify(stored, password)
    except VerifyMismatchError:
        return PasswordCheck(right=False)
    renewed = _build_hasher().hash(password) if _build_hasher().check_needs_rehash(stored) else None
    return PasswordCheck(right=True, renewed=renewed)


@cache
def _build_hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


def _build_dummy_hash() -> str:
    """Well-formed, with today's parameters, and of no password."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${salt}${digest}"

"""Access tokens: JWTs (RFC 7519) signed with HS256, short-lived, bound to a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

_ISSUER = "aksio"
_ALGORITHM = "HS256"
_ACCESS = "access"  # the kind of access tokens
_MAX_TOKEN_CHARS = 4000
_MAX_TIMESTAMP = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True)
class AccessClaims:
    """The content of an access token."""

    user_id: str
    session_id: str

    def to_token(self, *, kind: str, now: datetime, lifetime: timedelta) -> dict[str, Any]:
        """Return what every token of ours says: its kind, its owner and its validity."""
        return {
            "iss": _ISSUER,
            "sub": self.user_id,
            "sid": self.session_id,
            "iat": now,
            "exp": now + lifetime,
            "typ": kind,
        }


@dataclass(frozen=True)
class ReadToken:
    """A genuine token: its claims, all of its content, and whether it has expired."""

    claims: AccessClaims
    content: Mapping[str, Any]
    is_expired: bool


def issue_access(claims: AccessClaims, *, secret: str, now: datetime, lifetime: timedelta) -> str:
    """Sign an access token that is valid from `now` on for `lifetime`."""
    content = claims.to_token(kind=_ACCESS, now=now, lifetime=lifetime)
    return jwt.encode(content, secret, algorithm=_ALGORITHM)


def read_access(token: str, *, secret: str, now: datetime) -> ReadToken | None:
    """Return a genuine access token, expired or not, else None, however odd the token is."""
    return read_claims_of(token, kind=_ACCESS, secret=secret, now=now)


def read_claims_of(token: str, *, kind: str, secret: str, now: datetime) -> ReadToken | None:
    """Return a genuine token of this kind, expired or not, else None, however odd the token is."""
    if len(token) > _MAX_TOKEN_CHARS:
        return None
    try:
        content = _verify(token, secret)
    except (jwt.InvalidTokenError, ValueError, TypeError, ArithmeticError, RecursionError):
        return None  # the header of a forged token is parsed before its signature is verified
    if content.get("typ") != kind or not _is_instant(content["exp"]):
        return None
    user_id, session_id = content["sub"], content["sid"]
    names_are_text = isinstance(user_id, str) and isinstance(session_id, str)
    if not names_are_text or not isinstance(content.get("iat", 0), (int, float)):
        return None
    is_expired = content["exp"] <= now.timestamp()
    return ReadToken(AccessClaims(user_id, session_id), content, is_expired)


@lru_cache(maxsize=4096)
def _verify(token: str, secret: str) -> Mapping[str, Any]:
    """Return the content of a genuine token, expired or not. Raises InvalidTokenError among others.

    Most requests bear a token that the last ones bore; the errors of forged ones are not kept.
    """
    return jwt.decode(
        token,
        secret,
        algorithms=[_ALGORITHM],
        issuer=_ISSUER,
        # The caller checks the expiry, by the injected clock.
        options={"require": ["exp", "sub", "sid"], "verify_exp": False, "verify_iat": False},
    )


def _is_instant(value: object) -> bool:
    """Tell whether it is a number of seconds; compares without conversion, as floats have a limit."""
    return isinstance(value, (int, float)) and -_MAX_TIMESTAMP <= value <= _MAX_TIMESTAMP

"""Access tokens: JWTs (RFC 7519) signed with HS256, short-lived, bound to a session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt

_ISSUER = "aksio"
_ALGORITHM = "HS256"
_MAX_TOKEN_CHARS = 4000
_MAX_TIMESTAMP = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True)
class AccessClaims:
    """The content of an access token."""

    user_id: str
    session_id: str


def issue_access(claims: AccessClaims, *, secret: str, now: datetime, lifetime: timedelta) -> str:
    """Sign an access token that is valid from `now` on for `lifetime`."""
    return jwt.encode(
        {
            "iss": _ISSUER,
            "sub": claims.user_id,
            "sid": claims.session_id,
            "iat": now,
            "exp": now + lifetime,
            "typ": "access",
        },
        secret,
        algorithm=_ALGORITHM,
    )


def read_access(token: str, *, secret: str, now: datetime) -> AccessClaims | None:
    """Return the claims of a genuine token that has not expired, else None, however odd the token is."""
    if len(token) > _MAX_TOKEN_CHARS:
        return None
    try:
        claims = _verify(token, secret)
    except (jwt.InvalidTokenError, ValueError, TypeError, ArithmeticError, RecursionError):
        return None  # the header of a forged token is parsed before its signature is verified
    if claims.get("typ") != "access" or not _is_after(claims["exp"], now):
        return None
    user_id, session_id = claims["sub"], claims["sid"]
    names_are_text = isinstance(user_id, str) and isinstance(session_id, str)
    if not names_are_text or not isinstance(claims.get("iat", 0), (int, float)):
        return None
    return AccessClaims(user_id, session_id)


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


def _is_after(expires_at: object, now: datetime) -> bool:
    """Compare without conversion: an integer may be too large for a float."""
    return isinstance(expires_at, (int, float)) and now.timestamp() < expires_at <= _MAX_TIMESTAMP

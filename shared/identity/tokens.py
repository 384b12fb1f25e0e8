"""Access tokens: JWTs (RFC 7519) signed with HS256, short-lived, bound to a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

_ISSUER = "aksio"
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class AccessClaims:
    user_id: str
    session_id: str


def issue_access(claims: AccessClaims, *, secret: str, now: datetime, lifetime: timedelta) -> str:
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
    """Return the claims of a genuine token that has not expired, else None."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            # Expiry is checked below, by the injected clock.
            options={"require": ["exp", "sub", "sid"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        return None
    if claims.get("typ") != "access" or now.timestamp() >= float(claims["exp"]):
        return None
    return AccessClaims(str(claims["sub"]), str(claims["sid"]))

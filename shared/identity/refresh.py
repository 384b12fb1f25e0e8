"""Refresh tokens: their claims and a signature, so that nothing secret is stored.

A session counts its generations of tokens. The current token is exchanged for the next one. The previous one
gets the same successor again for a short time, in case a response was lost; an older one was stolen or copied
(RFC 9700, 4.14.2).
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

GRACE = timedelta(seconds=10)
_MAX_TOKEN_CHARS = 1000

Verdict = Literal["rotate", "repeat", "reused"]


@dataclass(frozen=True)
class RefreshClaims:
    """The content of a refresh token: a session, and the generation of the token in it."""

    user_id: str
    session_id: str
    generation: int


def issue_refresh(claims: RefreshClaims, *, secret: str) -> str:
    """Return the token of this generation: the same claims always give the same text."""
    named = [claims.user_id, claims.session_id, claims.generation]
    text = _encode(json.dumps(named, separators=(",", ":")).encode())
    return f"{text}.{_sign(text, secret)}"


def read_refresh(token: str, *, secret: str) -> RefreshClaims | None:
    """Return the claims of a genuine token, else None; `judge` decides whether it is still valid."""
    text, _, signature = token.partition(".")
    if len(token) > _MAX_TOKEN_CHARS or not token.isascii():
        return None
    if not hmac.compare_digest(signature, _sign(text, secret)):
        return None
    try:
        user_id, session_id, generation = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, TypeError):  # signed by an older release
        return None
    return RefreshClaims(str(user_id), str(session_id), int(generation))


def judge(*, presented: int, current: int, rotated_at: datetime, now: datetime) -> Verdict:
    """Decide what a token of generation `presented` may do in a session whose latest is `current`."""
    if presented == current:
        return "rotate"
    if presented == current - 1 and now - rotated_at <= GRACE:
        return "repeat"
    return "reused"


def _sign(text: str, secret: str) -> str:
    return _encode(hmac.new(secret.encode(), b"refresh\n" + text.encode(), hashlib.sha256).digest())


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")

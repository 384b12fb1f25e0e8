"""Tokens of mailed links, and their validity."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from functions.auth.passwords.models import PasswordReset
from functions.auth.users.models import User

LIFETIME = timedelta(hours=1)
MAX_MAILS_PER_HOUR = 5


def derive_token(request_id: str, *, secret: str) -> str:
    """Derive the token of a request from its id, so that no queue has to carry the token."""
    digest = hmac.new(secret.encode(), b"password reset\n" + request_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def hash_token(token: str) -> str:
    """Hash a token; the hash is the id of its document."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_usable(reset: PasswordReset, user: User, now: datetime) -> bool:
    """Tell whether the link still works."""
    return (
        not reset.used
        and reset.expires_at > now
        and reset.password_version == user.password_version
        and user.status != "erasing"
    )

"""Collection and queries of mailed links."""

from datetime import datetime

from functions.auth.passwords.models import PasswordReset
from functions.auth.passwords.rules import MAX_MAILS_PER_HOUR, hash_token
from shared.store import Collection, Query, Ref

PASSWORD_RESETS = Collection("password_resets", PasswordReset)


def reset_ref(token: str) -> Ref[PasswordReset]:
    """Return the reset of a mailed token; only the token's hash is stored."""
    return PASSWORD_RESETS.doc(hash_token(token))


def query_recent_resets(user_id: str, now: datetime) -> Query[PasswordReset]:
    """Select the links of the last hour, up to the limit of mails."""
    query = PASSWORD_RESETS.query().where("user", "==", user_id).where("expires_at", ">", now)
    return query.limit(MAX_MAILS_PER_HOUR)


def query_resets(user_id: str) -> Query[PasswordReset]:
    """Select the links of a user."""
    return PASSWORD_RESETS.query().where("user", "==", user_id).limit(500)

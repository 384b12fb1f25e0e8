"""Sessions: one small document, read by each signed-in request, so that an ended one is refused at once."""

from datetime import datetime
from typing import Literal

from shared.identity.principal import Role
from shared.store import Collection, Document


class Session(Document):
    """A session; `generation` counts its refresh tokens.

    `scope` is `erasure` while the account is being erased: the session may then only watch that job.
    """

    user: str
    role: Role
    timezone: str = "UTC"
    language: str = "en"  # that the user prefers, a BCP 47 tag
    status: Literal["active", "pending", "suspended"] = "active"
    scope: Literal["full", "erasure"] = "full"
    user_agent: str = ""
    generation: int = 1
    rotated_at: datetime
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


SESSIONS = Collection("users/{user}/sessions", Session)

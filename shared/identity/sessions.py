"""The one small document that each signed-in request reads: a session that ended is refused at once."""

from datetime import datetime
from typing import Literal

from shared.identity.principal import Role
from shared.store import Collection, Document


class Session(Document):
    """`generation` numbers its refresh tokens; `scope` is `erasure` once the account is being erased:
    such a session may only watch that job."""

    user: str
    role: Role
    timezone: str = "UTC"
    status: Literal["active", "pending", "suspended"] = "active"
    scope: Literal["full", "erasure"] = "full"
    user_agent: str = ""
    generation: int = 1
    rotated_at: datetime
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


SESSIONS = Collection("users/{user}/sessions", Session)

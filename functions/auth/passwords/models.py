"""Password resets as they are stored."""

from datetime import datetime

from shared.store import Document


class PasswordReset(Document):
    """A mailed link, by the hash of its token. A changed password invalidates all earlier links."""

    user: str
    password_version: int
    used: bool = False
    expires_at: datetime

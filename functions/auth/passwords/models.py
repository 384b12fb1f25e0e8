"""What is stored of a forgotten password."""

from datetime import datetime

from shared.store import Document


class PasswordReset(Document):
    """A link that was mailed, by the hash of its token. A changed password ends all links made before."""

    user: str
    password_version: int
    used: bool = False
    expires_at: datetime

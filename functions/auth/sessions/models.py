"""What is stored of attempts to sign in."""

from datetime import datetime

from shared.store import Document


class LoginFailures(Document):
    """The last wrong passwords for one account, at most as many as lock it."""

    failed_at: tuple[datetime, ...] = ()
    expires_at: datetime

"""Failed sign-ins as they are stored."""

from datetime import datetime

from shared.store import Document


class LoginFailures(Document):
    """Instants of the last wrong passwords for one account, at most as many as lock it."""

    failed_at: tuple[datetime, ...] = ()
    expires_at: datetime


class AddressAttempts(Document):
    """Number of attempts of one address in one minute; its id is a keyed hash of both."""

    count: int = 0
    expires_at: datetime

"""Failed sign-ins as they are stored."""

from datetime import datetime

from shared.store import Document


class LoginFailures(Document):
    """Instants of the last attempts for one account that were not right, at most as many as lock it.

    An attempt counts from its beginning: `begun` are all, `answered` those whose password has been checked.
    """

    failed_at: tuple[datetime, ...] = ()
    begun: int = 0
    answered: int = 0
    expires_at: datetime


class AddressAttempts(Document):
    """Number of attempts of one address in one minute; its id is a keyed hash of both."""

    count: int = 0
    expires_at: datetime

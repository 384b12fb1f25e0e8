"""Errors of signing in."""

from shared.errors import PermissionDenied, RateLimited, Unauthenticated, ValidationFailed


class WrongLogin(Unauthenticated):
    """The same for an unknown user and a wrong password."""

    message = "The user name or the password is wrong"


class AccountLocked(RateLimited):
    message = "Too many failed attempts; try again later"


class AccountSuspended(PermissionDenied):
    message = "This account is suspended"


class SessionEnded(Unauthenticated):
    message = "The refresh token is not valid any more"


class NotYourToken(ValidationFailed):
    """The refresh token to log out with is not one of the caller's."""

    def __init__(self) -> None:
        super().__init__(details={"refresh": ["This is not a refresh token of yours"]})

"""Errors of signing in."""

from shared.errors import NotFound, PermissionDenied, RateLimited, Unauthenticated, ValidationFailed


class WrongLogin(Unauthenticated):
    """The user is unknown or the password wrong; the two are never told apart."""

    message = "The user name or the password is wrong; check both and try again"


class AccountLocked(RateLimited):
    """Too many wrong passwords have locked the account for a while."""

    message = "Too many failed attempts; wait some minutes and try again"


class AccountSuspended(PermissionDenied):
    """An administrator has suspended the account."""

    message = "This account is suspended; contact support"


class NotYourToken(ValidationFailed):
    """The refresh token to sign out with is not the caller's."""

    def __init__(self) -> None:
        super().__init__(details={"refresh": ["This refresh token is invalid or belongs to another account"]})


class SessionNotFound(NotFound):
    """The user has no session of this id."""

    message = "There is no such session"

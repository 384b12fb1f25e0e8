"""Errors of signing in with Firebase."""

from shared.errors import ServiceUnavailable, ValidationFailed


class FirebaseNotConfigured(ServiceUnavailable):
    """No Firebase project is configured."""

    message = "Sign-in with Firebase is not available here; sign in with your password"


class WrongIdentity(ValidationFailed):
    """The ID token is invalid or not the caller's. Not 401, which would sign the client out."""

    def __init__(self) -> None:
        super().__init__(
            details={
                "id_token": [
                    "This ID token is invalid or belongs to another account; sign in with Firebase again"
                ]
            }
        )

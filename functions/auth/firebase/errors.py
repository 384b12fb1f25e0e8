"""Errors of signing in with Firebase."""

from shared.errors import ServiceUnavailable, ValidationFailed


class FirebaseNotConfigured(ServiceUnavailable):
    message = "Signing in with Firebase is not set up here"


class WrongIdentity(ValidationFailed):
    """The ID token is not good, or not the caller's. Not 401, which would sign the client out."""

    def __init__(self) -> None:
        super().__init__(details={"id_token": ["This ID token does not prove that it is you"]})

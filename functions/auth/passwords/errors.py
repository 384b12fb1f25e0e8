"""Errors of changing a password."""

from shared.errors import ValidationFailed


class InvalidResetLink(ValidationFailed):
    """The mailed link was used, has expired, or never was."""

    def __init__(self) -> None:
        super().__init__(details={"token": ["This link was used already or has expired"]})


class WrongPassword(ValidationFailed):
    """Not 401, which would sign the client out."""

    def __init__(self, field: str = "password") -> None:
        super().__init__(details={field: ["The password is wrong"]})

"""Errors of changing a password."""

from shared.errors import ValidationFailed


class InvalidResetLink(ValidationFailed):
    """The mailed link was used, has expired, or never existed."""

    def __init__(self) -> None:
        super().__init__(details={"token": ["This link has been used or has expired; request a new one"]})


class WrongPassword(ValidationFailed):
    """The password is wrong. Not 401, which would sign the client out."""

    def __init__(self, field: str = "password") -> None:
        super().__init__(details={field: ["The password is wrong; try again"]})

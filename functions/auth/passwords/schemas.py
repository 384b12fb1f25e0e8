"""Public bodies of password reset and change."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.auth.users.fields import Email, GivenPassword, NewPassword
from shared.web.schemas import Body


class PasswordResetBody(Body):
    """The address that the link is mailed to."""

    email: Email


class PasswordResetConfirmBody(Body):
    """The token of the mailed link, and the new password."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    new_password: NewPassword = Field(examples=["another horse 8"])


class PasswordChangeBody(Body):
    """The current password, and the new one."""

    old_password: GivenPassword
    new_password: NewPassword = Field(examples=["another horse 8"])

"""The public body of registration."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from functions.auth.users.fields import Email, GivenPassword, NewPassword, PersonName, TimeZone
from functions.auth.users.hashing import prepare_password
from functions.auth.users.names import fold_name, prepare_username
from shared.language import say
from shared.web.schemas import Body, InputDate

_NO_USERNAME = say(
    "Choose a user name of 3 to 50 letters, digits and the characters @._+-, or your e-mail address",
    code="invalid_username",
)
_UNEQUAL = say("Repeat the password exactly", code="not_equal")


class RegisterBody(Body):
    """A new account. `username` defaults to the e-mail address. A child needs `date_of_birth` or `age`."""

    email: Email
    username: Annotated[str, StringConstraints(max_length=254)] | None = Field(
        default=None, examples=["testuser"], validate_default=True
    )
    password: NewPassword
    password_confirm: GivenPassword | None = None
    first_name: PersonName = Field(default="", examples=["John"])
    last_name: PersonName = Field(default="", examples=["Doe"])
    timezone: TimeZone = "UTC"
    role: Literal["student", "child", "teacher"] = "student"
    date_of_birth: InputDate | None = None
    age: int | None = Field(default=None, ge=0, le=120, strict=True)
    guardian_email: Email | None = None

    @field_validator("username")
    @classmethod
    def _check_username(cls, value: str | None, info: ValidationInfo) -> str | None:
        email = info.data.get("email")
        if not value:
            return email
        if email is not None and fold_name(value) == fold_name(email):
            return value
        try:
            return prepare_username(value)
        except ValueError:
            raise ValueError(_NO_USERNAME) from None

    @field_validator("password_confirm")
    @classmethod
    def _check_confirmation(cls, value: str | None, info: ValidationInfo) -> str | None:
        password = info.data.get("password")
        if value is not None and password is not None and prepare_password(value) != password:
            raise ValueError(_UNEQUAL)
        return value

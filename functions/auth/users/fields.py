"""Types of fields that several bodies share."""

import unicodedata
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from functions.auth.users.hashing import prepare_password
from shared.language import say
from shared.web.schemas import Normalised

_NO_EMAIL = say("Write an e-mail address such as name@example.com", code="invalid_email")
_NO_ZONE = say("Choose a time zone such as Europe/Berlin", code="invalid_time_zone")
_CONTROLS = say("Leave out control characters, such as tabs and line breaks", code="invalid_format")


def _normalise_email(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError(_NO_EMAIL) from None


def _check_zone(value: str) -> str:
    if value not in _load_zones():
        raise ValueError(_NO_ZONE)
    return value


@cache
def _load_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _prepare_new_password(value: Any) -> Any:
    """Prepare a password before its characters are counted."""
    if not isinstance(value, str):
        return value
    if any(unicodedata.category(char) == "Cc" for char in value):
        raise ValueError(_CONTROLS)
    return prepare_password(value)


Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(_normalise_email),
    Field(examples=["test@example.com"]),
]
TimeZone = Annotated[
    str, StringConstraints(max_length=64), AfterValidator(_check_zone), Field(examples=["America/New_York"])
]
PersonName = Annotated[str, StringConstraints(max_length=100), Normalised]
NewPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=8, max_length=128),
    BeforeValidator(_prepare_new_password),
    Field(examples=["correct horse 7"]),
]
GivenPassword = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=1000),
    Field(examples=["correct horse 7"]),
]

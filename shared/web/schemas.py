"""The bases of request and response bodies, and their common fields."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)


def _format_instant(value: datetime) -> str:
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_format_instant, return_type=str, when_used="json")]

# Names of one spelling are one name, whether the keyboard composes its letters or not.
Normalised = BeforeValidator(
    lambda value: unicodedata.normalize("NFC", value) if isinstance(value, str) else value
)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), Normalised]
ShortText = Annotated[str, StringConstraints(max_length=500), Normalised]
LongText = Annotated[str, StringConstraints(max_length=10_000)]
DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _check_range(value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not 1970 <= aware.year <= 2200:
        raise ValueError("the year must lie between 1970 and 2200")
    return aware.astimezone(UTC)


def _parse_instant(value: Any) -> datetime:
    if isinstance(value, str) and len(value) <= 64:
        return _check_range(datetime.fromisoformat(value))
    if isinstance(value, datetime):
        return _check_range(value)
    raise ValueError("must be an ISO 8601 instant")


def _parse_date(value: Any) -> date:
    parsed = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    if type(parsed) is not date:
        raise ValueError("must be a date, YYYY-MM-DD")
    if not 1900 <= parsed.year <= 2200:
        raise ValueError("the year must lie between 1900 and 2200")
    return parsed


InputDate = Annotated[date, BeforeValidator(_parse_date)]
InputInstant = Annotated[datetime, BeforeValidator(_parse_instant)]


class Body(BaseModel):
    """A request body. Unknown fields are refused; those that only the server sets are ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    read_only: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: item for name, item in value.items() if name not in cls.read_only}
        return value


class View(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Message(View):
    """A sentence that confirms what was done."""

    message: str


class ErrorView(View):
    """The body of every error."""

    error: str = Field(examples=["Validation failed"])
    details: dict[str, list[str]] = Field(examples=[{"name": ["Field required"]}])
    error_code: str = Field(examples=["VALIDATION_ERROR"])
    timestamp: str = Field(examples=["2026-01-31T12:00:00.000Z"])
    request_id: str = Field(examples=["req_4f1c"])

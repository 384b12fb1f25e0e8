"""Reading a request's body strictly: what is stored must be storable and shown must be showable.

Bodies are measured before they are understood: a mebibyte holds half a million values, each of which costs
far more as an object, and as an error, than the two bytes that it takes.
"""

import json
import re
from typing import Any, NoReturn

from fastapi import Request
from starlette.datastructures import FormData

from shared.errors import MalformedRequest, ValidationFailed
from shared.language import say

MAX_VALUES = 20_000  # four times what the largest batch of reviews has
MAX_KEY_BYTES = 500
MAX_FORM_FIELDS = 50
MAX_FORM_FILES = 5

_MAX_DEPTH = 32
_MAX_PART_BYTES = 1024 * 1024  # of a field; files may be larger
_INT64 = 2**63
# A string runs to its closing quote or, where there is none, to the end, so that no text is looked at twice.
_TOKEN = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))\s*+(:?)|[\[{,]|[\]}]', re.DOTALL)
_LONG_NAME = say("Name no field with more than {number} bytes", code="too_long", number=MAX_KEY_BYTES)
_TOO_MUCH = say("Send at most {number} values at once", code="too_long", number=MAX_VALUES)
_NOT_JSON = "The body is not valid JSON; look at line {line}, column {column}"
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class _Impossible(Exception):
    """A value that no store takes; `path` leads to it, innermost name first."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        self.path: list[str] = []


class StrictRequest(Request):
    """Refuses JSON that is not UTF-8, not standard, too deep, too much, or holds what no store takes."""

    async def json(self) -> Any:
        if not hasattr(self, "_strict_json"):
            self._strict_json = parse(await self.body())
        return self._strict_json

    async def _get_form(
        self, *, max_files: float = 1000, max_fields: float = 1000, max_part_size: int = _MAX_PART_BYTES
    ) -> FormData:
        """Read the form once, within the limits that hold for every route."""
        return await super()._get_form(
            max_files=min(max_files, MAX_FORM_FILES),
            max_fields=min(max_fields, MAX_FORM_FIELDS),
            max_part_size=max_part_size,
        )


def has_body(request: Request) -> bool:
    """Tell from its headers whether a request has a body, without reading it."""
    return request.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in request.headers


def parse(body: bytes) -> Any:
    """Parse a body.

    Raises MalformedRequest (400) for what is no JSON or too deep, ValidationFailed (422) for too many values
    and impossible ones.
    """
    measure(body)
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise MalformedRequest(say(_NOT_JSON, line=error.lineno, column=error.colno)) from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise MalformedRequest("The body is not valid JSON") from None
    try:
        _check_value(value)
    except _Impossible as found:
        path = "".join(c for c in ".".join(reversed(found.path)) if c.isprintable())[:100]
        raise ValidationFailed(details={path or "body": [found.problem]}) from None
    return value


def measure(body: bytes) -> None:
    """Count a body's values, depth and length of keys, without building anything.

    Stops at the first limit, so its cost is bounded however long the body is. Raises MalformedRequest,
    ValidationFailed.
    """
    depth = 0
    tokens = 3 * MAX_VALUES  # a member of an object has three: its name, its value and a comma
    values = 1
    for token in _TOKEN.finditer(body):
        tokens -= 1
        if token[1] is not None:
            if token[2] and len(token[1]) > MAX_KEY_BYTES:
                raise ValidationFailed(details={"body": [_LONG_NAME]})
        elif token[0] in b"]}":
            depth -= 1
        else:
            values += 1
            depth += token[0] != b","
        if depth > _MAX_DEPTH:
            raise MalformedRequest("The body is nested too deeply; flatten it")
        if values > MAX_VALUES or tokens < 0:
            raise ValidationFailed(details={"body": [_TOO_MUCH]})


def _check_value(value: Any) -> None:
    """Raise _Impossible for a value that no store takes. `measure` has bounded the depth."""
    if isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_inside(name, item)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _check_inside(position, item)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise _Impossible(say("This number is too large", code="too_large"))


def _check_inside(place: str | int, value: Any) -> None:
    try:
        _check_value(value)
    except _Impossible as found:
        found.path.append(str(place))  # built for a bad value alone: for every value it would cost its square
        raise


def _check_text(value: str) -> None:
    if _NOT_TEXT.search(value):
        raise _Impossible(say("This contains characters that are not text; remove them", code="not_a_text"))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)

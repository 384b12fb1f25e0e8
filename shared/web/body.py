"""Strict parsing of request bodies: every value must be one that can be stored and returned."""

import json
from typing import Any, NoReturn

from fastapi import Request

from shared.errors import MalformedRequest, ValidationFailed

_MAX_DEPTH = 32
_INT64 = 2**63


class StrictRequest(Request):
    """A request that refuses JSON which is not UTF-8, not standard, too deep, or cannot be stored."""

    async def json(self) -> Any:
        if not hasattr(self, "_strict_json"):
            self._strict_json = parse(await self.body())
        return self._strict_json


def parse(body: bytes) -> Any:
    """Parse JSON. Raises MalformedRequest (400) for invalid JSON, ValidationFailed (422) for bad values."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise MalformedRequest("The body is not valid JSON") from None
    _check_value(value, "", 0)
    return value


def _check_value(value: Any, path: str, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise MalformedRequest("The body is nested too deeply")
    if isinstance(value, dict):
        for name, item in value.items():
            _check_text(name, path)
            _check_value(item, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _check_value(item, f"{path}.{position}" if path else str(position), depth + 1)
    elif isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise ValidationFailed(details={path or "body": ["The number is out of range"]})


def _check_text(value: str, path: str) -> None:
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        where = "".join(c for c in path if c.isprintable())[:100] or "body"
        raise ValidationFailed(details={where: ["Contains characters that are not text"]})


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)

"""Validators for the texts of form fields, which lack what JSON has."""

from typing import Any

from pydantic import BeforeValidator

from shared.language import say

_NUL = say("This contains characters that are not text; remove them", code="not_a_text")


def _empty_to_none(value: Any) -> Any:
    """Turn an empty text into None: a form cannot send null."""
    return None if value == "" else value


def _check_text(value: Any) -> Any:
    """Refuse NUL characters, which only forms can send: JSON is checked by the frame."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError(_NUL)
    return value


EMPTY_AS_NONE = BeforeValidator(_empty_to_none)
WITHOUT_NUL = BeforeValidator(_check_text)

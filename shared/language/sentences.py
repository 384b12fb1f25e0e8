"""Sentences for the end user: English to every reader, and enough beside it to be translated."""

import re
from collections.abc import Mapping
from typing import Any

_MEGABYTE = 1024 * 1024


class Sentence(str):
    """An English sentence that knows its template, the values in it and its code for programs.

    Sentences without values need none of this: any English text that a catalogue has is translated.
    """

    __slots__ = ("code", "template", "values")

    template: str
    values: Mapping[str, Any]
    code: str | None


def say(template: str, *, code: str | None = None, **values: Any) -> Sentence:
    """Return the sentence with its values: whole numbers with separators, fractions without noughts."""
    sentence = Sentence(template.format_map({name: format_value(value) for name, value in values.items()}))
    sentence.template, sentence.values, sentence.code = template, values, code
    return sentence


def say_size(size: int) -> Sentence:
    """Return a size in bytes as people read it, in the units of 1,024 that limits are counted in."""
    if size < _MEGABYTE:
        return say("{number} KB", number=max(1, round(size / 1024)))
    return say(
        "{number} MB", number=size // _MEGABYTE if size % _MEGABYTE == 0 else round(size / _MEGABYTE, 1)
    )


def recognise(text: str, *templates: str) -> str:
    """Return a stored English text as the sentence of the template that it was made of, else unchanged."""
    for each in templates:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(each))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return say(each, **found.groupdict())
    return text


def template(text: str) -> str:
    """Mark the template of a sentence that is said elsewhere, so that translators find it."""
    return text


def say_number(number: int, *, one: str, many: str, code: str | None = None, **values: Any) -> Sentence:
    """Return the sentence for a number: `one` for 1, else `many`, which shows it as `{number}`."""
    return say(one if number == 1 else many, code=code, number=number, **values)


def find_code(text: str) -> str | None:
    """Return the code of a sentence that has one of its own."""
    return text.code if isinstance(text, Sentence) else None


def format_value(value: Any, *, thousands: str = ",", point: str = ".") -> str:
    """Format a value as text: numbers with the separators of a language."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return "".join({",": thousands, ".": point}.get(character, character) for character in text)

"""The choice of a language: by what the request accepts, then by what the user prefers, else English."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, get_args

Language = Literal["en", "de", "es", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "en"

_MAX_HEADER_CHARS = 500

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def find_language(tag: str) -> Language | None:
    """Return the language of a BCP 47 tag such as `de-AT`, None where it is not one of ours."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return next((language for language in LANGUAGES if language == primary), None)


def choose_language(accepted: str, preference: str | None = None) -> Language:
    """Choose by the header `Accept-Language` (RFC 9110, 12.5.4), then by the preference, else English."""
    return find_accepted(accepted) or find_language(preference or "") or DEFAULT


def find_accepted(accepted: str) -> Language | None:
    """Return the language of ours that the header `Accept-Language` wants most, None without one."""
    return _find_wanted(accepted[:_MAX_HEADER_CHARS])


@lru_cache(maxsize=1024)  # browsers send few different ones
def _find_wanted(accepted: str) -> Language | None:
    found = (find_language(tag) for tag in _rank_tags(accepted))
    return next((language for language in found if language is not None), None)


def get_language() -> Language:
    """Return the language of the request that is being answered, English outside of one."""
    return _current.get()


def set_language(language: Language) -> None:
    """Answer the rest of this request in the language."""
    _current.set(language)


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    """Answer in the language within the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def _rank_tags(accepted: str) -> list[str]:
    """Return the tags of the header, most wanted first, without those that are refused by `q=0`."""
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.partition("=")
        quality = _parse_quality(value) if name.strip().lower() == "q" else 1.0
        if tag.strip() and quality > 0:
            ranked.append((quality, tag))
    return [tag for _, tag in sorted(ranked, key=lambda each: -each[0])]


def _parse_quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if math.isfinite(quality) else 0.0

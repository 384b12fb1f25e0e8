"""Values of a course, and the terms that find it in a search."""

import re
import unicodedata
from datetime import date

_WORD = re.compile(r"\w+")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_MAX_TERM_CHARS = 40
_MAX_TERMS = 400


def is_language(text: str) -> bool:
    """Tell whether the text is a BCP 47 tag or the name of a language in any script."""
    return bool(_LANGUAGE_TAG.fullmatch(text)) or (
        len(text) >= 2 and text[0].isalpha() and all(_is_name_character(character) for character in text)
    )


def ends_before_start(start: date | None, end: date | None) -> bool:
    """Tell whether both dates are given in the wrong order."""
    return start is not None and end is not None and end < start


def build_search_terms(*texts: str) -> tuple[str, ...]:
    """Build every prefix of every run of words: `linear alg` finds Linear Algebra.

    An index on the terms answers a search at the cost of one page. Letters within a word find nothing.
    """
    phrases = [phrase for text in texts for phrase in _list_phrases(_split_words(text))]
    terms = {phrase[:length]: None for length in range(1, _MAX_TERM_CHARS + 1) for phrase in phrases}
    return tuple(terms)[:_MAX_TERMS]


def build_search_term(text: str) -> str:
    """Build the term that a search looks up; empty if the text has no words."""
    return " ".join(_split_words(text))[:_MAX_TERM_CHARS].rstrip()


def _list_phrases(words: list[str]) -> list[str]:
    return [" ".join(words[start:]) for start in range(len(words))]


def _split_words(text: str) -> list[str]:
    """Split into words without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def _is_name_character(character: str) -> bool:
    return character in " -'’()," or unicodedata.category(character)[0] in "LM"

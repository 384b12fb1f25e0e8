"""What a course may say of itself, and what a search finds it by."""

import re
import unicodedata
from datetime import date

_WORD = re.compile(r"\w+")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_MAX_TERM_CHARS = 40
_MAX_TERMS = 400


def is_language(text: str) -> bool:
    """A BCP 47 tag, or a name in any script: letters and marks, spaces, and what joins words."""
    return bool(_LANGUAGE_TAG.fullmatch(text)) or (
        len(text) >= 2 and text[0].isalpha() and all(_is_name_character(character) for character in text)
    )


def ends_before_start(start: date | None, end: date | None) -> bool:
    return start is not None and end is not None and end < start


def build_search_terms(*texts: str) -> tuple[str, ...]:
    """Every beginning of the words that follow each other in a text: `linear alg` finds Linear Algebra.

    An index answers such a search at the cost of the page; letters within a word find nothing.
    """
    phrases = [phrase for text in texts for phrase in _list_phrases(_split_words(text))]
    terms = {phrase[:length]: None for length in range(1, _MAX_TERM_CHARS + 1) for phrase in phrases}
    return tuple(terms)[:_MAX_TERMS]


def build_search_term(text: str) -> str:
    """What `build_search_terms` must hold for the text to be found; empty where it has no words."""
    return " ".join(_split_words(text))[:_MAX_TERM_CHARS].rstrip()


def _list_phrases(words: list[str]) -> list[str]:
    return [" ".join(words[start:]) for start in range(len(words))]


def _split_words(text: str) -> list[str]:
    """Case and accents do not matter."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def _is_name_character(character: str) -> bool:
    return character in " -'’()," or unicodedata.category(character)[0] in "LM"

"""Words of natural languages, by which another word is told from a slip.

A typing error seldom makes a word. So what was typed is a word of its own if the language of the accepted
word has it too: prescribe and proscribe, Betrag and Beitrag. The lists are pyspellchecker's. They are read
when they are first needed, language by language, and kept as checksums: 0.5 MB for 120,000 words.
"""

import gzip
import json
from array import array
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from zlib import crc32

_LANGUAGES = ("en", "es", "fr", "it", "ru", "de")
_WITHOUT_ACCENTS = frozenset({"en"})  # naïve is naive


def is_other_word(typed: str, accepted: str) -> bool:
    """Return whether what was typed is a word of the language of the accepted one.

    Where no language has that, of any. Both are in lower case. The first read of all languages takes 0.7
    seconds.
    """
    language = next((each for each in _LANGUAGES if _has(each, accepted)), None)
    return any(_has(each, typed) for each in ([language] if language else _LANGUAGES))


def differ_by_accent(one: str, other: str) -> bool:
    """Return whether a language has both: schon and schön, mais and maïs."""
    languages = (each for each in _LANGUAGES if each not in _WITHOUT_ACCENTS)
    return any(_has(each, one) and _has(each, other) for each in languages)


def _has(language: str, word: str) -> bool:
    known, sought = _load_words(language), crc32(word.encode())
    place = bisect_left(known, sought)
    return place < len(known) and known[place] == sought


@cache
def _load_words(language: str) -> "array[int]":
    """Return the sorted checksums of the language's words."""
    packed = files("spellchecker").joinpath("resources", f"{language}.json.gz").read_bytes()
    return array("I", sorted(crc32(word.encode()) for word in json.loads(gzip.decompress(packed))))

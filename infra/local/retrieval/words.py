"""The words of a text as the search index and the summary compare them."""

import re
import unicodedata

from shared.text.stems import stem

_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")  # C++ and C# are words
_ENGLISH_AND_GERMAN = """
a an and are as at be been but by can do does for from has have how if in into is it its of on or not
so such that the their then there these they this to was we were what when where which while who why will
with you your ex der die das den dem des ein eine einer einem einen und oder ist sind war wird werden von zu
mit im am auf fur nicht auch als bei es sich wie
"""  # without their accents, as they are compared
_STOPWORDS = frozenset(_ENGLISH_AND_GERMAN.split())


def list_stems(text: str, *languages: str) -> list[str]:
    """Return the stems of a text's words in order, of each language where they differ, without stopwords."""
    return [
        variant
        for word in _WORD.findall(_without_accents(text.casefold()))
        if word not in _STOPWORDS
        for variant in dict.fromkeys(stem(word, language) for language in languages)
    ]


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))

"""Word stems by the Snowball algorithms (Porter, 2001; snowballstem.org)."""

import re
from functools import lru_cache

_ALGORITHMS = {"de": "german", "en": "english", "es": "spanish", "fr": "french"}
_INFLECTION = re.compile(r"(?:e?s|[bdgmnprt]?(?:ed|ing)|d|e|y|ied|ies|ying)?")
_LAST_INFLECTION = re.compile(r"(?:s|es|ed|ing|e)$")
_LAST_Y = re.compile(r"y$")


@lru_cache(maxsize=16_384)
def stem(word: str, language: str = "en") -> str:
    """Return the stem of a lower-case word, which related words share, as `product` and `production` do."""
    from snowballstemmer import stemmer

    # A stemmer holds the word it works on, so threads must not share one.
    return str(stemmer(_ALGORITHMS[language]).stemWord(word))


@lru_cache(maxsize=16_384)
def inflection_stem(word: str) -> str:
    """Return the stem that only the inflected forms of an English word share.

    `products` gives `product` and `productions` gives `production`, words that a quiz tells apart.
    """
    root = stem(word)
    # Snowball may change the last letter that it leaves: `study` becomes `studi`, `hoping` becomes `hope`.
    ending = word[len(root) if word.startswith(root) else len(root) - 1 :]
    if _INFLECTION.fullmatch(ending):
        return root
    return _LAST_INFLECTION.sub("", _LAST_Y.sub("i", word))

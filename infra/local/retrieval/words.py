"""Words and their stems, for the search index and for finding central sentences."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")  # C++ and C# are words
_ENDINGS = (
    *(
        "ingly",
        "ations",
        "ating",
        "ation",
        "ments",
        "ated",
        "ates",
        "edly",
        "ment",
        "ings",
        "ing",
        "ies",
        "ied",
    ),
    *("ate", "ed", "es", "ly", "en", "er", "s", "e", "n"),
)  # longest first
_SHORTEST_STEM = 3
_STOPWORDS = """
a an and are as at be been but by can do does for from has have how if in into is it its of on or not
so such that the their then there these they this to was we were what when where which while who why will
with you your ex der die das den dem des ein eine einer einem einen und oder ist sind war wird werden von zu
mit im am auf fur nicht auch als bei es sich wie
"""  # without their accents, as they are compared
STOPWORDS = frozenset(_STOPWORDS.split())


def stems(text: str) -> list[str]:
    """The text's words in order: folded, without their endings and without stopwords."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [stem(word) for word in _WORD.findall(plain) if word not in STOPWORDS]


def stem(word: str) -> str:
    """A crude suffix stripper for English and German; both sides of a comparison lose the same."""
    for ending in _ENDINGS:
        fits = word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
        if fits and not word.endswith(("ss", "us")):
            return _undoubled(word[: -len(ending)])
    return word


def _undoubled(stripped: str) -> str:
    """running and run, stopped and stop: a doubled consonant came with the ending."""
    doubled = len(stripped) > 2 and stripped[-1] == stripped[-2] and stripped[-1] not in "aeiouls"
    return stripped[:-1] if doubled else stripped

"""Short answers: the same words, however they were typed."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

_ARTICLES = frozenset(
    {
        "a", "an", "the", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el", "los",
        "las", "una", "il", "lo", "gli", "o", "os", "as", "um", "uma",
    }
)  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))
_KEPT = frozenset("#%&@*/\\+")  # C# is not C

# A slip of the hand is taken for what was meant in longer words only, where few words lie so close together.
_LETTERS_FOR_A_SLIP = 8
_LETTERS_FOR_TWO = 16


def matches(given: str, accepted: Iterable[str]) -> bool:
    """Whether the answer is one of those accepted.

    Case, accents, punctuation, spaces and an article at the beginning don't matter. Nor does one slip (a
    letter wrong, missing, too many, or two swapped) in an answer of eight letters or more, nor two from
    sixteen on; but the first letter and every digit must be right.
    """
    words = normalised(given)
    return bool(words) and any(_same(words, normalised(each)) for each in accepted)


def normalised(text: str) -> str:
    """The text without what doesn't matter; empty where nothing is left."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in folded.translate(_DASHES) if not unicodedata.combining(char))
    words = "".join(_read(plain, place) for place in range(len(plain))).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def _read(text: str, place: int) -> str:
    char = text[place]
    if char.isalnum() or char in _KEPT or unicodedata.category(char).startswith(("S", "M", "N")):
        return char
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    of_a_number = after.isdigit() and (before.isdigit() or (char == "-" and not before.isalnum()))
    if char in ".,-" and of_a_number:
        return char
    return "" if char in "'’`´." else " "


def _same(given: str, wanted: str) -> bool:
    if given == wanted:
        return True
    letters = sum(char.isalpha() for char in wanted)
    slips = 2 if letters >= _LETTERS_FOR_TWO else 1
    if letters < _LETTERS_FOR_A_SLIP or given[0] != wanted[:1] or _digits(given) != _digits(wanted):
        return False
    return OSA.distance(given, wanted, score_cutoff=slips) <= slips


def _digits(text: str) -> list[str]:
    return re.findall(r"[\d#%&@*/\\+.,-]+", text)

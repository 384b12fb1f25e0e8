"""Matching short answers by their words, however they are typed."""

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
_SIGNIFICANT = frozenset("#%&@*/\\+")  # C# is not C

# Typing errors are forgiven in longer answers only: few of those are so close to each other.
_MIN_LETTERS_FOR_ONE_ERROR = 8
_MIN_LETTERS_FOR_TWO_ERRORS = 16


def matches_any(answer: str, accepted: Iterable[str]) -> bool:
    """Return whether the answer is one of those accepted.

    Ignores case, accents, punctuation, spaces and an article at the beginning. Forgives one typing error (a
    letter wrong, missing, added, or two swapped) in an answer of eight letters or more, and two from sixteen
    on; but the first letter and every digit must be right.
    """
    words = normalise_answer(answer)
    return bool(words) and any(_is_same(words, normalise_answer(each)) for each in accepted)


def normalise_answer(text: str) -> str:
    """Return the significant words of the text, empty if there are none."""
    folded_text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in folded_text.translate(_DASHES) if not unicodedata.combining(char))
    words = "".join(_read_char(plain, position) for position in range(len(plain))).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return " ".join(words)


def _read_char(text: str, position: int) -> str:
    """Return the character if it is significant, else nothing or a space."""
    char = text[position]
    if char.isalnum() or char in _SIGNIFICANT or unicodedata.category(char).startswith(("S", "M", "N")):
        return char
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    in_number = after.isdigit() and (before.isdigit() or (char == "-" and not before.isalnum()))
    if char in ".,-" and in_number:
        return char
    return "" if char in "'’`´." else " "


def _is_same(answer: str, accepted: str) -> bool:
    if answer == accepted:
        return True
    letters = sum(char.isalpha() for char in accepted)
    if letters < _MIN_LETTERS_FOR_ONE_ERROR or answer[0] != accepted[:1]:
        return False
    if _find_digits(answer) != _find_digits(accepted):
        return False
    errors = 2 if letters >= _MIN_LETTERS_FOR_TWO_ERRORS else 1
    return OSA.distance(answer, accepted, score_cutoff=errors) <= errors


def _find_digits(text: str) -> list[str]:
    return re.findall(r"[\d#%&@*/\\+.,-]+", text)

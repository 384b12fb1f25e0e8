"""Slips of the hand in long words, and the single letters that make another word."""

import re
from collections.abc import Callable, Iterable

from rapidfuzz.distance import OSA

from functions.assessments.quizzes.grading.words import is_other_word

_MIN_LONG_WORD_LETTERS = 7
_MIN_LIGHT_SLIP_LETTERS = 6

# One letter turns a member of a family into another, and with it the meaning.
_PREFIXES = (
    ("ante", "anti"), ("ab", "ad", "an"), ("macro", "micro"), ("makro", "mikro"), ("ecto", "ento"),
    ("infra", "intra", "intro"), ("pre", "pro"), ("deca", "deci"), ("photo", "phono"), ("cyto", "cysto"),
    ("glyco", "gluco"), ("hydro", "hygro"), ("sacro", "sarco"), ("myco", "myxo"), ("homo", "hemo"),
    ("steno", "sterno"), ("nano", "mano"), ("ver", "vor"),
)  # fmt: skip
_SUFFIXES = (
    ("ate", "ite", "ide", "ine"), ("at", "it", "id"), ("ato", "ito"), ("ase", "ose"), ("asa", "osa"),
    ("amine", "imine", "amide", "imide"), ("tide", "side"), ("blast", "clast"), ("cyte", "lyte"),
    ("phagia", "phasia"), ("otomy", "ostomy"), ("ism", "ist"), ("tocin", "toxin"),
)  # fmt: skip
_HYDROCARBON = re.compile(
    r"(meth|eth|prop|but|pent|hex|hept|oct|okt|non|dec|dek)(an|en|in|yn)(e|ol|al|on|one|o|i|al[ei])?$"
)
_ROMAN = re.compile(r"[ivxlcdm]+")
_ALPHABETS = re.compile(r"[a-z\u00df-\u024f\u0370-\u03ff\u0400-\u04ff]+")  # Latin, Greek, Cyrillic


def is_slip(typed: str, accepted: str) -> bool:
    """Return whether `typed` is a long word with one letter wrong, missing, added, or two swapped.

    Never at its first letter, in a Roman numeral or an affix that carries the meaning, nor where it makes
    another word. Both are single words in lower case.
    """
    light = _is_light(typed, accepted)
    if typed[:1] != accepted[:1] or not (light or OSA.distance(typed, accepted, score_cutoff=1) == 1):
        return False
    if not (_ALPHABETS.fullmatch(typed) and _ALPHABETS.fullmatch(accepted)) or _ROMAN.fullmatch(accepted):
        return False
    if len(accepted) < (_MIN_LIGHT_SLIP_LETTERS if light else _MIN_LONG_WORD_LETTERS):
        return False
    return not _changes_affix(typed, accepted) and not is_other_word(typed, accepted)


def _is_light(typed: str, accepted: str) -> bool:
    """Return whether they differ only in y for i, f for ph, or one letter for two."""
    one, other = (re.sub(r"(.)\1", r"\1", _sound(word)) for word in (typed, accepted))
    return one == other


def _sound(word: str) -> str:
    return word.replace("y", "i").replace("ph", "f")


def _changes_affix(typed: str, accepted: str) -> bool:
    one, other = _HYDROCARBON.search(typed), _HYDROCARBON.search(accepted)
    if one and other:
        return one.groups() != other.groups()
    return any(_swaps_affix(typed, accepted, family, str.startswith) for family in _PREFIXES) or any(
        _swaps_affix(typed, accepted, family, str.endswith) for family in _SUFFIXES
    )


def _swaps_affix(one: str, other: str, family: Iterable[str], has: Callable[[str, str], bool]) -> bool:
    """Return whether the words begin, or end, with different members of the family."""
    found = [next((affix for affix in family if has(word, affix)), None) for word in (one, other)]
    return None not in found and found[0] != found[1]

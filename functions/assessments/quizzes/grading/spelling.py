"""Spellings of one word: accents that a keyboard lacks, transcriptions, British and American forms."""

import re
import unicodedata

from functions.assessments.quizzes.grading.words import differ_by_accent

_TRANSCRIPTIONS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "þ": "th", "ё": "е"}
)
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ё": "е"})
_VARIANTS = (
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"(?:ae|oe)(?=\w{3})"), "e"),  # haemoglobin, oestrogen
    (re.compile(r"our(?=s?$|al|ed|ing|it|less|ful|able)"), "or"),
    (re.compile(r"(?<=\w\w)([iy])s(?=e|ing|ation)"), r"\1z"),
    (re.compile(r"(?<=[bt])re(?=s?$)"), "er"),  # centre, fibre
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"aluminium"), "aluminum"),
    (re.compile(r"(?<=[eo])ll(?=ed|ing|er)"), "l"),
)
_MIN_ACCENTED_LETTERS = 3  # in shorter words, such as où, an accent is all that differs
_MAX_LETTERS_BEFORE_A = 4  # está is not esta, but Bogotá is Bogota
_MIN_VARIANT_LETTERS = 5
_MIN_PLURAL_LETTERS = 7


def is_same_word(typed: str, accepted: str) -> bool:
    """Return whether both, in lower case, are spellings of one word.

    An accent may be left out where the bare word is not another one: Zurich, but not schon for schön.
    """
    if typed == accepted or typed.translate(_TRANSCRIPTIONS) == accepted.translate(_TRANSCRIPTIONS):
        return True
    bare, other = strip_accents(typed), strip_accents(accepted)
    if bare == other:
        return (typed == bare or accepted == other) and not _needs_accent(typed, accepted)
    return min(len(typed), len(accepted)) >= _MIN_VARIANT_LETTERS and (
        _unify(typed) == _unify(accepted) or _is_plural(typed, accepted)
    )


def strip_accents(word: str) -> str:
    """Return the word without the accents of Latin and Greek letters; other scripts' marks are letters."""
    return "".join(
        "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))
        if _is_european(char)
        else char
        for char in word.translate(_STROKES)
        if not "\u0300" <= char <= "\u036f"
    )


def _is_european(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char < "\u2000" or "\u0370" <= char < "\u0400"


def _needs_accent(one: str, other: str) -> bool:
    last = {one[-1], other[-1]}
    if len(one) < _MIN_ACCENTED_LETTERS or "ó" in last or ("á" in last and len(one) <= _MAX_LETTERS_BEFORE_A):
        return True  # habló is not hablo
    return differ_by_accent(one, other)


def _is_plural(one: str, other: str) -> bool:
    """Return whether long words differ in a last s alone. Economics is more than economic."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _MIN_PLURAL_LETTERS and long == f"{short}s" and not short.endswith(("c", "s"))


def _unify(word: str) -> str:
    for pattern, replacement in _VARIANTS:
        word = pattern.sub(replacement, word)
    return word

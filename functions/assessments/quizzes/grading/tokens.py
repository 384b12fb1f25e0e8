"""Splitting a written answer into the words, numbers and signs that count, however they are typed."""

import re
import unicodedata
from itertools import groupby

_SCRIPT_RUNS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+)|([₀₁₂₃₄₅₆₇₈₉₊₋]+)")
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
    | dict.fromkeys("’‘`´ʼ′", "'")
    | dict.fromkeys("×⋅∙", "*")
    | {"÷": "/", "∶": ":", "⁄": "/", "∕": "/", "≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!="}
    | {"→": "->", "⟶": "->", "⇒": "=>"}
)
# Soft hyphens, zero-width characters and tatweel, and the points of Hebrew and Arabic vowels.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u061c\u0640\u0591-\u05bd\u064b-\u0652\u0670]")
_MIDDLE_DOT = re.compile(r"(?<![^\W\d_])·|·(?![^\W\d_])")  # Catalan writes one between letters
_TIMES = re.compile(r"(?<=\d)\s*[xX]\s*(?=\d)")
_SUM_IN_BRACKETS = re.compile(r"\(([^()]*[+*/^=][^()]*|[^()]*[\w)]\s+-\s+[\w(][^()]*)\)")
_CHARGE = re.compile(r"(?:\d|\b[A-Z]\w?|\be)-(?=\s|$|[),])")
_MINUS = re.compile(r"(?:(?<!\w)|(?<=\d)|(?<=\b[a-z])) ?- ?(?=\d|[a-z]\b)")
_SIGNIFICANT = frozenset("#%‰&@*/\\+")  # C# is not C

Token = str


def split_answer(text: str) -> tuple[Token, ...]:
    """Return the words, numbers and signs of the text, in the case typed; empty if it has none.

    Raised and lowered digits follow ^ and _. Punctuation, quotation marks, hyphens and brackets are left out
    unless they are part of a formula.
    """
    plain = _prepare(text)
    signs = _find_formula_signs(plain)
    chars = "".join(
        char if position in signs else _read_char(plain, position) for position, char in enumerate(plain)
    )
    return tuple(
        token
        for kind, group in groupby(chars, _classify)
        if kind
        for token in ([*group] if kind == "sign" else ["".join(group)])
    )


def _prepare(text: str) -> str:
    """Return the text in one typography: NFKC, ASCII digits, one kind of minus, quote and times sign."""
    marked = _SCRIPT_RUNS.sub(lambda run: f"^{run[1]}" if run[1] else f"_{run[2]}", text)
    plain = unicodedata.normalize("NFKC", _MIDDLE_DOT.sub("*", marked).translate(_TYPOGRAPHY))
    plain = _INVISIBLE.sub("", plain.translate(_TYPOGRAPHY)).replace("**", "^")
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    return _TIMES.sub("*", " ".join(plain.split()))


def _find_formula_signs(text: str) -> set[int]:
    """Return the places of the minus signs, and of the brackets around a sum."""
    brackets = {place for sums in _SUM_IN_BRACKETS.finditer(text) for place in (sums.start(), sums.end() - 1)}
    charges = {charge.end() - 1 for charge in _CHARGE.finditer(text)}
    minuses = {minus.start() + minus[0].index("-") for minus in _MINUS.finditer(text)}
    return brackets | charges | minuses


def _read_char(text: str, position: int) -> str:
    """Return the character if it counts, else nothing or a space."""
    char, before, after = text[position], text[max(0, position - 2) : position], text[position + 1 :][:1]
    if char.isalnum() or char in _SIGNIFICANT or unicodedata.category(char)[0] in "SMN":
        return char
    if _is_in_formula(char, before, after):
        return char
    return "" if char in "'." else " "


def _is_in_formula(char: str, before: str, after: str) -> bool:
    """Return whether the punctuation counts, by up to two characters before it and one after it."""
    last = before[-1:]
    is_single = last.isalnum() and not before[:-1].isalpha()  # a variable or a digit, not a word
    match char:
        case "." | "," | ":":
            return last.isdigit() and after.isdigit()
        case "_":
            return last.isalnum() and after.isalnum()
        case "[" | "]":
            return (after if char == "[" else last).isdigit()
        case "!":  # a factorial, or not equal
            return after == "=" or (is_single and not after.isalpha())
        case "'":  # a derivative
            return last == char or (is_single and last.isalpha() and not after.isalpha())
        case _:
            return False


def _classify(char: str) -> str:
    if char.isspace():
        return ""
    if char.isalpha() or unicodedata.category(char).startswith("M"):
        return "word"
    return "number" if char.isdigit() or char in ".,:" else "sign"

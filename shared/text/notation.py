"""Notation of raised, lowered and two-dimensional text in plain characters: powers, indices, formulas."""

import re
from collections.abc import Callable, Mapping, Sequence

_RAISED = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_IS_RAISED = re.compile(r"[0-9+\-−–=()n]+")
_IS_LOWERED = re.compile(r"[0-9+\-−–=()]+")
_IS_SIMPLE = re.compile(r"[^\W⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅₆₇₈₉_]+(?:[.,][0-9]+)?[′″]?")
# Raised letters that are no power: endings of ordinals, marks, notes in brackets.
_PLAIN_RAISED = frozenset(
    {"st", "nd", "rd", "th", "er", "ère", "re", "ème", "º", "ª", "®", "™", "℠", "°", "′"}
)
_PRIMES = frozenset({"'", "''", "′", "″", "‴", "°", "*", "†"})
_INVISIBLE = {"\u2061": "", "\u2062": "", "\u2063": "", "\u2064": " "}
_ROOTS = {"2": "√", "3": "∛", "4": "∜"}
_ACCENTS = {
    "¯": "\u0304", "‾": "\u0304", "→": "\u20d7", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˙": "\u0307",
    "_": "\u0304", "¨": "\u0308",
}  # fmt: skip
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "mprescripts", "none"})

MATH_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms"})  # the elements that hold text


def raise_text(text: str) -> str:
    """Return the text as a power or superscript: `23` as `²³`, `x+1` as `^(x+1)`, `th` as it is."""
    return _shift(text, "^", _IS_RAISED, _RAISED, _PLAIN_RAISED)


def lower_text(text: str) -> str:
    """Return the text as an index: `2` as `₂`, `max` as `_max`."""
    return _shift(text, "_", _IS_LOWERED, _LOWERED, frozenset())


def join_math(parts: Sequence[tuple[str, str]]) -> str:
    """Return the formula of elements side by side, each given by its name and its text.

    Neighbours that would read as one number or one fraction stay apart: `1` and `1/2` are `1 1/2`.
    """
    out: list[str] = []
    last = ""
    for position, (name, text) in enumerate(parts):
        if not text:
            continue
        following = next((each for _, each in parts[position + 1 : position + 2] if each), "")
        piece = f" {text} " if name == "mo" and text.isalpha() else text
        if name == "mfrac" and (last.isalpha() or last == ")" or _begins_factor(following)):
            piece = f"({text})"
        if last.isdigit() and piece[0].isdigit():
            out.append(" ")
        out.append(piece)
        last = piece[-1]
    return "".join(out)


def render_math(name: str, children: Sequence[tuple[str, str]], attributes: Mapping[str, str]) -> str:
    """Return a MathML element in plain characters; children are names with their rendered texts."""
    texts = [text for _, text in children]
    if name in _UNSEEN:
        return ""
    if name in _RENDERERS:
        least, render = _RENDERERS[name]
        return render(texts) if len(texts) >= least else join_math(children)
    if name == "mfenced":
        separator = attributes.get("separators", ",")[:1]
        inside = (f"{separator} " if separator else "").join(texts)
        return f"{attributes.get('open', '(')}{inside}{attributes.get('close', ')')}"
    return join_math(children)


def render_math_token(name: str, text: str) -> str:
    """Return the text of a MathML token."""
    stripped = " ".join(text.split())
    if name == "mtext":
        return text if stripped else " " * bool(text)
    return _INVISIBLE.get(stripped, stripped)


def _shift(text: str, mark: str, plain: re.Pattern[str], table: dict[int, int], kept: frozenset[str]) -> str:
    bare = text.strip()
    if not bare or bare.casefold() in kept or bare.startswith("["):
        return text
    if bare.casefold() == "tm":
        return "™"
    if plain.fullmatch(bare):
        return bare.translate(table)
    return f"{mark}{bare}" if _IS_SIMPLE.fullmatch(bare) else f"{mark}({bare})"


def _begins_factor(text: str) -> bool:
    return text[:1].isalnum() or text[:1] in ("(", "√")


def _wrap(text: str) -> str:
    return text if _IS_SIMPLE.fullmatch(text) or not text else f"({text})"


def _raise(text: str) -> str:
    return text if text in _PRIMES else raise_text(text)


def _set_root(texts: Sequence[str]) -> str:
    index = texts[1].strip()
    return (
        f"{_ROOTS[index]}{_wrap(texts[0])}" if index in _ROOTS else f"{raise_text(index)}√{_wrap(texts[0])}"
    )


def _set_over(texts: Sequence[str]) -> str:
    base, over = texts[0], texts[1].strip()
    if over in _ACCENTS and len(base) == 1:
        return f"{base}{_ACCENTS[over]}"
    return f"{_wrap(base)}^({over})" if over else base


_RENDERERS: dict[str, tuple[int, Callable[[Sequence[str]], str]]] = {
    "semantics": (1, lambda texts: texts[0]),
    "maction": (1, lambda texts: texts[0]),
    "mspace": (0, lambda _: " "),
    "mtable": (0, "; ".join),
    "mtr": (0, ", ".join),
    "mlabeledtr": (0, ", ".join),
    "mfrac": (2, lambda texts: f"{_wrap(texts[0])}/{_wrap(texts[1])}"),
    "msup": (2, lambda texts: f"{_wrap(texts[0])}{_raise(texts[1])}"),
    "msub": (2, lambda texts: f"{_wrap(texts[0])}{lower_text(texts[1])}"),
    "msubsup": (3, lambda texts: f"{_wrap(texts[0])}{lower_text(texts[1])}{_raise(texts[2])}"),
    "munder": (2, lambda texts: f"{texts[0]}_({texts[1]})"),
    "mover": (2, _set_over),
    "munderover": (3, lambda texts: f"{texts[0]}_({texts[1]})^({texts[2]})"),
    "msqrt": (1, lambda texts: f"√{_wrap(''.join(texts))}"),
    "mroot": (2, _set_root),
}

"""TeX from the characters and parts of a formula, however its document wrote it."""

import re
import unicodedata
from collections.abc import Sequence

# A pair of single signs is no formula where it looks like two prices: a blank inside, or a digit behind it.
FORMULA = re.compile(r"\$\$[^$]{1,4000}\$\$|(?<![\\$])\$(?![\s$])[^$\n]{1,1000}?(?<![\s\\])\$(?![\d$])")
MAX_DEPTH = 60  # of nested formulas; hostile ones nest deeper than Python recurses

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ϖ": "varpi", "ρ": "rho", "ϱ": "varrho", "σ": "sigma", "ς": "varsigma", "τ": "tau",
    "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "µ": "mu",
}  # fmt: skip
_SIGNS = {
    "×": "times", "·": "cdot", "⋅": "cdot", "∙": "cdot", "÷": "div", "±": "pm", "∓": "mp", "∗": "ast",
    "∘": "circ", "•": "bullet", "⊕": "oplus", "⊗": "otimes", "≤": "leq", "≥": "geq", "≠": "neq",
    "⩽": "leq", "⩾": "geq", "≪": "ll", "≫": "gg", "≈": "approx", "≡": "equiv", "≅": "cong", "≃": "simeq",
    "∼": "sim", "∝": "propto", "∈": "in", "∉": "notin", "∋": "ni", "⊂": "subset", "⊆": "subseteq",
    "⊃": "supset", "⊇": "supseteq", "∪": "cup", "∩": "cap", "∅": "emptyset", "∖": "setminus", "∀": "forall",
    "∃": "exists", "∄": "nexists", "¬": "neg", "∧": "wedge", "∨": "vee", "⊢": "vdash", "⊨": "models",
    "⊥": "perp", "∥": "parallel", "∣": "mid", "∠": "angle", "∴": "therefore", "∵": "because", "→": "to",
    "←": "leftarrow", "↔": "leftrightarrow", "⇒": "Rightarrow", "⇐": "Leftarrow", "⇔": "Leftrightarrow",
    "⟶": "longrightarrow", "⟵": "longleftarrow", "⟹": "Longrightarrow", "⟺": "Longleftrightarrow",
    "↦": "mapsto", "⇌": "rightleftharpoons", "⇄": "rightleftarrows", "↑": "uparrow", "↓": "downarrow",
    "∞": "infty", "∂": "partial", "∇": "nabla", "∑": "sum", "∏": "prod", "∐": "coprod", "∫": "int",
    "∬": "iint", "∭": "iiint", "∮": "oint", "⋃": "bigcup", "⋂": "bigcap", "√": "surd", "…": "ldots",
    "⋯": "cdots", "⋮": "vdots", "⋱": "ddots", "ℏ": "hbar", "ℓ": "ell", "ℜ": "Re", "ℑ": "Im", "ℵ": "aleph",
    "⟨": "langle", "⟩": "rangle", "〈": "langle", "〉": "rangle", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil",
    "⌉": "rceil", "‖": "|", "∎": "blacksquare", "□": "square", "△": "triangle", "⊤": "top", "†": "dagger",
    "′": "prime", "″": "prime\\prime", "\\": "backslash",
}  # fmt: skip
_DOUBLE_STRUCK = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C", "ℙ": "P", "𝔼": "E"}
_PLAIN = {
    "−": "-", "–": "-", "\xa0": " ", "\u2009": " ", "\u200a": " ", "\u2002": " ", "\u2003": " ", "\u2061": "",
    "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "", "\u2060": "", "^": "\\hat{}", "~": "\\sim ",
    "∶": ":", "°": "^{\\circ}",
}  # fmt: skip
_ESCAPED = frozenset("#$%&_{}")
_SYMBOLS = (
    {sign: f"\\{name}" for sign, name in (_GREEK | _SIGNS).items()}
    | {sign: f"\\mathbb{{{letter}}}" for sign, letter in _DOUBLE_STRUCK.items()}
    | _PLAIN
    | {sign: f"\\{sign}" for sign in _ESCAPED}
)
_LONE_SIGNS = {f"\\{name}": sign for sign, name in reversed(_SIGNS.items())}
_TEXT_ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in _ESCAPED}
    | {"\\": "\\textbackslash{}", "^": "\\^{}", "~": "\\~{}", "−": "-", "\xa0": " "}
)
_ACCENTS = {
    "¯": "bar", "‾": "bar", "\u0304": "bar", "\u0305": "overline", "→": "vec", "\u20d7": "vec", "^": "hat",
    "ˆ": "hat", "\u0302": "hat", "~": "tilde", "˜": "tilde", "\u0303": "tilde", "˙": "dot", "\u0307": "dot",
    "¨": "ddot", "\u0308": "ddot", "ˇ": "check", "\u030c": "check", "⏞": "overbrace", "_": "bar",
    "―": "overline",
}  # fmt: skip
_MARKS_BELOW = frozenset("_¯‾―⏟\u0332")
_MARKS_OVER = {"\\to": "→", "\\hat{}": "^", "\\sim ": "~", "-": "¯", "\\_": "¯"}  # marks as they come, in TeX
_FUNCTIONS = (
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "det", "dim", "exp", "gcd",
    "inf", "ker", "lim", "ln", "log", "max", "min", "sec", "sin", "sinh", "sup", "tan", "tanh",
)  # fmt: skip
_BY_LENGTH = "|".join(sorted(_FUNCTIONS, key=len, reverse=True))
_FUNCTION = re.compile(rf"(?<![A-Za-z\\])({_BY_LENGTH})(?![A-Za-z])")
_BAR = re.compile(r"(?<! ) *+\| *+")  # a bar between blanks would pass for the border of a table's cells
_COMMAND_END = re.compile(r"\\[A-Za-z]+\Z")
_ATOM = re.compile(r"\\[A-Za-z]+|\\[^A-Za-z]|\d+(?:[.,]\d+)*|\\(?:mathrm|mathbf|mathbb|text)\{[^{}]*\}|.")
_PUNCTUATION = re.compile(r"(?<!\\)(?<!\\left)(?<!\\right)([.,;:])((?<=\w.)\}|)\Z")
_TALL = re.compile(r"\\(?:d?frac|sum|prod|int|sqrt|begin|binom|overline)\b|[\^_]\{[^{}]*[\^_]")
_SPACES = re.compile(r"\s+")
_SYMBOL_RUNS = re.compile("([" + "".join(sorted((_GREEK | _SIGNS).keys() - {"\\"})) + "°]+)")
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b\u2060"))
_LARGE = frozenset(
    {
        f"\\{name}"
        for name in ("lim", "max", "min", "sup", "inf", "sum", "prod", "coprod", "int", "bigcup", "bigcap")
    }
)


def join(parts: Sequence[str]) -> str:
    """Join parts side by side: a command and a letter stay apart."""
    joined = ""
    for part in parts:
        if part[:1].isalpha() and _COMMAND_END.search(joined[-40:]):
            joined += " "
        joined += part
    return joined


def escape_math(text: str) -> str:
    r"""Return a formula's characters as TeX: `ω` as `\omega`, `sin` as `\sin`."""
    folded = "".join(
        unicodedata.normalize("NFKC", letter)
        if 0x1D400 <= ord(letter) <= 0x1D7FF and letter != "𝔼"
        else letter
        for letter in text
    )
    return _BAR.sub("|", _FUNCTION.sub(r"\\\1", join([_SYMBOLS.get(letter, letter) for letter in folded])))


def set_word(text: str) -> str:
    r"""Return an upright word or a name of several letters: `\cos`, or `\mathrm{net}`."""
    bare = text.strip()
    if bare in _FUNCTIONS:
        return f"\\{bare}"
    plain = bare.isascii() and bare.isalpha() and len(bare) > 1
    return f"\\mathrm{{{bare}}}" if plain else escape_math(text)


def set_text(text: str) -> str:
    r"""Return prose within a formula as `\text{…}`; signs that no text mode has stay mathematical."""
    if not text.strip():
        return "\\," if text else ""
    if text.strip() in _FUNCTIONS:
        return f"\\{text.strip()}"
    pieces = _SYMBOL_RUNS.split(_SPACES.sub(" ", text.translate(_INVISIBLE)))
    return join([_set_piece(piece) for piece in pieces if piece])


def _set_piece(piece: str) -> str:
    has_words = any(letter.isalpha() for letter in piece) and not _SYMBOL_RUNS.fullmatch(piece)
    if has_words:
        return f"\\text{{{piece.translate(_TEXT_ESCAPES)}}}"
    before, after = ("\\," if blank else "" for blank in (piece[:1].isspace(), piece[-1:].isspace()))
    return join([before, escape_math(piece.strip()), after])


def group(text: str) -> str:
    """Return the text as a base that an index or power can follow."""
    is_fenced = text.startswith("\\left") and text.count("\\left") == 1
    return text if is_fenced or _ATOM.fullmatch(text) else f"{{{text}}}"


def set_script(base: str, *, below: str = "", above: str = "") -> str:
    """Return the base with its index and power."""
    lower = f"_{{{below}}}" if below else ""
    above = "\\circ" if above == "^{\\circ}" else above
    is_prime = bool(above) and set(re.findall(r"\\prime|.", above)) == {"\\prime"}
    upper = f"^{{{above}}}" if above and not is_prime else "'" * above.count("\\prime")
    return f"{group(base)}{lower}{upper}" if base or above != "\\circ" else upper


def set_limits(base: str, *, below: str = "", above: str = "") -> str:
    """Return the base with what stands right below and above it."""
    if base in _LARGE or base.startswith(("\\overbrace", "\\underbrace")):
        return set_script(base, below=below, above=above)
    under = f"\\underset{{{below}}}{{{base}}}" if below else base
    return f"\\overset{{{above}}}{{{under}}}" if above else under


def set_fraction(above: str, below: str) -> str:
    """Return what stands above and below a line."""
    return f"\\frac{{{above}}}{{{below}}}"


def set_root(base: str, index: str = "") -> str:
    """Return a root, the square root without an index."""
    return f"\\sqrt[{index}]{{{base}}}" if index else f"\\sqrt{{{base}}}"


def set_accent(base: str, accent: str, *, below: bool = False) -> str:
    """Return the base with a mark above or below it."""
    if accent == "⏟":
        return f"\\underbrace{{{base}}}"
    if below:
        return (
            f"\\underline{{{base}}}"
            if accent in "_¯‾―\u0332\u0305"
            else f"\\underset{{{escape_math(accent)}}}{{{base}}}"
        )
    name = _ACCENTS.get(accent)
    if name is None:
        return f"\\overset{{{escape_math(accent)}}}{{{base}}}"
    wide = {"bar": "overline", "hat": "widehat", "tilde": "widetilde", "vec": "overrightarrow"}
    is_wide = len(base) > 1 and not _ATOM.fullmatch(base)
    return f"\\{wide.get(name, name) if is_wide else name}{{{base}}}"


def set_under(base: str, mark: str) -> str:
    """Return the base with a mark, a limit or a note below it."""
    if mark in _MARKS_BELOW:
        return set_accent(base, mark, below=True)
    return set_limits(base, below=mark)


def set_over(base: str, mark: str) -> str:
    """Return the base with a mark, a limit or a note above it."""
    sign = _MARKS_OVER.get(mark, mark)
    if len(sign) == 1 and not sign.isalnum():
        return set_accent(base, sign)
    return set_limits(base, above=mark)


def set_fence(begin: str, inside: str, end: str) -> str:
    """Return the formula in brackets, which grow where it is tall; an empty bracket is none."""
    first, last = (escape_math(mark.strip()) for mark in (begin, end))
    if first and last and not _TALL.search(inside):
        return join([first, inside, last])
    return join([f"\\left{first or '.'}", inside, f"\\right{last or '.'}"])


def set_rows(rows: Sequence[Sequence[str]], environment: str) -> str:
    """Return an array's rows; empty ones, which only make room, are left out."""
    filled = [cells for cells in rows if any(cells)]
    if sum(map(len, filled)) == 1:
        return filled[0][0]
    body = " \\\\ ".join(" & ".join(cells) for cells in filled)
    return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"


def set_formula(tex: str, *, display: bool = False) -> str:
    """Return the formula between dollar signs, two for one that stands alone; nothing if it is empty.

    A sentence's own full stop or comma comes behind them, so that sentences are found. A lone sign is text.
    """
    bare = _SPACES.sub(" ", tex).strip()
    if bare in _LONE_SIGNS:
        return _LONE_SIGNS[bare]
    end = _PUNCTUATION.search(bare)
    stop = end.group(1) if end else ""
    if end:
        bare = bare[: end.start(1)] + end.group(2)
    if bare.endswith("\\") and not bare.endswith("\\\\"):
        bare += " "
    mark = "$$" if display else "$"
    return f"{mark}{bare}{mark}{stop}" if bare else stop

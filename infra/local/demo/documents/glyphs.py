"""Scientific text in the fonts every PDF reader has: the font and height of each character."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fpdf.enums import CharVPos

ENCODING = "cp1252"
"""The character set of the fonts for text."""

SYMBOLS = {"→": 0xAE, "Δ": 0x44, "−": 0x2D, "≈": 0xBB, "λ": 0x6C, "′": 0xA2}
"""Characters that only the Symbol font has, with their codes there (PDF 32000-1, annex D.5)."""

HEIGHTS = {"<sub>": CharVPos.SUB, "<super>": CharVPos.SUP}


@dataclass(frozen=True)
class Run:
    """Characters set alike, as the chosen font encodes them."""

    text: str
    symbol: bool
    height: CharVPos


def split_runs(text: str) -> Iterator[Run]:
    """Split a text into runs: `CO₂` becomes `CO` on the line and `2` below it."""
    for (symbol, height), glyphs in groupby(
        map(_choose_glyph, text), key=lambda run: (run.symbol, run.height)
    ):
        yield Run("".join(glyph.text for glyph in glyphs), symbol, height)


def flatten(text: str) -> str:
    """Return the text with all characters on the line, for places that set a plain string."""
    return "".join(_place(character)[0] for character in text)


def _choose_glyph(character: str) -> Run:
    base, height = _place(character)
    if base in SYMBOLS:
        return Run(chr(SYMBOLS[base]), symbol=True, height=height)
    return Run(base, symbol=False, height=height)


def _place(character: str) -> tuple[str, CharVPos]:
    """Return the character that is set and its height; Unicode itself says that `₂` is a lowered `2`."""
    kind, _, code = unicodedata.decomposition(character).partition(" ")
    if kind in HEIGHTS:
        return chr(int(code, 16)), HEIGHTS[kind]
    return character, CharVPos.LINE

"""The words of a PDF page by pdfium, with positions, sizes and fonts, in the order the file draws them."""

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Any, Final
from unicodedata import normalize

import pypdfium2.raw as pdfium

UNMAPPED: Final = "\ufffd"  # stands for a glyph of which the file doesn't say which letter it is
_MAX_COUNTED_OBJECTS = 20_000  # a page
_MAX_SEEN_GLYPHS = 400_000  # a page; a printed one has some thousands
_HYPHENS = {0x02: "-", 0xAD: "-", 0xFFFE: "-"}  # pdfium's marks of a hyphen at the end of a line
_MONO = re.compile(r"courier|mono|consol|menlo|code|typewriter|cmtt", re.IGNORECASE)
_BOLD = re.compile(r"bold|black|heavy|semibold|cmbx|-bd|demi", re.IGNORECASE)
_FIXED_PITCH, _FORCED_BOLD = 1 << 0, 1 << 18
_SAMPLED_ANGLES = 30

# The private-use area as symbol fonts fill it: Adobe's Symbol encoding (PDF 32000-1, annex D.5).
_SYMBOL: dict[int, str] = dict(
    zip(
        (*range(0x61, 0x7B), *range(0x41, 0x5B)),
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
) | {
    0x20: " ", 0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥",
    0x7E: "∼", 0xA2: "′", 0xA3: "≤", 0xA4: "⁄", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•",
    0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩",
    0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑",
    0xDE: "⇒", 0xDF: "⇓", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_SYMBOL |= {code: chr(code) for code in range(0x21, 0x40) if code not in _SYMBOL}
_SYMBOL |= {ord(sign): sign for sign in "[]{|}_"}
_GREEK = {0x2206: "Δ", 0x2126: "Ω"}  # signs that symbol fonts have for the letters
_MATH_LETTERS = re.compile("[\U0001d400-\U0001d7ff]")  # italic or bold letters as characters of their own


@dataclass(slots=True)
class Word:
    """Letters that stand together; sizes in points, `y` is their baseline and grows upwards."""

    text: str
    x: float
    right: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False
    spaced: bool = False  # a space stands before it


@dataclass(frozen=True)
class PageText:
    """The words of a page, and how many of its glyphs are marked as unmapped."""

    words: list[Word]
    glyphs: int
    unmapped: int


def read_words(page: Any) -> PageText:
    """Read the upright words of the page; text turned against the rest (stamps in margins) is left out."""
    text = page.get_textpage()
    try:
        return _Reader(text.raw, min(text.count_chars(), _MAX_SEEN_GLYPHS), page.get_bbox()).read()
    finally:
        text.close()


def count_images(page: Any) -> int:
    """Count the images on the page, those within other objects left aside."""
    get_object, get_type = pdfium.FPDFPage_GetObject, pdfium.FPDFPageObj_GetType
    count = min(pdfium.FPDFPage_CountObjects(page.raw), _MAX_COUNTED_OBJECTS)
    types = (get_type(get_object(page.raw, index)) for index in range(count))
    return sum(kind == pdfium.FPDF_PAGEOBJ_IMAGE for kind in types)


@lru_cache(maxsize=1_000)
def _describe_font(name: bytes, flags: int) -> tuple[bool, bool, bool]:
    """Return whether the font is bold, of fixed width, and one of symbols alone."""
    shown = name.decode("utf-8", "replace")
    return (
        bool(_BOLD.search(shown)) or bool(flags & _FORCED_BOLD),
        bool(_MONO.search(shown)) or bool(flags & _FIXED_PITCH),
        "wingding" in shown.lower() or "dingbat" in shown.lower(),
    )


class _Reader:
    """A reader of one page's glyphs, which asks pdfium for fonts and sizes once a word."""

    def __init__(self, text: Any, count: int, box: tuple[float, float, float, float]) -> None:
        self._text = text
        self._count = count
        self._box = box
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._origin = (ctypes.byref(self._x), ctypes.byref(self._y))
        self._loose = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(200)
        self._flags = ctypes.c_int()
        self._words: list[Word] = []
        self._glyphs = self._unmapped = 0
        self._turn = self._find_turn()

    def read(self) -> PageText:
        """Read all words of the page."""
        get_code, get_origin = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharOrigin
        is_unmapped = pdfium.FPDFText_HasUnicodeMapError
        text, (to_x, to_y), x, y = self._text, self._origin, self._x, self._y
        sideways = self._turn % 2 == 1
        letters: list[str] = []
        start, baseline, spaced = 0, 0.0, False
        for index in range(self._count):
            code = get_code(text, index)
            if (code <= 32 and code != 2) or code == 0xA0:
                if letters:
                    self._add(letters, start, index - 1, spaced=spaced)
                    letters = []
                spaced = True
                continue
            get_origin(text, index, to_x, to_y)
            height = x.value if sideways else y.value
            if letters and abs(height - baseline) > 0.5:
                self._add(letters, start, index - 1, spaced=spaced)
                letters, spaced = [], False
            if not letters:
                start, baseline = index, height
            if is_unmapped(text, index) == 1 and code not in _HYPHENS:
                letters.append(UNMAPPED)
                self._unmapped += 1
            else:
                letters.append(_HYPHENS.get(code) or chr(code))
            self._glyphs += 1
        if letters:
            self._add(letters, start, self._count - 1, spaced=spaced)
        return PageText(self._words, self._glyphs, self._unmapped)

    def _find_turn(self) -> int:
        """Return by how many quarters most of the text is turned."""
        step = max(1, self._count // _SAMPLED_ANGLES)
        angles = Counter(self._measure_turn(index) for index in range(step // 2, self._count, step))
        return max(angles, key=lambda turn: angles[turn]) if angles else 0

    def _measure_turn(self, index: int) -> int:
        angle: float = pdfium.FPDFText_GetCharAngle(self._text, index)
        return round(max(angle, 0.0) / 1.5707963) % 4

    def _add(self, letters: list[str], start: int, end: int, *, spaced: bool) -> None:
        text = self._text
        pdfium.FPDFText_GetMatrix(text, start, self._matrix)
        upright = not self._matrix.b and not self._matrix.c and self._matrix.a > 0
        if (0 if upright else self._measure_turn(start)) != self._turn:
            return
        pdfium.FPDFText_GetCharOrigin(text, start, *self._origin)
        pdfium.FPDFText_GetLooseCharBox(text, end, self._loose)
        if not self._is_visible():
            return
        size = pdfium.FPDFText_GetFontSize(text, start) * hypot(self._matrix.c, self._matrix.d)
        pdfium.FPDFText_GetFontInfo(text, start, self._name, 200, ctypes.byref(self._flags))
        bold, mono, signs = _describe_font(self._name.value, self._flags.value)
        x, y, right = self._locate()
        joined = "".join(letters)
        if not joined.isascii():
            joined = self._map_private(joined, signs=signs)
        self._words.append(Word(joined, x, max(right, x), y, abs(size), bold, mono, spaced))

    def _is_visible(self) -> bool:
        left, bottom, right, top = self._box
        return left - 2 <= self._x.value <= right + 2 and bottom - 2 <= self._y.value <= top + 2

    def _locate(self) -> tuple[float, float, float]:
        """Return x, baseline and right end as they are where the page is held so that it can be read."""
        x, y, loose = self._x.value, self._y.value, self._loose
        if self._turn == 0:
            return x, y, loose.right
        if self._turn == 1:
            return -y, x, -loose.bottom
        if self._turn == 2:
            return -x, -y, -loose.left
        return y, -x, loose.top

    def _map_private(self, text: str, *, signs: bool) -> str:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = _MATH_LETTERS.sub(lambda letter: str(normalize("NFKC", letter[0])), text).translate(_GREEK)
        return "".join(
            self._map_sign(ord(letter), signs=signs) if "\ue000" <= letter <= "\uf8ff" else letter
            for letter in text
        )

    def _map_sign(self, code: int, *, signs: bool) -> str:
        if signs:
            return "•"
        if sign := _SYMBOL.get(code - 0xF000):
            return sign
        self._unmapped += 1
        return UNMAPPED

"""Text of a paragraph of a Word document, with what hangs on it: notes and text boxes.

Insertions that were tracked are read, deletions are not; nor are hidden text and the codes of fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from infra.local.retrieval.omml import convert_omml
from infra.local.retrieval.package import (
    Element,
    choose_alternative,
    find_child,
    get_attribute,
    list_children,
    name_of,
)
from infra.local.retrieval.word_styles import Styles, has_code_font, is_on
from shared.text.notation import lower_text, raise_text

_TRANSPARENT = frozenset(
    {
        "w:hyperlink", "w:ins", "w:moveTo", "w:sdt", "w:sdtContent", "w:smartTag", "w:customXml",
        "w:fldSimple", "w:dir", "w:bdo", "w:ruby", "w:rubyBase",
    }
)  # fmt: skip
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_HOLDERS = frozenset({"w:drawing", "w:pict", "w:object"})
_BOX_CONTENT = "w:txbxContent"
_SYMBOL_LETTERS = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
)
_SYMBOL_SIGNS = {
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
    0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xC7: "∩", 0xC8: "∪",
    0xCE: "∈", 0xCF: "∉", 0xD1: "∇", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_UNKNOWN_SIGN = "\ufffd"


@dataclass
class Text:
    """The text; `notes` are the kinds and ids of notes, `boxes` the contents of text boxes."""

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    is_typewriter: bool = False


def read_text(content: Iterable[Element], styles: Styles) -> Text:
    """Read what a paragraph contains."""
    collector = _Collector(styles)
    collector.add_all(content)
    text = collector.result
    text.text = "".join(collector.parts)
    text.is_typewriter = bool(collector.faces) and all(collector.faces)
    return text


class _Collector:
    """The parts of a text, and for each run with words whether it is set as by a typewriter."""

    def __init__(self, styles: Styles) -> None:
        self.result = Text()
        self.parts: list[str] = []
        self.faces: list[bool] = []
        self._styles = styles
        self._codes: list[bool] = []  # of each open field, whether its code goes on

    def add_all(self, content: Iterable[Element]) -> None:
        """Add elements that stand in a paragraph."""
        for element in content:
            name = name_of(element)
            if name == "w:r":
                self._add_run(element)
            elif name in _TRANSPARENT:
                self.add_all(element)
            elif name == "m:oMath":
                self.parts.append(convert_omml(element))
            elif name == "m:oMathPara":
                formulas = list_children(element, "m:oMath")
                self.parts.append(" ".join(convert_omml(each, display=True) for each in formulas))
            elif name == "mc:AlternateContent":
                self.add_all(choose_alternative(element))
            elif name in _HOLDERS:
                self._find_boxes(element)

    def _add_run(self, run: Element) -> None:
        properties = find_child(run, "w:rPr")
        if is_on(properties, "w:vanish"):
            return
        text = "".join(self._read_piece(piece) for piece in run)
        if not text:
            return
        if text.strip():
            style = self._styles.find(get_attribute(find_child(properties, "w:rStyle"), "w:val"))
            self.faces.append(style.is_typewriter or has_code_font(properties))
        place = get_attribute(find_child(properties, "w:vertAlign"), "w:val")
        if place == "superscript":
            text = raise_text(text)
        elif place == "subscript":
            text = lower_text(text)
        self.parts.append(text)

    def _read_piece(self, piece: Element) -> str:
        """Return the text of a run's part; notes, text boxes and fields are noted down."""
        name = name_of(piece)
        if name == "w:fldChar":
            self._follow_field(get_attribute(piece, "w:fldCharType"))
        elif name in {"w:footnoteReference", "w:endnoteReference"}:
            kind = name[2:].removesuffix("Reference")
            self.result.notes.append((kind, get_attribute(piece, "w:id") or ""))
        elif name == "mc:AlternateContent":
            before = len(self.parts)
            self.add_all(choose_alternative(piece))
            text = "".join(self.parts[before:])
            del self.parts[before:]
            return text
        elif name in _HOLDERS:
            self._find_boxes(piece)
        elif name == "w:ruby":
            self.add_all([piece])
        elif not any(self._codes):
            return _read_sign(piece, name)
        return ""

    def _follow_field(self, kind: str | None) -> None:
        if kind == "begin":
            self._codes.append(True)
        elif self._codes and kind == "separate":
            self._codes[-1] = False
        elif self._codes and kind == "end":
            self._codes.pop()

    def _find_boxes(self, holder: Element) -> None:
        """Find the outermost text boxes; those within them are found when they are read."""
        for child in holder:
            name = name_of(child)
            if name == _BOX_CONTENT:
                self.result.boxes.append(child)
            elif name == "mc:AlternateContent":
                for each in choose_alternative(child):
                    self._find_boxes(each)
            else:
                self._find_boxes(child)


def _read_sign(piece: Element, name: str) -> str:
    if name in {"w:t", "m:t"}:
        return piece.text or ""
    if name == "w:sym":
        return _read_symbol(get_attribute(piece, "w:font") or "", get_attribute(piece, "w:char") or "")
    return _SIGNS.get(name, "")


def _read_symbol(font: str, char: str) -> str:
    """Return the character of a symbol font; one that is not known is marked rather than left out."""
    try:
        code = int(char, 16)
    except ValueError:
        return _UNKNOWN_SIGN
    if font.lower() != "symbol":
        return _UNKNOWN_SIGN if 0xE000 <= code <= 0xF8FF or code > 0x10FFFF else chr(code)
    code -= 0xF000 if code >= 0xF000 else 0
    plain = chr(code) if 0x20 <= code < 0x7F else _UNKNOWN_SIGN
    return _SYMBOL_SIGNS.get(code) or _SYMBOL_LETTERS.get(plain, plain)

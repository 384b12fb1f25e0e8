"""Styles of a Word document: what a paragraph or a run is, by its style and those that it is based on."""

import re
from dataclasses import dataclass

from infra.local.retrieval.package import Element, find_child, get_attribute, list_children

_CODE_NAME = re.compile(r"code|preformatted|source|listing|verbatim", re.IGNORECASE)
_CODE_FONT = re.compile(r"courier|mono|consol|menlo|typewriter", re.IGNORECASE)
_HEADING_NAME = re.compile(r"(heading|überschrift|titre|título) ?\d|title$|titel$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"toc ?(\d|heading)|table of figures", re.IGNORECASE)
_OFF = frozenset({"0", "false", "off"})
_MAX_BASES = 20  # of a style; those of a damaged document may go in circles


@dataclass(frozen=True)
class Style:
    """The meaning of a style; `is_contents` is that of a table of contents, which only repeats headings."""

    is_heading: bool = False
    is_contents: bool = False
    is_code: bool = False
    is_list: bool = False
    is_typewriter: bool = False


_PLAIN = Style()


class Styles:
    """The styles by their ids."""

    def __init__(self, part: Element | None) -> None:
        self._elements = {
            get_attribute(style, "w:styleId") or "": style for style in list_children(part, "w:style")
        }
        self._styles: dict[str, Style] = {}

    def find(self, style_id: str | None) -> Style:
        """Return the style of this id, or one that says nothing."""
        if style_id is None or style_id not in self._elements:
            return _PLAIN
        if style_id not in self._styles:
            self._styles[style_id] = self._build(style_id)
        return self._styles[style_id]

    def _build(self, style_id: str) -> Style:
        chain = self._list_bases(style_id)
        name = get_attribute(find_child(chain[0], "w:name"), "w:val") or ""
        levels = (get_attribute(find_child(each, "w:pPr", "w:outlineLvl"), "w:val") for each in chain)
        level = next((level for level in levels if level is not None), "9")
        numbers = (find_child(each, "w:pPr", "w:numPr") for each in chain)
        return Style(
            is_heading=_HEADING_NAME.match(name) is not None or (level.isdecimal() and int(level[:3]) < 9),
            is_contents=_CONTENTS_NAME.match(name) is not None,
            is_code=_CODE_NAME.search(name) is not None,
            is_list=name.lower().startswith("list") or any(each is not None for each in numbers),
            is_typewriter=_CODE_NAME.search(name) is not None
            or any(has_code_font(find_child(each, "w:rPr")) for each in chain),
        )

    def _list_bases(self, style_id: str) -> list[Element]:
        chain = [self._elements[style_id]]
        while len(chain) < _MAX_BASES:
            base = get_attribute(find_child(chain[-1], "w:basedOn"), "w:val")
            if base is None or base not in self._elements:
                break
            chain.append(self._elements[base])
        return chain


def is_on(properties: Element | None, name: str) -> bool:
    """Tell whether a property is given, and not switched off."""
    found = find_child(properties, name)
    return found is not None and get_attribute(found, "w:val") not in _OFF


def has_code_font(properties: Element | None) -> bool:
    """Tell whether the properties of a run name a font of typewriters."""
    fonts = find_child(properties, "w:rFonts")
    return _CODE_FONT.search(get_attribute(fonts, "w:ascii") or "") is not None

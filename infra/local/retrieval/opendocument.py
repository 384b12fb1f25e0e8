"""OpenDocument texts (ODT), by their XML: headings, paragraphs, lists, tables, formulas, notes, boxes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.retrieval.blocks import (
    Block,
    Parsed,
    Unreadable,
    clean_line,
    join_code,
    merge_blocks,
    require_text,
)
from infra.local.retrieval.mathml import convert_source
from infra.local.retrieval.package import (
    Element,
    Package,
    find_child,
    get_attribute,
    list_children,
    name_of,
    open_package,
    resolve,
)
from shared.text.notation import lower_text, raise_text

_NOUN = "The document"
_CODE_NAME = re.compile(r"code|preformatted|source|listing|verbatim", re.IGNORECASE)
_TRANSPARENT = frozenset(
    {
        "office:text", "text:section", "text:list-item", "text:list-header", "text:numbered-paragraph",
        "text:bibliography", "text:index-body", "text:note-body", "draw:frame", "draw:text-box", "draw:g",
        "draw:custom-shape", "table:table-cell",
    }
)  # fmt: skip
_ROW_GROUPS = frozenset({"table:table-header-rows", "table:table-rows", "table:table-row-group"})
_UNREAD = frozenset(
    {
        "office:annotation",
        "text:note-citation",
        "text:ruby-text",
        "text:tracked-changes",
        "svg:title",
        "svg:desc",
    }
)
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_MAX_SPACES = 200
_MAX_BASES = 20  # of a style; those of a damaged document may go in circles
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>")


def parse_opendocument(path: Path) -> Parsed:
    """Parse an OpenDocument text. Raises Unreadable if it is none, damaged, protected, or without text."""
    with open_package(path, _NOUN) as package:
        if "content.xml" not in package:
            raise Unreadable("The file is not an OpenDocument text")
        if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise Unreadable(f"{_NOUN} is protected by a password")
        content = package.read_xml("content.xml")
        named = package.read_xml("styles.xml") if "styles.xml" in package else None
        body = find_child(content, "office:body", "office:text")
        if body is None:
            raise Unreadable("The file is not an OpenDocument text")
        blocks = list(_Reader(package, _Styles(content, named)).read(body))
        parsed = Parsed(merge_blocks(join_code(blocks, "\n")), images_skipped=package.count_images())
        return require_text(parsed, f"{_NOUN} has no text")


class _Styles:
    """The styles by their names, each with those that it is based on."""

    def __init__(self, *parts: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        for part in parts:
            for group in ("office:styles", "office:automatic-styles"):
                for style in list_children(find_child(part, group), "style:style"):
                    self._styles.setdefault(get_attribute(style, "style:name") or "", style)

    def list_names(self, element: Element) -> list[str]:
        """List the name of an element's style and of those that it is based on."""
        names: list[str] = []
        name = get_attribute(element, "text:style-name")
        while name and len(names) < _MAX_BASES:
            names.append(name.replace("_20_", " "))
            name = get_attribute(self._styles.get(name), "style:parent-style-name")
        return names

    def get_position(self, element: Element) -> str:
        """Return how a span is raised or lowered, as `super 58%`; nothing for one that is not."""
        style = self._styles.get(get_attribute(element, "text:style-name") or "")
        return get_attribute(find_child(style, "style:text-properties"), "style:text-position") or ""


@dataclass
class _Reader:
    """A walk over a document; footnotes and text boxes wait for the end of their paragraph."""

    package: Package
    styles: _Styles
    waiting: list[Block] = field(default_factory=list)
    endnotes: list[Block] = field(default_factory=list)

    def read(self, body: Element) -> Iterator[Block]:
        """Read the whole document."""
        yield from self._read_all(body)
        yield from self.endnotes

    def _read_all(self, elements: Iterable[Element], depth: int = 0) -> Iterator[Block]:
        for element in elements:
            name = name_of(element)
            if name == "text:h":
                yield Block("heading", clean_line(self._read_text(element)))
                yield from self._take_waiting()
            elif name == "text:p":
                yield from self._read_paragraph(element, depth)
            elif name == "text:list":
                yield from self._read_all(element, depth + 1)
            elif name == "table:table":
                yield from self._read_table(element)
            elif name in _TRANSPARENT:
                yield from self._read_all(element, depth)

    def _take_waiting(self) -> list[Block]:
        taken, self.waiting = self.waiting, []
        return taken

    def _read_paragraph(self, paragraph: Element, depth: int) -> Iterator[Block]:
        names = self.styles.list_names(paragraph)
        text = self._read_text(paragraph)
        line = clean_line(text)
        if "Title" in names:
            yield Block("heading", line)
        elif any(_CODE_NAME.search(name) for name in names):
            yield Block("code", text)
        elif depth and line:
            yield Block("list", f"{'  ' * (depth - 1)}- {line}")
        else:
            yield Block("paragraph", line)
        yield from self._take_waiting()

    def _read_text(self, element: Element) -> str:
        parts = [element.text or ""]
        for child in element:
            parts.append(self._read_piece(child))
            parts.append(child.tail or "")
        return "".join(parts)

    def _read_piece(self, piece: Element) -> str:
        name = name_of(piece)
        if name in _UNREAD:
            return ""
        if name == "text:s":
            count = get_attribute(piece, "text:c") or "1"
            return " " * min(int(count[:6]) if count.isdecimal() else 1, _MAX_SPACES)
        if name == "text:note":
            self._read_note(piece)
            return ""
        if name == "draw:frame":
            return self._read_frame(piece)
        if name == "text:span":
            return self._read_span(piece)
        return _SIGNS[name] if name in _SIGNS else self._read_text(piece)

    def _read_span(self, span: Element) -> str:
        text, position = self._read_text(span), self.styles.get_position(span)
        if position.startswith(("sub", "-")):
            return lower_text(text)
        return raise_text(text) if position and not position.startswith("0") else text

    def _read_note(self, note: Element) -> None:
        earlier, self.waiting = self.waiting, []
        blocks = list(self._read_all(list_children(note, "text:note-body")))
        is_endnote = get_attribute(note, "text:note-class") == "endnote"
        self.waiting = earlier
        (self.endnotes if is_endnote else self.waiting).extend(blocks)

    def _read_frame(self, frame: Element) -> str:
        """Return the formula of a frame; the text of one that holds text waits."""
        reference = get_attribute(find_child(frame, "draw:object"), "xlink:href")
        if reference is not None:
            part = f"{resolve('', reference)}/content.xml"
            return self._read_formula(part) if part in self.package else ""
        earlier, self.waiting = self.waiting, []
        blocks = list(self._read_all(list_children(frame, "draw:text-box")))
        self.waiting = [*earlier, *blocks]
        return ""

    def _read_formula(self, part: str) -> str:
        return convert_source(_DOCTYPE.sub(b"", self.package.read(part)))

    def _read_table(self, table: Element) -> Iterator[Block]:
        above: dict[int, tuple[int, str]] = {}  # texts of cells merged over rows, and the rows still to come
        for row in _list_rows(table):
            texts = list(self._read_cells(row, above))
            yield Block("table", " | ".join(texts) if any(texts) else "")
        yield from self._take_waiting()

    def _read_cells(self, row: Element, above: dict[int, tuple[int, str]]) -> Iterator[str]:
        cells = list_children(row, "table:table-cell", "table:covered-table-cell")
        for column, cell in enumerate(cells):
            if name_of(cell) == "table:covered-table-cell":
                rows, text = above.get(column, (0, ""))
                if rows:
                    above[column] = (rows - 1, text)
                    yield text
                continue
            text = clean_line(" ".join(block.text for block in self._read_all([cell])))
            spanned = get_attribute(cell, "table:number-rows-spanned") or "1"
            above[column] = (int(spanned[:6]) - 1 if spanned.isdecimal() else 0, text)
            yield text


def _list_rows(table: Element) -> list[Element]:
    rows: list[Element] = []
    for child in table:
        if name_of(child) == "table:table-row":
            rows.append(child)
        elif name_of(child) in _ROW_GROUPS:
            rows.extend(_list_rows(child))
    return rows

"""Word documents, by their XML: headings, paragraphs, lists, tables, formulas, notes, text boxes in order."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
from infra.local.retrieval.package import (
    Element,
    Package,
    choose_alternative,
    find_child,
    get_attribute,
    list_children,
    name_of,
    open_package,
)
from infra.local.retrieval.word_styles import Style, Styles, is_on
from infra.local.retrieval.word_text import Text, read_text

_NOUN = "The Word document"
_INDENTED_LINES = re.compile(r"\n(?: {2,}+|\t)[^\S\n]*+\S")
_TRANSPARENT = frozenset(
    {"w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo", "w:hyperlink"}
)
_GROUPED = frozenset({"list", "table", "code"})  # kinds whose neighbours belong together
_ORDINARY_NOTES = frozenset({None, "normal"})


def parse_word(path: Path) -> Parsed:
    """Parse a Word document. Raises Unreadable if it is none, a bomb, damaged, or without text."""
    with open_package(path, _NOUN) as package:
        main = _find_main_part(package)
        reader = _Reader(_read_styles(package, main), _read_notes(package, main))
        body = find_child(package.read_xml(main), "w:body")
        blocks = list(reader.read(body if body is not None else ()))
        parsed = Parsed(merge_blocks(join_code(blocks, "\n")), images_skipped=package.count_images())
        return require_text(parsed, f"{_NOUN} has no text")


def _find_main_part(package: Package) -> str:
    relations = package.list_relations("").values()
    main = next((each.target for each in relations if each.kind == "officeDocument"), "word/document.xml")
    if "[Content_Types].xml" not in package or main not in package or not main.startswith("word/"):
        raise Unreadable("The file is not a Word document")
    return main


def _read_styles(package: Package, main: str) -> Styles:
    relations = package.list_relations(main).values()
    part = next((each.target for each in relations if each.kind == "styles"), None)
    return Styles(package.read_xml(part) if part is not None and part in package else None)


def _read_notes(package: Package, main: str) -> dict[tuple[str, str], Element]:
    """Read the notes by their kind, `footnote` or `endnote`, and id; separators are none."""
    notes: dict[tuple[str, str], Element] = {}
    for relation in package.list_relations(main).values():
        if relation.kind in {"footnotes", "endnotes"} and relation.target in package:
            kind = relation.kind.removesuffix("s")
            for note in list_children(package.read_xml(relation.target), f"w:{kind}"):
                if get_attribute(note, "w:type") in _ORDINARY_NOTES:
                    notes[kind, get_attribute(note, "w:id") or ""] = note
    return notes


@dataclass
class _Reader:
    """A walk over a document; footnotes wait for the end of the list or table that they stand in."""

    styles: Styles
    notes: Mapping[tuple[str, str], Element]
    footnotes: list[Block] = field(default_factory=list)
    endnotes: list[Block] = field(default_factory=list)
    beginning: str = ""  # of a paragraph whose end was deleted, and that goes on in the next
    told: set[tuple[str, str]] = field(default_factory=set)

    def read(self, body: Iterable[Element]) -> Iterator[Block]:
        """Read the whole document."""
        was_grouped = False
        for block in self._read_all(body):
            is_grouped = block.kind in _GROUPED
            if not (was_grouped and is_grouped):
                yield from self._take_footnotes()
            yield block
            was_grouped = is_grouped
        yield from self._take_footnotes()
        yield from self.endnotes

    def _take_footnotes(self) -> list[Block]:
        taken, self.footnotes = self.footnotes, []
        return taken

    def _read_all(self, elements: Iterable[Element]) -> Iterator[Block]:
        for element in elements:
            name = name_of(element)
            if name == "w:p":
                yield from self._read_paragraph(element)
            elif name == "w:tbl":
                yield from self._read_table(element)
            elif name in _TRANSPARENT:
                yield from self._read_all(element)
            elif name == "mc:AlternateContent":
                yield from self._read_all(choose_alternative(element))
            elif name in {"m:oMathPara", "m:oMath"}:
                yield Block("paragraph", clean_line(read_text([element], self.styles).text))

    def _read_paragraph(self, paragraph: Element) -> Iterator[Block]:
        properties = find_child(paragraph, "w:pPr")
        style = self.styles.find(get_attribute(find_child(properties, "w:pStyle"), "w:val"))
        text = read_text(paragraph, self.styles)
        if is_on(find_child(properties, "w:rPr"), "w:del"):
            self.beginning += text.text
        elif not style.is_contents:
            whole, self.beginning = self.beginning + text.text, ""
            if whole.strip():
                yield _build_block(whole, text, style, properties)
        for note in text.notes:
            self._read_note(note)
        for box in text.boxes:
            yield from self._read_all(box)

    def _read_note(self, key: tuple[str, str]) -> None:
        note = self.notes.get(key)
        if note is None or key in self.told:
            return
        self.told.add(key)
        blocks = list(self._read_all(note))
        (self.footnotes if key[0] == "footnote" else self.endnotes).extend(blocks)

    def _read_table(self, table: Element) -> Iterator[Block]:
        yield from self._take_footnotes()
        above: dict[int, str] = {}  # texts of cells merged over rows, by column
        rows = [row for row in _list_rows(table) if not is_on(find_child(row, "w:trPr"), "w:del")]
        if len(rows) == 1 and len(cells := _list_cells(rows[0])) == 1:  # a frame around text
            yield from self._read_all(cells[0])
            return
        for row in rows:
            texts = list(self._read_cells(row, above))
            yield Block("table", " | ".join(texts) if any(texts) else "")

    def _read_cells(self, row: Element, above: dict[int, str]) -> Iterator[str]:
        column = 0
        for cell in _list_cells(row):
            properties = find_child(cell, "w:tcPr")
            merge = find_child(properties, "w:vMerge")
            text = clean_line(" ".join(block.text for block in self._read_all(cell)))
            if merge is not None and get_attribute(merge, "w:val") != "restart":
                text = above.get(column, text)
            above[column] = text
            span = get_attribute(find_child(properties, "w:gridSpan"), "w:val") or "1"
            column += int(span) if span.isdecimal() and len(span) < 4 else 1
            yield text


def _list_rows(table: Element) -> list[Element]:
    return _list_within(table, "w:tr")


def _list_cells(row: Element) -> list[Element]:
    return [cell for cell in _list_within(row, "w:tc") if not is_on(find_child(cell, "w:tcPr"), "w:cellDel")]


def _list_within(element: Element, name: str) -> list[Element]:
    """List the children of this name, those in content controls too."""
    found: list[Element] = []
    for child in element:
        if name_of(child) == name:
            found.append(child)
        elif name_of(child) in _TRANSPARENT:
            found.extend(_list_within(child, name))
    return found


def _build_block(whole: str, text: Text, style: Style, properties: Element | None) -> Block:
    line = clean_line(whole)
    if style.is_heading or _has_outline_level(properties):
        return Block("heading", line)
    if style.is_code or _INDENTED_LINES.search(whole) or text.is_typewriter:
        return Block("code", whole)
    numbering = find_child(properties, "w:numPr")
    if style.is_list or numbering is not None:
        return Block("list", f"- {line}")
    return Block("table" if " | " in whole else "paragraph", line)


def _has_outline_level(properties: Element | None) -> bool:
    level = get_attribute(find_child(properties, "w:outlineLvl"), "w:val") or ""
    return level.isdecimal() and int(level[:3]) < 9

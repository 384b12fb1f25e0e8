"""Word documents by python-docx: headings by style, paragraphs, lists and tables in document order."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.retrieval.blocks import (
    Block,
    Damaged,
    Parsed,
    Unreadable,
    clean_line,
    join_code,
    merge_blocks,
    require_text,
)
from shared.archives import (
    ArchiveDamaged,
    ArchiveLimits,
    ArchiveRefused,
    ArchiveTooLarge,
    open_archive,
)

_LIMITS = ArchiveLimits(max_entries=5000, max_unpacked_bytes=200 * 1024 * 1024)
_HEAD_BYTES = 64 * 1024
_TOO_LARGE = "The Word document unpacks to more data than is accepted"
_BROKEN = "The Word document is damaged and could not be read"
_CODE_STYLE = re.compile(r"code|preformatted|source|listing|verbatim", re.IGNORECASE)
_CODE_FONT = re.compile(r"courier|mono|consol|menlo|typewriter", re.IGNORECASE)
_HEADING_STYLE = re.compile(r"(heading|überschrift|titre|título) ?\d|title$|titel$", re.IGNORECASE)
_INDENTED_LINES = re.compile(r"\n(?: {2,}+|\t)[^\S\n]*+\S")


def parse_word(path: Path) -> Parsed:
    """Parse a Word document. Raises Unreadable if it is none, a bomb, damaged, or without text."""
    _check_archive(path)
    import docx

    try:
        blocks = list(_read_blocks(docx.Document(str(path))))
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # a damaged file may lead the parser to any
        raise Damaged(_BROKEN) from error
    return require_text(Parsed(merge_blocks(join_code(blocks, "\n"))), "The Word document has no text")


def _check_archive(path: Path) -> None:
    """Refuse a bomb before anything is unpacked: the directory says how much there would be."""
    try:
        with path.open("rb") as file, open_archive(file, _LIMITS) as archive:
            archive.check_total()
            if not all(part in archive for part in ("[Content_Types].xml", "word/document.xml")):
                raise Unreadable("The file is not a Word document")
            for name in archive.names:
                if name.lower().endswith((".xml", ".rels")):
                    _check_entities(archive.read_head(name, _HEAD_BYTES))
    except ArchiveDamaged as error:
        raise Damaged(_BROKEN) from error
    except ArchiveTooLarge as error:
        raise Unreadable(_TOO_LARGE) from error
    except ArchiveRefused as error:
        raise Unreadable(str(error)) from error


def _check_entities(head: bytes) -> None:
    head = head.replace(b"\x00", b"")  # so that UTF-16 reads alike
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Unreadable("The Word document declares XML entities, which are not accepted")


def _read_blocks(document: Any) -> Iterator[Block]:
    from docx.table import Table

    names = {style.style_id: style.name or "" for style in document.styles}  # asking each paragraph is slow
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _read_table(item)
        else:
            yield from _read_paragraph(item, names)


def _read_table(table: Any) -> Iterator[Block]:
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:  # a cell merged over columns comes once for each
            if id(cell._tc) not in seen:  # noqa: SLF001 - python-docx has no public identity of a cell
                seen.add(id(cell._tc))  # noqa: SLF001
                cells.append(clean_line(cell.text))
        yield Block("table", " | ".join(cells) if any(cells) else "")


def _read_paragraph(paragraph: Any, names: Mapping[str | None, str]) -> Iterator[Block]:
    text: str = paragraph.text
    style = names.get(paragraph._p.style, "")  # noqa: SLF001 - the public property is what is slow
    if not text.strip():
        return
    if _HEADING_STYLE.match(style):
        yield Block("heading", clean_line(text))
    elif _is_code(paragraph, style):
        yield Block("code", text)
    elif style.lower().startswith("list") or _is_numbered(paragraph):
        yield Block("list", f"- {clean_line(text)}")
    elif " | " in text:
        yield Block("table", clean_line(text))
    else:
        yield Block("paragraph", clean_line(text))


def _is_code(paragraph: Any, style: str) -> bool:
    if _CODE_STYLE.search(style) or _INDENTED_LINES.search(paragraph.text):
        return True
    fonts = [run.font.name for run in paragraph.runs if run.text.strip()]
    return bool(fonts) and all(font and _CODE_FONT.search(font) for font in fonts)


def _is_numbered(paragraph: Any) -> bool:
    properties = paragraph._p.pPr  # noqa: SLF001 - python-docx has no public view of numbering
    return properties is not None and properties.numPr is not None

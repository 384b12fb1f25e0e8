"""Plain text: its encoding, and the structure shown by blank lines, bullets and indentation."""

import codecs
import re

from infra.local.retrieval.blocks import Block, Parsed, clean_line, join_code, merge_blocks, require_text

BULLET = re.compile(r"^\s*(?:[\x7f•◦▪▸●○■·‣∙\uf0b7–—*+-]|\(?\d{1,3}[.)]|\(?[a-z][)])\s+(?=\S)")
_INDENTED = re.compile(r"^(?: {4}|\t)")
_UNDERLINE = re.compile(r"^\s*(?:=+|-{3,}|~{3,}|\*{3,}|_{3,})\s*$")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Decode UTF-8, or UTF-16 if its mark stands first, else Latin-1 as Windows writes it."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def parse_plain(data: bytes) -> Parsed:
    """Parse plain text, in which form feeds separate pages. Raises Unreadable if there is no text."""
    pages = decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\f")
    paged = len(pages) > 1
    blocks = [
        block
        for number, page in enumerate(pages, start=1)
        for block in _split_page(page, number if paged else None)
    ]
    return require_text(Parsed(merge_blocks(blocks), len(pages)), "The file has no text")


def looks_like_heading(line: str) -> bool:
    """Return whether a line is short, begins like a title and ends unlike a sentence."""
    first = line[:1]
    return (
        len(line) <= 80
        and (first.isupper() or first.isdigit())
        and line[-1:] not in ".,;:!?…"
        and any(letter.isalpha() for letter in line)
        and " | " not in line
    )


def format_list_item(line: str) -> str:
    """Write the item as one line, its bullet a dash; a number stays, as texts refer to it."""
    match = BULLET.match(line)
    mark = match.group().strip() if match else "-"
    text = clean_line(line[match.end() :] if match else line)
    return f"{mark if mark[-1:] in '.)' else '-'} {text}"


def _split_page(page: str, number: int | None) -> list[Block]:
    parts: list[list[str]] = [[]]
    for line in page.split("\n"):
        if line.strip():
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return join_code([block for part in parts for block in _split_part(part, number)], "\n\n")


def _split_part(lines: list[str], page: int | None) -> list[Block]:
    """Split what stands between two blank lines into blocks."""
    if len(lines) > 1 and _UNDERLINE.match(lines[1]):
        return [Block("heading", clean_line(lines[0]), page), *_split_part(lines[2:], page)]
    if not lines or (len(lines) == 1 and _UNDERLINE.match(lines[0])):
        return []
    if all(_INDENTED.match(line) for line in lines) and not BULLET.match(lines[0]):
        return [Block("code", "\n".join(lines), page)]
    if len(lines) == 1 and looks_like_heading(clean_line(lines[0])) and not BULLET.match(lines[0]):
        return [Block("heading", clean_line(lines[0]), page)]
    return _join_running_text(lines, page)


def _join_running_text(lines: list[str], page: int | None) -> list[Block]:
    """Join wrapped lines; a bullet begins an item, a bar between cells is a row."""
    groups: list[list[str]] = []
    for line in lines:
        if not groups or BULLET.match(line) or " | " in line:
            groups.append([line])
        else:
            groups[-1].append(line)
    return [build_text_block(" ".join(group), page) for group in groups]


def build_text_block(text: str, page: int | None) -> Block:
    """Build the table, list or paragraph that the text is."""
    if " | " in text:
        return Block("table", clean_line(text), page)
    if BULLET.match(text):
        return Block("list", format_list_item(text), page)
    return Block("paragraph", clean_line(text), page)

"""Plain text: its encoding, and the structure that blank lines, bullets and indentation show."""

import codecs
import re

from infra.local.retrieval.blocks import Block, Parsed, code_joined, merged, one_line, require_text

BULLET = re.compile(r"^\s*(?:[\x7f•◦▪▸●○■·‣∙\uf0b7–—*+-]|\(?\d{1,3}[.)]|\(?[a-z][)])\s+(?=\S)")
_INDENTED = re.compile(r"^(?: {4}|\t)")
_UNDERLINE = re.compile(r"^\s*(?:=+|-{3,}|~{3,}|\*{3,}|_{3,})\s*$")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """UTF-8, or UTF-16 where its mark stands first, else Latin-1 as Windows writes it."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def parse_plain(data: bytes) -> Parsed:
    """Form feeds separate pages. Raises Unreadable where there is no text."""
    pages = decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\f")
    paged = len(pages) > 1
    blocks = [
        block
        for number, page in enumerate(pages, start=1)
        for block in _page_blocks(page, number if paged else None)
    ]
    return require_text(Parsed(merged(blocks), len(pages)), "The file has no text")


def looks_like_heading(line: str) -> bool:
    """A short line that begins like a title and ends unlike a sentence."""
    first = line[:1]
    return (
        len(line) <= 80
        and (first.isupper() or first.isdigit())
        and line[-1:] not in ".,;:!?…"
        and any(letter.isalpha() for letter in line)
        and " | " not in line
    )


def list_item(line: str) -> str:
    """The item as one line, its bullet a dash; a number stays, as texts refer to it."""
    match = BULLET.match(line)
    mark = match.group().strip() if match else "-"
    text = one_line(line[match.end() :] if match else line)
    return f"{mark if mark[-1:] in '.)' else '-'} {text}"


def _page_blocks(page: str, number: int | None) -> list[Block]:
    parts: list[list[str]] = [[]]
    for line in page.split("\n"):
        if line.strip():
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    return code_joined([block for part in parts for block in _part_blocks(part, number)], "\n\n")


def _part_blocks(lines: list[str], page: int | None) -> list[Block]:
    """The blocks of what stands between two blank lines."""
    if len(lines) > 1 and _UNDERLINE.match(lines[1]):
        return [Block("heading", one_line(lines[0]), page), *_part_blocks(lines[2:], page)]
    if not lines or (len(lines) == 1 and _UNDERLINE.match(lines[0])):
        return []
    if all(_INDENTED.match(line) for line in lines) and not BULLET.match(lines[0]):
        return [Block("code", "\n".join(lines), page)]
    if len(lines) == 1 and looks_like_heading(one_line(lines[0])) and not BULLET.match(lines[0]):
        return [Block("heading", one_line(lines[0]), page)]
    return _running_text(lines, page)


def _running_text(lines: list[str], page: int | None) -> list[Block]:
    """Wrapped lines joined; a bullet begins an item, a bar between cells is a row."""
    groups: list[list[str]] = []
    for line in lines:
        if not groups or BULLET.match(line) or " | " in line:
            groups.append([line])
        else:
            groups[-1].append(line)
    return [text_block(" ".join(group), page) for group in groups]


def text_block(text: str, page: int | None) -> Block:
    if " | " in text:
        return Block("table", one_line(text), page)
    if BULLET.match(text):
        return Block("list", list_item(text), page)
    return Block("paragraph", one_line(text), page)

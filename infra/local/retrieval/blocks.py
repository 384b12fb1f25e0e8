"""The blocks of a document in reading order, which every parser gives."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "code", "table"]

DAMAGED = "The file is damaged and could not be read"
OUT_OF_MEMORY = "The file needs too much memory to be read"
MAX_TEXT_CHARS = 10_000_000
TOO_LONG = f"The text is too long: at most {MAX_TEXT_CHARS:,} characters are accepted"
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b\u2060\ufeff\ud800-\udfff\ue000-\uf8ff]")
_SPACES = re.compile(r"\s+")


class Unreadable(Exception):
    """The document can't be read, for a reason told in one sentence for people."""


class Damaged(Unreadable):
    """A parser failed, over the file or for want of memory."""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, the items of a list (one a line), code, or the rows of a table (one a line)."""

    kind: Kind
    text: str
    page: int | None = None


@dataclass(frozen=True)
class Parsed:
    """The blocks of a document, its number of pages, and how much of it is not read."""

    blocks: list[Block] = field(default_factory=list)
    pages: int = 1
    pages_without_text: int = 0
    images_skipped: int = 0


def clean(text: str) -> str:
    """Resolve ligatures; remove control, invisible and private-use characters, and lone surrogates."""
    return _UNWANTED.sub("", text.replace("\xa0", " ")).translate(_LIGATURES)


def clean_line(text: str) -> str:
    """Clean the text and write it in one line with single spaces."""
    return _SPACES.sub(" ", clean(text)).strip()


def dedent(code: str) -> str:
    """Remove the indentation that all lines of code share, and empty lines around them."""
    lines = [clean(line).rstrip() for line in code.expandtabs(4).splitlines()]
    indents = [len(line) - len(line.lstrip()) for line in lines if line]
    shared = min(indents, default=0)
    return "\n".join(line[shared:] for line in lines).strip("\n")


def merge_blocks(blocks: list[Block]) -> list[Block]:
    """Merge neighbours that belong together: items of a list, rows of a table."""
    merged: list[Block] = []
    for block in blocks:
        if not block.text.strip():
            continue
        if merged and block.kind == merged[-1].kind and block.kind in {"list", "table"}:
            last = merged[-1]
            merged[-1] = Block(last.kind, f"{last.text}\n{block.text}", last.page)
        else:
            merged.append(block)
    return merged


def join_code(blocks: list[Block], glue: str) -> list[Block]:
    """Join code that came in parts, line by line or with blank lines between, into one dedented block."""
    joined: list[Block] = []
    for block in blocks:
        if joined and block.kind == "code" == joined[-1].kind and block.page == joined[-1].page:
            joined[-1] = Block("code", f"{joined[-1].text}{glue}{block.text}", block.page)
        else:
            joined.append(block)
    return [replace(block, text=dedent(block.text)) if block.kind == "code" else block for block in joined]


def require_text(parsed: Parsed, message: str) -> Parsed:
    """Raise Unreadable with `message` if there is no text, and with TOO_LONG if there is too much."""
    size = sum(len(block.text) for block in parsed.blocks)
    if not size:
        raise Unreadable(message)
    if size > MAX_TEXT_CHARS:
        raise Unreadable(TOO_LONG)
    return parsed

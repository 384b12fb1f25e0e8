"""What every parser gives: the blocks of a document in reading order."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["heading", "paragraph", "list", "code", "table"]

DAMAGED = "The file is damaged and could not be read"
OUT_OF_MEMORY = "The file needs too much memory to be read"
MAX_CHARACTERS = 10_000_000
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
    """A parser stumbled, over the file or for want of memory."""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, the items of a list (one a line), code, or the rows of a table (one a line)."""

    kind: Kind
    text: str
    page: int | None = None


@dataclass(frozen=True)
class Parsed:
    blocks: list[Block] = field(default_factory=list)
    pages: int = 1


def clean(text: str) -> str:
    """Ligatures resolved; no control, invisible or private-use characters, no lone surrogates."""
    return _UNWANTED.sub("", text.replace("\xa0", " ")).translate(_LIGATURES)


def one_line(text: str) -> str:
    return _SPACES.sub(" ", clean(text)).strip()


def dedent(code: str) -> str:
    """Code without the indentation all its lines share and without empty lines around it."""
    lines = [clean(line).rstrip() for line in code.expandtabs(4).splitlines()]
    indents = [len(line) - len(line.lstrip()) for line in lines if line]
    shared = min(indents, default=0)
    return "\n".join(line[shared:] for line in lines).strip("\n")


def merged(blocks: list[Block]) -> list[Block]:
    """Neighbours that belong together are one: items of a list, rows of a table, lines of code."""
    result: list[Block] = []
    for block in blocks:
        if not block.text.strip():
            continue
        if result and block.kind == result[-1].kind and block.kind in {"list", "table"}:
            last = result[-1]
            result[-1] = Block(last.kind, f"{last.text}\n{block.text}", last.page)
        else:
            result.append(block)
    return result


def code_joined(blocks: list[Block], glue: str) -> list[Block]:
    """Code that came in parts, line by line or with blank lines between, is one dedented block."""
    result: list[Block] = []
    for block in blocks:
        if result and block.kind == "code" == result[-1].kind and block.page == result[-1].page:
            result[-1] = Block("code", f"{result[-1].text}{glue}{block.text}", block.page)
        else:
            result.append(block)
    return [replace(block, text=dedent(block.text)) if block.kind == "code" else block for block in result]


def too_long() -> Unreadable:
    return Unreadable(f"The text is too long: at most {MAX_CHARACTERS:,} characters are accepted")


def require_text(parsed: Parsed, message: str) -> Parsed:
    """Raises Unreadable with `message` where there is no text, and where there is too much."""
    size = sum(len(block.text) for block in parsed.blocks)
    if not size:
        raise Unreadable(message)
    if size > MAX_CHARACTERS:
        raise too_long()
    return parsed

"""Chunks of about a thousand characters, in which sentences, rows and lines of code stay whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from infra.local.retrieval.blocks import Block
from shared.clock import derive_id
from shared.text.sentences import split_sentences

MAX_CHUNK_CHARS: Final = 1_200
_FULL_CHUNK_CHARS: Final = (
    800  # a chunk this long does not begin another paragraph that would pass MAX_CHUNK_CHARS
)
_SECTION_CHUNK_CHARS: Final = 600  # a chunk this long ends where a heading begins a new section
_FENCE: Final = "```"


class StoredChunk(BaseModel):
    """A chunk as it is stored; `page` is where it begins."""

    model_config = ConfigDict(frozen=True)

    chunk_id: str
    text: str
    page: int | None = None


STORED_CHUNKS = TypeAdapter(list[StoredChunk])


def build_chunks(document_id: str, blocks: list[Block]) -> list[StoredChunk]:
    """Pack the blocks into chunks; the same blocks give the same chunks with the same ids."""
    packer = _Packer()
    for block in blocks:
        packer.add(block)
    return [
        StoredChunk(chunk_id=derive_id(document_id, str(index), text), text=text, page=page)
        for index, (text, page) in enumerate(packer.finish())
    ]


@dataclass
class _Packer:
    done: list[tuple[str, int | None]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    page: int | None = None  # of the first part
    headings: list[Block] = field(default_factory=list)  # wait for the text they head

    def add(self, block: Block) -> None:
        """Add a block to the chunk at hand, or begin another."""
        if block.kind == "heading":
            self._add_heading(block)
            return
        for piece in _split_block(block, MAX_CHUNK_CHARS - self._headings_size()):
            if self.parts and not self._fits(piece):
                self._flush()
            self._take_headings()
            self._append(piece, block.page)

    def finish(self) -> list[tuple[str, int | None]]:
        """End the last chunk and return the text and page of all."""
        self._take_headings()
        self._flush()
        return self.done

    def _add_heading(self, block: Block) -> None:
        if not self.headings and self._size() >= _SECTION_CHUNK_CHARS:
            self._flush()
        title = block.text[: MAX_CHUNK_CHARS // 2]
        if self._headings_size() + len(title) > MAX_CHUNK_CHARS // 2:  # headings alone: a table of contents
            self._flush()
            self._take_headings()
            self._flush()
        self.headings.append(Block("heading", title, block.page))

    def _take_headings(self) -> None:
        for heading in self.headings:
            self._append(heading.text, heading.page)
        self.headings = []

    def _append(self, text: str, page: int | None) -> None:
        if not self.parts:
            self.page = page
        self.parts.append(text)

    def _fits(self, piece: str) -> bool:
        size = self._size() + self._headings_size() + len(piece)
        return size <= (MAX_CHUNK_CHARS if self._size() < _FULL_CHUNK_CHARS else MAX_CHUNK_CHARS - 100)

    def _size(self) -> int:
        return sum(len(part) + 2 for part in self.parts)

    def _headings_size(self) -> int:
        return sum(len(heading.text) + 2 for heading in self.headings)

    def _flush(self) -> None:
        if self.parts:
            self.done.append(("\n\n".join(self.parts), self.page))
        self.parts = []


def _split_block(block: Block, room: int) -> Iterator[str]:
    """Split the block into parts of at most `room` characters, between sentences, rows or lines."""
    if block.kind == "code":
        inner = room - 2 * len(_FENCE) - 2
        for lines in _pack(_split_lines(block.text, inner), inner, "\n"):
            yield f"{_FENCE}\n{lines}\n{_FENCE}"
    elif block.kind in {"list", "table"}:
        yield from _pack(_split_lines(block.text, room), room, "\n")
    elif len(block.text) <= room:
        yield block.text
    else:
        whole = (part for sentence in split_sentences(block.text) for part in _cut_text(sentence, room))
        yield from _pack(whole, min(room, _FULL_CHUNK_CHARS), " ")


def _split_lines(text: str, room: int) -> Iterator[str]:
    return (part for line in text.split("\n") for part in _cut_text(line, room))


def _pack(parts: Iterator[str], room: int, glue: str) -> Iterator[str]:
    current: list[str] = []
    size = 0
    for part in parts:
        if current and size + len(glue) + len(part) > room:
            yield glue.join(current)
            current, size = [], 0
        size += len(part) + (len(glue) if current else 0)
        current.append(part)
    if current:
        yield glue.join(current)


def _cut_text(text: str, room: int) -> Iterator[str]:
    """Cut a sentence longer than a chunk between words, a word longer than a chunk anywhere."""
    start = 0
    while len(text) - start > room:
        space = text.rfind(" ", start + room // 2, start + room)
        end = space if space > 0 else start + room
        yield text[start:end].rstrip()
        start = end + (1 if space > 0 else 0)
    yield text[start:]

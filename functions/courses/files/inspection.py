"""Inspection of a file in one pass: size, hash and type."""

import asyncio
import codecs
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from functions.courses.files.rules import DOCX, HEAD_BYTES, FileKind, detect_binary_kind, detect_text_kind
from shared.archives import ArchiveLimits, ArchiveRefused, open_archive

CHUNK_BYTES = 256 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ASCII = bytes(range(128))
_MAX_NON_ASCII_RATIO = 0.3  # of the bytes of a text in a Western 8-bit encoding
_WORD_MAIN_PART = re.compile(r"word/document\d*\.xml")
_WORD_LIMITS = ArchiveLimits(max_entries=5000, max_unpacked_bytes=0)


@dataclass(frozen=True)
class Inspection:
    """The result of an inspection. `kind` is None for unknown content; an empty file counts as text."""

    size: int
    sha256: str
    kind: FileKind | None


async def inspect(file: BinaryIO, *, file_name: str, content_type: str = "") -> Inspection:
    """Read the whole file in a thread and rewind it."""
    return await asyncio.to_thread(_inspect, file, file_name, content_type)


async def read_chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    """Yield the file in chunks from its beginning."""
    await asyncio.to_thread(file.seek, 0)
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        yield chunk


class TextScan:
    """A detector of text: UTF-8, UTF-16 with a byte order mark, or a Western 8-bit encoding."""

    def __init__(self, head: bytes) -> None:
        self._wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self._decoder = codecs.getincrementaldecoder("utf-16" if self._wide else "utf-8")()
        self._decodes = self._plain = True
        self._size = self._high = 0

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        """Examine the next bytes."""
        text = self._decode(chunk, final=final)
        examined = text.encode("utf-8", "surrogatepass") if self._wide else chunk
        self._plain = self._plain and not _CONTROL.search(examined)
        self._size += len(chunk)
        self._high += len(chunk.translate(None, _ASCII))

    @property
    def is_text(self) -> bool:
        """Tell whether all bytes so far are text."""
        eight_bit = not self._wide and self._high <= _MAX_NON_ASCII_RATIO * self._size
        return self._plain and (self._decodes or eight_bit)

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        if not self._decodes:
            return ""
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._decodes = False
            return ""


def _inspect(file: BinaryIO, file_name: str, content_type: str) -> Inspection:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    scan, digest, size = TextScan(head), hashlib.sha256(), 0
    for chunk in _iterate_chunks(file):
        digest.update(chunk)
        scan.feed(chunk)
        size += len(chunk)
    scan.feed(b"", final=True)
    kind = detect_binary_kind(head)
    if kind is None and head.startswith(b"PK\x03\x04"):
        kind = DOCX if _is_word(file) else None
    elif kind is None and scan.is_text:
        kind = detect_text_kind(head, file_name=file_name, content_type=content_type)
    file.seek(0)
    return Inspection(size, digest.hexdigest(), kind)


def _iterate_chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _is_word(file: BinaryIO) -> bool:
    """Tell whether the archive has a Word document's parts, by its directory; nothing is unpacked."""
    try:
        with open_archive(file, _WORD_LIMITS) as archive:
            has_main = any(_WORD_MAIN_PART.fullmatch(name) for name in archive.names)
            return has_main and "[Content_Types].xml" in archive
    except ArchiveRefused:
        return False

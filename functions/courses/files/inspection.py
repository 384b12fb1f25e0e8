"""Inspection of a file in one pass: size, hash and type."""

import asyncio
import codecs
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from functions.courses.files.rules import (
    HEAD_BYTES,
    IPYNB,
    FileKind,
    detect_binary_kind,
    detect_package_kind,
    detect_text_kind,
)
from shared.archives import ArchiveLimits, ArchiveRefused, open_archive

CHUNK_BYTES = 256 * 1024
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ASCII = bytes(range(128))
_MAX_NON_ASCII_RATIO = 0.3  # of the bytes of a text in a Western 8-bit encoding
_NOTEBOOK_MARKS = (b'"nbformat"', b'"cell_type"')
_PACKAGE_LIMITS = ArchiveLimits(max_entries=5000, max_unpacked_bytes=0)


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


class NotebookScan:
    """A detector of Jupyter's notebooks: JSON whose names say so, wherever in the file they stand."""

    def __init__(self, head: bytes) -> None:
        self._is_object = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        self._missing = set(_NOTEBOOK_MARKS)
        self._end = b""

    def feed(self, chunk: bytes) -> None:
        """Examine the next bytes."""
        if self._is_object and self._missing:
            window = self._end + chunk
            self._missing -= {mark for mark in self._missing if mark in window}
            self._end = window[-max(map(len, _NOTEBOOK_MARKS)) :]

    @property
    def is_notebook(self) -> bool:
        """Tell whether the bytes so far are a notebook's."""
        return self._is_object and not self._missing


def _inspect(file: BinaryIO, file_name: str, content_type: str) -> Inspection:
    file.seek(0)
    head = file.read(HEAD_BYTES)
    scan, notebook, digest, size = TextScan(head), NotebookScan(head), hashlib.sha256(), 0
    for chunk in _iterate_chunks(file):
        digest.update(chunk)
        scan.feed(chunk)
        notebook.feed(chunk)
        size += len(chunk)
    scan.feed(b"", final=True)
    kind = detect_binary_kind(head)
    if kind is None and head.startswith(b"PK\x03\x04"):
        kind = _detect_package(file)
    elif kind is None and scan.is_text:
        text_kind = detect_text_kind(head, file_name=file_name, content_type=content_type)
        kind = IPYNB if notebook.is_notebook else text_kind
    file.seek(0)
    return Inspection(size, digest.hexdigest(), kind)


def _iterate_chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _detect_package(file: BinaryIO) -> FileKind | None:
    """Detect the kind of an archive by its directory; no more than the head of `mimetype` is unpacked."""
    try:
        with open_archive(file, _PACKAGE_LIMITS) as archive:
            mimetype = archive.read_head("mimetype", HEAD_BYTES) if "mimetype" in archive else b""
            return detect_package_kind(archive.names, mimetype)
    except ArchiveRefused:
        return None

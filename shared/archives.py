"""ZIP archives from strangers: counted before they are parsed, unpacked within limits.

Everything here blocks: call it in a thread. Records are those of PKWARE's APPNOTE.TXT, 4.3.12 to 4.3.16.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, BinaryIO, NamedTuple, Protocol

MAX_RATIO = 200  # of unpacked to packed size, above a size that does no harm
_HARMLESS_BYTES = 10 * 1024 * 1024
_MAX_DIRECTORY_BYTES_PER_ENTRY = 1024  # on average; names are short
_CHUNK_BYTES = 262_144
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1

_END = struct.Struct("<4s4H2LH")
_ZIP64_END = struct.Struct("<4sQ2H2L4Q")
_ZIP64_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s24x3H12x")
_MAX_COMMENT_BYTES = 65_536
_TAIL_BYTES = _MAX_COMMENT_BYTES + _END.size + _ZIP64_LOCATOR.size + _ZIP64_END.size

_TOO_MUCH = "The file unpacks to more data than is accepted"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


class ArchiveRefused(Exception):
    """The archive is not safe to open, for the reason given."""


class ArchiveDamaged(ArchiveRefused):
    """The archive is broken, cut off, or contradicts itself."""


class ArchiveTooLarge(ArchiveRefused):
    """The archive has too many entries, or unpacks to more data than is accepted."""


@dataclass(frozen=True)
class ArchiveLimits:
    """The number of entries, and the bytes that all of them together may unpack to."""

    max_entries: int
    max_unpacked_bytes: int


class Readable(Protocol):
    """An open file of which some bytes are read."""

    def read(self, size: int, /) -> bytes: ...


@dataclass
class Archive:
    """An archive whose entries have been checked. Unpacking counts towards its limits."""

    _zip: zipfile.ZipFile
    _limits: ArchiveLimits
    _unpacked_bytes: int = field(default=0, init=False)

    @property
    def names(self) -> list[str]:
        return self._zip.namelist()

    def get_size(self, name: str) -> int:
        """Return the unpacked bytes that the directory declares. Raises KeyError."""
        return self._zip.getinfo(name).file_size

    def get_offset(self, name: str) -> int:
        """Return the place of the entry in the file: who reads in this order never goes back.

        Raises KeyError.
        """
        return self._zip.getinfo(name).header_offset

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def unpack(
        self, name: str, *, max_bytes: int, decode: Callable[[IO[bytes]], Readable] | None = None
    ) -> Iterator[bytes]:
        """Yield the entry in parts; `decode` undoes a compression of its own within the archive's.

        Raises KeyError, ArchiveDamaged, ArchiveTooLarge, and what `decode` raises.
        """
        packed = self._zip.getinfo(name).compress_size
        unpacked = 0
        with self._open(name) as entry:
            source = decode(entry) if decode else entry
            while part := _read(source):
                unpacked += len(part)
                self._unpacked_bytes += len(part)
                if unpacked > max_bytes or self._unpacked_bytes > self._limits.max_unpacked_bytes:
                    raise ArchiveTooLarge(_TOO_MUCH)
                if _is_bomb(unpacked, packed):
                    raise ArchiveTooLarge(_TOO_MUCH)
                yield part

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """Return the whole entry. Raises KeyError, ArchiveDamaged, ArchiveTooLarge."""
        return b"".join(self.unpack(name, max_bytes=max_bytes))

    def read_head(self, name: str, size: int) -> bytes:
        """Return the first `size` bytes of the entry. Raises KeyError, ArchiveDamaged."""
        with self._open(name) as entry, _translate_errors():
            return entry.read(size)

    def check_total(self) -> None:
        """Check the sizes that the directory declares, for a reader that unpacks by other means.

        Raises ArchiveTooLarge.
        """
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > self._limits.max_unpacked_bytes or _is_bomb(unpacked, packed):
            raise ArchiveTooLarge(_TOO_MUCH)

    def _open(self, name: str) -> IO[bytes]:
        with _translate_errors():
            return self._zip.open(name)


@contextmanager
def open_archive(file: BinaryIO, limits: ArchiveLimits) -> Iterator[Archive]:
    """Open and check an archive. Raises ArchiveDamaged, ArchiveTooLarge, ArchiveRefused."""
    with _translate_errors():
        directory_start = _check_directory(file, limits.max_entries)
        archive = zipfile.ZipFile(file)
    with archive:
        _check_entries(archive, directory_start)
        yield Archive(archive, limits)


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate the library's errors to ArchiveDamaged."""
    try:
        yield
    except _BROKEN as error:
        raise ArchiveDamaged("The file is damaged or incomplete; export it again") from error


def _read(source: Readable) -> bytes:
    with _translate_errors():
        return source.read(_CHUNK_BYTES)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > _HARMLESS_BYTES and unpacked > MAX_RATIO * packed


class _Directory(NamedTuple):
    """The central directory as the end of the file declares it; `end` is the position behind its bytes."""

    entries: int
    size: int
    end: int


def _check_directory(file: BinaryIO, max_entries: int) -> int:
    """Count the entries as the library would find them; return where the directory starts.

    The library builds an object for each entry, however many there are, and believes a ZIP64 record more than
    the end record.
    """
    directory = _find_directory(file)
    if directory.entries > max_entries or directory.size > max_entries * _MAX_DIRECTORY_BYTES_PER_ENTRY:
        raise ArchiveTooLarge(f"The file has more than {max_entries:,} entries")
    start = directory.end - directory.size
    if start < 0:
        raise zipfile.BadZipFile("the directory begins before the file")
    file.seek(start)
    if _count_entries(file.read(directory.size), max_entries) != directory.entries:
        raise zipfile.BadZipFile("the directory has another number of entries than declared")
    return start


def _find_directory(file: BinaryIO) -> _Directory:
    size = file.seek(0, os.SEEK_END)
    tail_start = max(0, size - _TAIL_BYTES)
    file.seek(tail_start)
    tail = file.read()
    position = _find_end(tail)
    _, _, _, _, entries, directory_size, offset, _ = _END.unpack_from(tail, position)
    if position < _ZIP64_LOCATOR.size:
        return _Directory(entries, directory_size, tail_start + position)
    locator = position - _ZIP64_LOCATOR.size
    mark, _, record_offset, _ = _ZIP64_LOCATOR.unpack_from(tail, locator)
    if mark != b"PK\x06\x07":
        return _Directory(entries, directory_size, tail_start + position)
    record = locator - _ZIP64_END.size
    if record < 0 or tail_start + record != record_offset:
        raise zipfile.BadZipFile("the ZIP64 record is not where its locator says")
    mark, *_, entries64, directory_size64, offset64 = _ZIP64_END.unpack_from(tail, record)
    agree = (
        entries in (entries64, 0xFFFF)
        and directory_size in (directory_size64, 0xFFFFFFFF)
        and offset in (offset64, 0xFFFFFFFF)
    )
    if mark != b"PK\x06\x06" or not agree:
        raise zipfile.BadZipFile("the ZIP64 record and the end record contradict each other")
    return _Directory(entries64, directory_size64, tail_start + record)


def _find_end(tail: bytes) -> int:
    """Return the end record's position as the library finds it: last in the file, or before a comment."""
    last = len(tail) - _END.size
    if last >= 0 and tail.startswith(b"PK\x05\x06", last) and tail.endswith(b"\0\0"):
        return last
    position = tail.rfind(b"PK\x05\x06")
    if not 0 <= position <= last:
        raise zipfile.BadZipFile("there is no end record")
    return position


def _count_entries(directory: bytes, max_entries: int) -> int:
    """Count the entries of a directory. Raises BadZipFile, ArchiveTooLarge."""
    position = count = 0
    while position < len(directory):
        if count == max_entries:
            raise ArchiveTooLarge(f"The file has more than {max_entries:,} entries")
        _, *lengths = _ENTRY.unpack_from(directory, position)
        position += _ENTRY.size + sum(lengths)
        count += 1
    if position > len(directory):
        raise zipfile.BadZipFile("the last entry is cut off")
    return count


def _check_entries(archive: zipfile.ZipFile, directory_start: int) -> None:
    entries = archive.infolist()
    if len(entries) != len(archive.NameToInfo):
        raise ArchiveRefused("The file has two entries of the same name; export it again")
    if sum(entry.compress_size for entry in entries) > directory_start:
        raise ArchiveRefused("Entries of the file overlap; export it again")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if not parts[0] or ".." in parts or ":" in parts[0]:
            raise ArchiveRefused("The file has an entry whose name leads out of it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused("The file contains a link")
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveRefused("The file is encrypted; save it without a password")
        if entry.compress_type not in _METHODS:
            raise ArchiveRefused("The file is compressed in a way that is not supported; export it again")

"""Anki packages as archives: opened with suspicion, unpacked within limits, nothing by a name of its own."""

import json
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from functions.assessments.flashcards.decks import wire
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.incoming import MediaFile

if TYPE_CHECKING:
    from zstandard import ZstdDecompressionReader

LARGEST_COLLECTION = 256 * 1024 * 1024  # bytes, unpacked
LARGEST_MEDIA_FILE = 20 * 1024 * 1024
_LARGEST_MAP = 8 * 1024 * 1024
_MOST_ENTRIES = 20_000
_STEEPEST = 200  # times its packed size, above a size that does no harm
_HARMLESS = 4 * 1024 * 1024
_LARGEST_WINDOW = 32 * 1024 * 1024
_CHUNK = 262_144
_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")  # the newest first
_NEWEST_VERSION = 3
_DIRECTORY_BYTES = 16 * 1024 * 1024
_END_RECORD = b"PK\x05\x06"


@dataclass(frozen=True)
class Package:
    """An archive that was looked at; `packed` tells whether its parts are compressed by zstd once more."""

    archive: zipfile.ZipFile
    collection: str
    packed: bool

    def unpack_collection(self, folder: Path) -> Path:
        """The collection as a file in the folder. Raises Unreadable, DeckTooLarge."""
        target = folder / "collection.sqlite3"
        with self.opened(self.collection, limit=LARGEST_COLLECTION) as parts, target.open("wb") as file:
            for part in parts:
                file.write(part)
        return target

    def media(self) -> list[MediaFile]:
        """The files that the package says it has and does have. Raises Unreadable."""
        if "media" not in self.archive.NameToInfo:
            return []
        with self.opened("media", limit=_LARGEST_MAP) as parts:
            content = b"".join(parts)
        try:
            found = _packed_names(content) if self.packed else _legacy_names(content)
        except ValueError:
            raise Unreadable("The list of media is broken") from None
        return [MediaFile(name, entry) for entry, name in found if entry in self.archive.NameToInfo]

    @contextmanager
    def opened(self, name: str, *, limit: int) -> Iterator[Iterator[bytes]]:
        """The entry in parts, unpacked, of `limit` bytes at most. Raises Unreadable, DeckTooLarge."""
        info = self.archive.getinfo(name)
        with _translated():
            raw = self.archive.open(info)
        with raw:
            source = _unpacked(raw) if self.packed and name != "meta" else raw
            yield _parts(source, limit=limit, packed_size=info.compress_size)


@contextmanager
def opened(file: BinaryIO) -> Iterator[Package]:
    """Raises Unreadable for what is no package, or one made to do harm."""
    with closing(_archive(file)) as archive:
        name = next((each for each in _COLLECTIONS if each in archive.NameToInfo), None)
        if name is None:
            raise Unreadable("There is no collection in the package")
        package = Package(archive, name, packed=name == _COLLECTIONS[0])
        _check_version(package)
        yield package


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    with _translated():
        _check_directory(file)
        archive = zipfile.ZipFile(file)
    _check_entries(archive)
    return archive


@contextmanager
def _translated() -> Iterator[None]:
    """What the libraries raise for an archive that is broken."""
    from zstandard import ZstdError

    try:
        yield
    except (zipfile.BadZipFile, zlib.error, ZstdError, NotImplementedError, EOFError, OSError, RuntimeError):
        raise Unreadable("The package is broken") from None


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="deck-")


def _check_directory(file: BinaryIO) -> None:
    """The library would read a directory of any size; the end record (APPNOTE.TXT 4.3.16) tells it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    position = tail.rfind(_END_RECORD)
    if position < 0:
        raise Unreadable("The package is cut off")
    if int.from_bytes(tail[position + 12 : position + 16], "little") > _DIRECTORY_BYTES:
        raise Unreadable("The package's directory is too large")
    file.seek(0)


def _check_entries(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > _MOST_ENTRIES or len(infos) != len(archive.NameToInfo):
        raise Unreadable("The package has too many entries, or two of the same name")
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if info.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Unreadable("A name in the package leads out of it")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unreadable("There is a link in the package")
        if info.flag_bits & 0x1:
            raise Unreadable("The package is encrypted")


def _check_version(package: Package) -> None:
    if "meta" not in package.archive.NameToInfo:
        return
    with package.opened("meta", limit=1024) as parts:
        try:
            version = wire.numbers(b"".join(parts)).get(1, 0)
        except ValueError:
            raise Unreadable("The package does not say what it is") from None
    if version > _NEWEST_VERSION:
        raise Unreadable("The package was made by a newer Anki than is known here")


def _unpacked(raw: IO[bytes]) -> "ZstdDecompressionReader":
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(raw)


def _parts(source: "IO[bytes] | ZstdDecompressionReader", *, limit: int, packed_size: int) -> Iterator[bytes]:
    taken = 0
    while part := _read(source):
        taken += len(part)
        if taken > limit or (taken > _HARMLESS and taken > _STEEPEST * packed_size):
            raise DeckTooLarge("There is too much in the package once it is unpacked")
        yield part


def _read(source: "IO[bytes] | ZstdDecompressionReader") -> bytes:
    with _translated():
        return source.read(_CHUNK)


def _legacy_names(content: bytes) -> list[tuple[str, str]]:
    names = json.loads(content.decode("utf-8")) if content.strip() else {}
    if not isinstance(names, dict):
        raise ValueError("not a map")  # noqa: TRY004 - of the content, not of the call
    return [(entry, name) for entry, name in names.items() if isinstance(name, str)]


def _packed_names(content: bytes) -> list[tuple[str, str]]:
    """The entries of MediaEntries: a name each, and its place in the list is its name in the archive."""
    entries = [value for number, value in wire.fields(content) if number == 1 and isinstance(value, bytes)]
    return [(str(position), wire.texts(entry).get(1, "")) for position, entry in enumerate(entries)]

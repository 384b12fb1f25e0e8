"""Anki packages: archives that are opened and unpacked within limits."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from functions.assessments.flashcards.decks import protobuf
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.items import MediaFile
from shared.archives import Archive, ArchiveLimits, ArchiveRefused, ArchiveTooLarge, open_archive

if TYPE_CHECKING:
    from zstandard import ZstdDecompressionReader

MAX_MEDIA_FILE_BYTES = 20 * 1024 * 1024
_MAX_COLLECTION_BYTES = 256 * 1024 * 1024  # unpacked
_MAX_MEDIA_LIST_BYTES = 8 * 1024 * 1024
_MAX_WINDOW_BYTES = 32 * 1024 * 1024
_LARGE_BYTES = 32 * 1024 * 1024  # of a package that only comes by direct upload
_LIMITS = ArchiveLimits(max_entries=20_000, max_unpacked_bytes=640 * 1024**2)
_LIMITS_OF_LARGE = ArchiveLimits(max_entries=60_000, max_unpacked_bytes=2560 * 1024**2)
_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")  # the newest first
_NEWEST_VERSION = 3


@dataclass(frozen=True)
class Package:
    """An archive that holds a collection; `packed` when its parts are compressed by zstd once more."""

    archive: Archive
    collection: str
    packed: bool

    def unpack_collection(self, folder: Path) -> Path:
        """Write the collection to a file in the folder. Raises Unreadable, DeckTooLarge."""
        target = folder / "collection.sqlite3"
        with target.open("wb") as file:
            for part in self.unpack(self.collection, max_bytes=_MAX_COLLECTION_BYTES):
                file.write(part)
        return target

    def list_media(self) -> list[MediaFile]:
        """Return the files that the package both lists and holds, in the order of the archive.

        Raises Unreadable.
        """
        if "media" not in self.archive:
            return []
        content = b"".join(self.unpack("media", max_bytes=_MAX_MEDIA_LIST_BYTES))
        try:
            names = _read_packed_names(content) if self.packed else _read_legacy_names(content)
        except ValueError:
            raise Unreadable("The list of media in the package is damaged; export it again") from None
        found = [MediaFile(name, entry) for entry, name in names if entry in self.archive]
        return sorted(found, key=lambda file: self.archive.get_offset(file.entry))

    def get_size(self, name: str) -> int:
        """Return the bytes of an entry as its archive declares them; one that is packed again has more."""
        return self.archive.get_size(name)

    def unpack(self, name: str, *, max_bytes: int) -> Iterator[bytes]:
        """Yield the entry in parts. Raises Unreadable, DeckTooLarge."""
        from zstandard import ZstdError

        decode = _open_zstd if self.packed and name != "meta" else None
        try:
            yield from self.archive.unpack(name, max_bytes=max_bytes, decode=decode)
        except ArchiveTooLarge as error:
            raise DeckTooLarge(str(error)) from None
        except ArchiveRefused as error:
            raise Unreadable(str(error)) from None
        except ZstdError:
            raise Unreadable("The package is damaged; export it again") from None


@contextmanager
def open_package(file: BinaryIO) -> Iterator[Package]:
    """Open the package.

    Raises Unreadable for one that is damaged or malicious. Blocks: enter it in a thread.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        with open_archive(file, _LIMITS_OF_LARGE if size > _LARGE_BYTES else _LIMITS) as archive:
            yield _build_package(archive)
    except ArchiveRefused as error:
        raise Unreadable(str(error)) from None


def _build_package(archive: Archive) -> Package:
    name = next((each for each in _COLLECTIONS if each in archive), None)
    if name is None:
        raise Unreadable("The package holds no collection of Anki's")
    package = Package(archive, name, packed=name == _COLLECTIONS[0])
    _check_version(package)
    return package


def create_temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Create a folder for unpacked files, deleted at the end of its context."""
    return tempfile.TemporaryDirectory(prefix="deck-")


def _check_version(package: Package) -> None:
    if "meta" not in package.archive:
        return
    try:
        version = protobuf.read_numbers(b"".join(package.unpack("meta", max_bytes=1024))).get(1, 0)
    except ValueError:
        raise Unreadable("The package has no valid version; export it again") from None
    if version > _NEWEST_VERSION:
        raise Unreadable("The package was made by a newer Anki; export it with support for older versions")


def _open_zstd(entry: IO[bytes]) -> "ZstdDecompressionReader":
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES).stream_reader(entry)


def _read_legacy_names(content: bytes) -> list[tuple[str, str]]:
    names = json.loads(content.decode("utf-8")) if content.strip() else {}
    if not isinstance(names, dict):
        raise ValueError("not a map")  # noqa: TRY004 - of the content, not of the call
    return [(entry, name) for entry, name in names.items() if isinstance(name, str)]


def _read_packed_names(content: bytes) -> list[tuple[str, str]]:
    """Return the entries of MediaEntries: the place in the list is the name in the archive."""
    entries = [
        value for number, value in protobuf.read_fields(content) if number == 1 and isinstance(value, bytes)
    ]
    return [(str(position), protobuf.read_texts(entry).get(1, "")) for position, entry in enumerate(entries)]

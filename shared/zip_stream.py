"""ZIP archives that are sent while they are written: never whole in memory or on disk."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_CHUNK_BYTES = 262_144


class _Sink:
    """A buffer between the archive and the client."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, content: bytes, /) -> int:
        self._written += content
        return len(content)

    def flush(self) -> None:
        """Do nothing: the buffer is in memory."""

    def close(self) -> None:
        """Do nothing: no resource is open."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class ZipStream:
    """An archive in the making; each method returns the bytes that are ready to be sent."""

    def __init__(self, now: datetime) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        self._date = (now.year, now.month, now.day, now.hour, now.minute, now.second)

    async def add(
        self, name: str, chunks: AsyncIterator[bytes], *, compress: bool = True
    ) -> AsyncIterator[bytes]:
        """Add an entry; pictures, sounds and films are compressed already."""
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_DEFLATED if compress else ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as entry:
            async for chunk in chunks:
                await asyncio.to_thread(entry.write, chunk)
                yield self._sink.take()
        yield self._sink.take()

    def end(self) -> bytes:
        self._zip.close()
        return self._sink.take()


async def read_chunks(file: Path) -> AsyncIterator[bytes]:
    """Yield the content of the file in chunks."""
    for chunk in _read(file):
        yield chunk


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK_BYTES):
            yield chunk

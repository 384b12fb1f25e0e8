"""A ZIP that is sent while it is made: neither it nor its files ever stand in memory or on disk whole."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_CHUNK = 262_144  # bytes


class _Sink:
    """Takes what the archive writes until it is sent."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, content: bytes, /) -> int:
        self._written += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held open."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class ZipStream:
    """Each method gives the bytes that are ready to be sent."""

    def __init__(self, now: datetime) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED)
        self._date = (now.year, now.month, now.day, now.hour, now.minute, now.second)

    async def add(self, name: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as entry:
            async for chunk in chunks:
                await asyncio.to_thread(entry.write, chunk)
                yield self._sink.take()
        yield self._sink.take()

    def end(self) -> bytes:
        self._zip.close()
        return self._sink.take()


class JsonFiles:
    """Lists of documents, spread over files by kind, in a folder that is deleted after."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, IO[str]] = {}

    def write(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Add each row to the list in its file."""
        for name, row in rows:
            file = self._open.get(name)
            separator = ",\n"
            if file is None:
                file = self._open[name] = (self._folder / name).open("w", encoding="utf-8")
                separator = "[\n"
            file.write(separator + json.dumps(row, ensure_ascii=False, default=_text))

    def finish(self) -> list[Path]:
        """End every list; gives the files in the order of their names."""
        for file in self._open.values():
            file.write("\n]\n")
        self.close()
        return [self._folder / name for name in sorted(self._open)]

    def close(self) -> None:
        for file in self._open.values():
            file.close()


async def chunks_of(file: Path) -> AsyncIterator[bytes]:
    for chunk in _read(file):
        yield chunk


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def _text(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)

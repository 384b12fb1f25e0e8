"""Streaming of temporary files."""

import asyncio
from collections.abc import AsyncIterator
from typing import IO

_CHUNK_BYTES = 262_144


async def read_chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Yield the file from its beginning."""
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
        yield chunk

"""Decoding of bodies that are compressed although that was not requested, in pieces of bounded size."""

import zlib
from collections.abc import AsyncIterator

from shared.net.errors import FetchFailed

MAX_PIECE_BYTES = 65_536  # that a decompression bomb can unpack at once
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def decode(chunks: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """Undo the body's Content-Encoding. Raises FetchFailed where it is unknown, stacked or broken."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return chunks
    if name not in _WINDOW_BITS:
        raise FetchFailed("The address returned content in an encoding that is not supported")
    return _inflate(chunks, _WINDOW_BITS[name])


async def _inflate(chunks: AsyncIterator[bytes], window_bits: int) -> AsyncIterator[bytes]:
    inflater = zlib.decompressobj(window_bits)
    try:
        async for chunk in chunks:
            pending = chunk
            while (piece := inflater.decompress(pending, MAX_PIECE_BYTES)) or inflater.unconsumed_tail:
                yield piece
                pending = inflater.unconsumed_tail
            if inflater.eof:
                return
    except zlib.error as error:
        raise FetchFailed("The address returned damaged content") from error
    raise FetchFailed("The address returned incomplete content")

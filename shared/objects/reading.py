"""Objects as files: each read asks the store for a block around it, so that no object is in memory whole."""

import io
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK_BYTES = 2 * 1024 * 1024

ReadRange = Callable[[int, int], bytes]  # from an offset, at most so many bytes


def open_ranges(size: int, read_range: ReadRange, close: Callable[[], None] | None = None) -> BinaryIO:
    """Return a seekable file of `size` bytes, which reads blocks. Its methods block: use them in a thread."""
    return cast("BinaryIO", io.BufferedReader(_Ranges(size, read_range, close), BLOCK_BYTES))


class _Ranges(io.RawIOBase):
    """A file whose bytes are read where they are asked for."""

    def __init__(self, size: int, read_range: ReadRange, close: Callable[[], None] | None) -> None:
        self._size = size
        self._read_range = read_range
        self._release = close
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a position before the file")
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "Buffer", /) -> int:
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._position)
        if wanted <= 0:
            return 0
        content = self._read_range(self._position, wanted)
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        if not self.closed and self._release is not None:
            self._release()
        super().close()

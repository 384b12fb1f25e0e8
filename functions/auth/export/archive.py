"""What stands in an archive beside the user's own files: lists of documents."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any


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
            file.write(separator + json.dumps(row, ensure_ascii=False, default=_serialise))

    def finish(self) -> list[Path]:
        """End every list; gives the files in the order of their names."""
        for file in self._open.values():
            file.write("\n]\n")
        self.close()
        return [self._folder / name for name in sorted(self._open)]

    def close(self) -> None:
        for file in self._open.values():
            file.close()


def _serialise(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)

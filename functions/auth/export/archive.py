"""JSON files with lists of documents, for an archive."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any


class JsonFiles:
    """JSON files in a folder, one list of documents for each kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, IO[str]] = {}

    def write(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Append each row to the list in its file."""
        for name, row in rows:
            file = self._open.get(name)
            separator = ",\n"
            if file is None:
                file = self._open[name] = (self._folder / name).open("w", encoding="utf-8")
                separator = "[\n"
            file.write(separator + json.dumps(row, ensure_ascii=False, default=_serialise))

    def finish(self) -> list[Path]:
        """End every list and return the files by name."""
        for file in self._open.values():
            file.write("\n]\n")
        self.close()
        return [self._folder / name for name in sorted(self._open)]

    def close(self) -> None:
        """Close every file."""
        for file in self._open.values():
            file.close()


def _serialise(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)

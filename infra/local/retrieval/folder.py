"""What the stand-in keeps: one folder per document, every file written whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["processing", "completed", "failed"]


class Record(BaseModel):
    """What is known of a document. `published` is set once the outcome has been told."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    processing_id: str
    source_url: str
    content_type: str
    course_id: str = ""
    state: State = "processing"
    error: str | None = None
    pages: int = 0
    chunks: int = 0
    published: bool = False


class Folder:
    """Document ids are UUIDs, so that they can be names of folders."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def of(self, document_id: str) -> Path:
        return self._root / document_id

    def record(self, document_id: str) -> Record | None:
        try:
            return Record.model_validate_json((self.of(document_id) / "record.json").read_bytes())
        except FileNotFoundError:
            return None

    def save(self, record: Record) -> None:
        folder = self.of(record.document_id)
        folder.mkdir(exist_ok=True)
        write_atomically(folder / "record.json", record.model_dump_json().encode())

    def unfinished(self) -> list[Record]:
        """Documents whose processing or telling a crash cut short, oldest first."""
        paths = sorted(self._root.glob("*/record.json"), key=lambda path: path.stat().st_mtime_ns)
        records = (Record.model_validate_json(path.read_bytes()) for path in paths)
        return [record for record in records if not record.published]

    def drop_results(self, document_id: str) -> None:
        for name in ("content.json", "chunks.json", "source"):
            (self.of(document_id) / name).unlink(missing_ok=True)

    def remove(self, document_id: str) -> None:
        shutil.rmtree(self.of(document_id), ignore_errors=True)


def write_atomically(path: Path, data: bytes) -> None:
    """After this the file holds `data` also if the machine stops; before, what it held."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

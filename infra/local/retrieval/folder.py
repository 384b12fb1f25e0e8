"""The stand-in's storage: a folder for each document, every file written whole or not at all."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["processing", "completed", "failed"]


class Record(BaseModel):
    """The state of a document; `published` is set once its outcome was published."""

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
    pages_without_text: int = 0
    images_skipped: int = 0
    published: bool = False


class Folder:
    """The folders of all documents, named by their ids, which are UUIDs."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def locate(self, document_id: str) -> Path:
        """Return the document's folder."""
        return self._root / document_id

    def load(self, document_id: str) -> Record | None:
        """Load the document's record, or return None if there is no such document."""
        try:
            return Record.model_validate_json((self.locate(document_id) / "record.json").read_bytes())
        except FileNotFoundError:
            return None

    def save(self, record: Record) -> None:
        """Save the document's record."""
        folder = self.locate(record.document_id)
        folder.mkdir(exist_ok=True)
        write_atomically(folder / "record.json", record.model_dump_json().encode())

    def list_unfinished(self) -> list[Record]:
        """List documents whose processing or publishing a crash cut short, oldest first."""
        paths = sorted(self._root.glob("*/record.json"), key=lambda path: path.stat().st_mtime_ns)
        records = (Record.model_validate_json(path.read_bytes()) for path in paths)
        return [record for record in records if not record.published]

    def delete_results(self, document_id: str) -> None:
        """Delete what an earlier processing of the document left."""
        for name in ("content.json", "chunks.json", "source"):
            (self.locate(document_id) / name).unlink(missing_ok=True)

    def delete(self, document_id: str) -> None:
        """Delete the document's folder."""
        shutil.rmtree(self.locate(document_id), ignore_errors=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file's content, so that it is the old or the new one even if the machine stops."""
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

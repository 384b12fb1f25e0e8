"""Samples as files: `<collection>.<Model>/<version>-<number>.json`, one for each form that a version had."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.collections import list_collections
from shared.store import Collection, Document
from shared.store.documents import dump_document
from shared.store.sqlite_codec import decode, encode
from tests.stored.builder import Plain, build_model, describe_shape

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """A document as some version stored it."""

    file: Path
    shape: Any
    fields: dict[str, Any]

    @property
    def version(self) -> int:
        return int(self.file.stem.split("-")[0])


def find_models() -> dict[str, type[Document]]:
    """Return the stored models by the names of their samples' folders."""
    return {name_folder(each): each.model for each in list_collections()}


def name_folder(collection: Collection[Any]) -> str:
    return f"{collection.kind}.{collection.model.__name__}"


def read_samples(folder: str) -> list[Sample]:
    """Return a model's samples, the newest last."""
    files = (FOLDER / folder).glob("*.json")
    return [_read(file) for file in sorted(files, key=lambda file: [*map(int, file.stem.split("-"))])]


def write_missing_samples() -> Iterator[Path]:
    """Write a sample of each model whose shape or version no sample has, and yield its file."""
    for folder, model in find_models().items():
        samples, shape = read_samples(folder), describe_shape(model)
        newest = samples[-1] if samples else None
        if newest is None or (newest.version, newest.shape) != (model.schema_version, shape):
            number = 1 + sum(each.version == model.schema_version for each in samples)
            file = FOLDER / folder / f"{model.schema_version}-{number}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            fields = json.loads(encode(dump_document(build_model(model, Plain()))))
            file.write_text(
                json.dumps({"shape": shape, "fields": fields}, indent=1, ensure_ascii=False) + "\n", "utf-8"
            )
            yield file


def _read(file: Path) -> Sample:
    read = decode(file.read_text("utf-8"))
    return Sample(file, read["shape"], read["fields"])

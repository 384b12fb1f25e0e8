"""Build the folder and the archive of each group, byte for byte the same at any time and on any machine."""

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.bundle.dependencies import ROOT, Dependencies, find_dependencies
from infra.bundle.pins import Pins
from infra.groups import entries
from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings

REQUIREMENTS = ROOT / "requirements" / "dev.txt"  # pins of all extras; a bundle takes those it needs
_TIMESTAMP = 315532800  # 1980-01-01, the earliest that an archive can have
_ARCHIVE_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_MAIN = '''"""Entry points of the functions framework."""

from functions.{group}.main import api, events, tasks

__all__ = ["api", "events", "tasks"]
'''


@dataclass(frozen=True)
class Bundle:
    """A group's bundle: its number of files, its `size` in bytes, the `sha256` of its archive."""

    group: str
    files: int
    size: int
    distributions: tuple[str, ...]
    sha256: str


def build_all(target: Path) -> list[Bundle]:
    """Write `target/<group>/` and `target/<group>.zip` for each group. Raises ForeignImport, Unpinned."""
    pins = Pins.read(REQUIREMENTS)
    return [_build(entry.name, target, pins) for entry in entries()]


def _build(group: str, target: Path, pins: Pins) -> Bundle:
    dependencies = find_dependencies(group)
    required = pins.closure(dependencies.external)
    contents = _sources(group, dependencies)
    lines = [f"{pins.line(name, extras)}\n" for name, extras in required.items()]
    contents["requirements.txt"] = "".join(lines).encode()
    if "api_document" in dependencies.services:
        contents["openapi.json"] = _api_document()
    _write_folder(target / group, contents)
    archive = target / f"{group}.zip"
    _write_archive(archive, contents)
    size = sum(map(len, contents.values()))
    return Bundle(
        group, len(contents), size, tuple(required), hashlib.sha256(archive.read_bytes()).hexdigest()
    )


def _sources(group: str, dependencies: Dependencies) -> dict[str, bytes]:
    paths = dependencies.modules.values()
    sources = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    return {"main.py": _MAIN.format(group=group).encode(), **sources}


def _api_document() -> bytes:
    """Write the document of the whole API, by the default settings whatever the environment of the build.

    Clients reach the API where they got the document from.
    """
    document = public_document(Services(Settings.model_construct()))
    document["servers"] = [{"url": "/"}]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _write_folder(folder: Path, contents: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in sorted(contents.items()):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(_MODE & 0o777)
        os.utime(file, (_TIMESTAMP, _TIMESTAMP))


def _write_archive(file: Path, contents: dict[str, bytes]) -> None:
    """Write the archive uncompressed, as different versions of zlib compress differently."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(contents.items()):
            member = zipfile.ZipInfo(name, _ARCHIVE_TIME)
            member.create_system = 3  # Unix, on any machine
            member.external_attr = _MODE << 16
            archive.writestr(member, content)

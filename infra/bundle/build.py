"""A group's folder and archive, the same to the byte whenever and wherever they are built."""

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.bundle.pins import Pins
from infra.bundle.reach import ROOT, Need, need_of
from infra.groups import entries
from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings

REQUIREMENTS = ROOT / "requirements" / "dev.txt"  # the pins of every extra; a bundle takes what it needs
_INSTANT = 315532800  # 1980-01-01, the first that an archive can tell
_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_MAIN = '''"""Where the functions framework looks for the entry points."""

from functions.{group}.main import api, events, tasks

__all__ = ["api", "events", "tasks"]
'''


@dataclass(frozen=True)
class Bundle:
    """What was built; `size` in bytes, `sha256` of the archive."""

    group: str
    files: int
    size: int
    distributions: tuple[str, ...]
    sha256: str


def build_all(target: Path) -> list[Bundle]:
    """`target/<group>/` and `target/<group>.zip` for each group. Raises Astray, Unpinned."""
    pins = Pins.read(REQUIREMENTS)
    return [_build(entry.name, target, pins) for entry in entries()]


def _build(group: str, target: Path, pins: Pins) -> Bundle:
    need = need_of(group)
    distributions = tuple(pins.closure(need.outside))
    contents = _sources(group, need)
    contents["requirements.txt"] = "".join(f"{pins.texts[name]}\n" for name in distributions).encode()
    if "api_document" in need.members:
        contents["openapi.json"] = _api_document()
    _write_folder(target / group, contents)
    archive = target / f"{group}.zip"
    _write_archive(archive, contents)
    size = sum(map(len, contents.values()))
    return Bundle(group, len(contents), size, distributions, hashlib.sha256(archive.read_bytes()).hexdigest())


def _sources(group: str, need: Need) -> dict[str, bytes]:
    found = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in need.modules.values()}
    return {"main.py": _MAIN.format(group=group).encode(), **found}


def _api_document() -> bytes:
    """Write the document of the whole API, by the default settings whatever the environment of the build.
    Clients reach the API where they got the document from."""
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
        os.utime(file, (_INSTANT, _INSTANT))


def _write_archive(file: Path, contents: dict[str, bytes]) -> None:
    """Stored, not deflated: what deflating makes of the same bytes differs from one zlib to the next."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(contents.items()):
            member = zipfile.ZipInfo(name, _DAY)
            member.create_system = 3  # Unix, whatever this machine is
            member.external_attr = _MODE << 16
            archive.writestr(member, content)

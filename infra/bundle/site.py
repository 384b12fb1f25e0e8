"""Build folders of libraries from links to installed distributions."""

from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path, PurePath

_WHOLE = frozenset({".dist-info", ".libs"})


def link_distributions(distributions: Iterable[str], folder: Path) -> Path:
    """Fill `folder` as if these distributions, and no others, were installed there."""
    for name in distributions:
        distribution = metadata.distribution(name)
        for part in _parts(distribution):
            target = folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(str(distribution.locate_file(part))))
    return folder


def python_command(executable: str, code: str, *paths: Path) -> list[str]:
    """Return the command that runs `code` with the standard library and `paths` alone."""
    paths_first = f"import sys; sys.path += {[str(path) for path in paths]!r}"
    return [executable, "-I", "-S", "-c", f"{paths_first}\n{code}"]


def _parts(distribution: metadata.Distribution) -> set[PurePath]:
    """List the packages and single files. Several distributions may share a folder that is no package."""
    files = {PurePath(file) for file in distribution.files or ()}
    packages = {file.parent for file in files if file.name == "__init__.py"}
    return {
        next((folder for folder in _parents(file) if folder in packages or folder.suffix in _WHOLE), file)
        for file in files
        if ".." not in file.parts  # scripts are outside
    }


def _parents(file: PurePath) -> Iterator[PurePath]:
    """List the folders around a file, the outermost first."""
    return reversed(file.parents)

"""A folder of libraries that holds some distributions and no others, made of links to the installed ones."""

from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path, PurePath

_WHOLE = frozenset({".dist-info", ".libs"})


def link(distributions: Iterable[str], folder: Path) -> Path:
    """What is imported from `folder` is what a machine has that installed these distributions alone."""
    for name in distributions:
        distribution = metadata.distribution(name)
        for part in _parts(distribution):
            there = folder / part
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(Path(str(distribution.locate_file(part))))
    return folder


def python(executable: str, code: str, *paths: Path) -> list[str]:
    """A command that runs `code` where only the standard library and `paths` can be imported from."""
    paths_first = f"import sys; sys.path += {[str(path) for path in paths]!r}"
    return [executable, "-I", "-S", "-c", f"{paths_first}\n{code}"]


def _parts(distribution: metadata.Distribution) -> set[PurePath]:
    """Its files, or the packages they lie in; several distributions may share a folder that is no package."""
    files = {PurePath(file) for file in distribution.files or ()}
    packages = {file.parent for file in files if file.name == "__init__.py"}
    return {
        next((lying for lying in _folders(file) if lying in packages or lying.suffix in _WHOLE), file)
        for file in files
        if ".." not in file.parts  # commands lie outside
    }


def _folders(file: PurePath) -> Iterator[PurePath]:
    """Outermost first."""
    return reversed(file.parents)

"""Find the pinned distributions of imported names, from the metadata of the installed ones."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Names that need a distribution which the importing code does not import.
IMPLIED = {
    "fastapi.File": "python-multipart",
    "fastapi.Form": "python-multipart",
    "fastapi.UploadFile": "python-multipart",
    "starlette.datastructures.UploadFile": "python-multipart",
    "zoneinfo": "tzdata",
}
# The platform of the functions: markers are evaluated for it on any machine.
PLATFORM = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.0",
    "python_version": "3.11",
    "sys_platform": "linux",
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]+)\])?==(\S+)((?: \\\n +--hash=\S+)+)", re.MULTILINE)
_CODE = frozenset({".py", ".so"})


class Unpinned(Exception):
    """A needed distribution is not pinned, or is installed in another version."""


@dataclass(frozen=True)
class Pins:
    """The pins of a requirements file by distribution: version, extras, and the lines with hashes."""

    versions: Mapping[str, str]
    extras: Mapping[str, frozenset[str]]
    texts: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Pins":
        found = {canonicalize_name(match[1]): match for match in _PIN.finditer(path.read_text("utf-8"))}
        return cls(
            versions={name: match[3] for name, match in found.items()},
            extras={name: frozenset(_names(match[2])) for name, match in found.items()},
            texts={name: match[0] for name, match in found.items()},
        )

    def closure(self, imports: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the distributions of imported names and those that they require, with the required extras.

        Raises Unpinned.
        """
        found: set[tuple[str, str]] = set()
        waiting = {(self.owner(name), "") for name in imports if not _is_standard(name)}
        waiting |= {(IMPLIED[name], "") for name in _with_packages(imports) & IMPLIED.keys()}
        while waiting:
            wanted = waiting.pop()
            found.add(wanted)
            waiting |= set(self._required_by(*wanted)) - found
        return {
            name: frozenset(extra for owner, extra in found if owner == name and extra)
            for name in sorted({name for name, _ in found})
        }

    def line(self, name: str, extras: Iterable[str]) -> str:
        """Return the pin with these extras: those of a larger set would ask for what a smaller one lacks."""
        asked = f"[{','.join(sorted(extras))}]" if extras else ""
        return re.sub(r"^([^\[=]+)(\[[^\]]+\])?==", rf"\1{asked}==", self.texts[name])

    def unpinned_extras(self) -> list[str]:
        """List what pinned distributions require with extras other than the pinned ones. Raises Unpinned.

        pip looks such a requirement up anew, finds whatever is newest, and refuses it for want of a hash.
        """
        requirements = {
            requirement
            for name, pinned in self.extras.items()
            for extra in ("", *pinned)
            for requirement in self._requirements_of(name, extra)
        }
        return sorted(
            str(requirement)
            for requirement in requirements
            if requirement.extras
            and self.extras.get(canonicalize_name(requirement.name)) != frozenset(requirement.extras)
        )

    def owner(self, imported: str) -> str:
        """Return the distribution that a dotted name is imported from. Raises Unpinned."""
        parts = imported.split(".")
        for end in range(len(parts), 0, -1):
            if name := self._owners.get(".".join(parts[:end])):
                return name
        raise Unpinned(f"no distribution that is pinned and installed contains {imported}")

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Map modules to distributions. Google's distributions share their top-level packages."""
        return {
            module: name
            for name in sorted(self.versions)
            for installed in metadata.distributions(name=name)
            for module in modules_of(installed)
        }

    def _required_by(self, name: str, extra: str) -> Iterator[tuple[str, str]]:
        for requirement in self._requirements_of(name, extra):
            for wanted in ("", *requirement.extras):
                yield canonicalize_name(requirement.name), wanted

    def _requirements_of(self, name: str, extra: str) -> Iterator[Requirement]:
        for line in self._installed(name).requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({**PLATFORM, "extra": extra}):
                yield requirement

    def _installed(self, name: str) -> metadata.Distribution:
        installed = metadata.distribution(name)
        if installed.version != self.versions.get(name):
            raise Unpinned(f"{name} {installed.version} is installed, {self.versions.get(name)} is pinned")
        return installed


def modules_of(distribution: metadata.Distribution) -> Iterator[str]:
    """List the modules of a distribution by their dotted names."""
    for file in distribution.files or ():
        if file.suffix in _CODE:
            parts = [*file.parent.parts, file.name.partition(".")[0]]
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names(extras: str | None) -> list[str]:
    return [name.strip() for name in extras.split(",")] if extras else []


def _with_packages(imports: Iterable[str]) -> set[str]:
    """Return the names and their top-level packages, as `zoneinfo` of `zoneinfo.ZoneInfo`."""
    return {name.partition(".")[0] for name in imports} | set(imports)


def _is_standard(imported: str) -> bool:
    return imported.partition(".")[0] in sys.stdlib_module_names

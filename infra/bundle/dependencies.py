"""Find the modules and libraries that a function group needs, from the source code.

Every import is followed from `functions/<group>/main.py` on, those inside functions too, as adapters import
their vendor's library when they are built. The composition root imports every adapter, so only those of its
functions count whose names the group's code uses (`services.model`), and those that these use in turn
(`self.queue`). Modules that only a local stack uses are left out.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPOSITION_ROOT = "shared.services"
# Deployed code never uses these modules, nor what they alone import.
LOCAL_ONLY = frozenset(
    {
        "shared.events.embedded",
        "shared.mail.folder",
        "shared.objects.folder",
        "shared.push.folder",
        "shared.queue",
        "shared.store.database",
        "shared.store.sqlite",
        "shared.tasks.embedded",
    }
)
_OURS = ("functions", "shared")
_SERVICES = frozenset({"services", "_services", "self"})  # `self` counts in the composition root only


class ForeignImport(Exception):
    """A group's code imports the code of another group."""


@dataclass(frozen=True)
class Dependencies:
    """Our modules with their files, the names imported from libraries, and the members used of `Services`."""

    modules: dict[str, Path]
    external: frozenset[str]
    services: frozenset[str]


@dataclass
class _Names(ast.NodeVisitor):
    """The dotted names that code imports, the attributes it uses of services, and its bare names."""

    imports: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.imports.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imports.update(f"{node.module}.{alias.name}" for alias in node.names)

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name("files"), args=[ast.Constant(str() as package)]):
                self.imports.add(package)  # importlib.resources: a package whose files are read
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        match node.value:
            case ast.Name(owner) | ast.Attribute(attr=owner) if owner in _SERVICES:
                self.attributes.add((owner, node.attr))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self.bare.add(node.id)


@cache
def _names(path: Path) -> _Names:
    return _read([ast.parse(path.read_text("utf-8"))])


def _read(nodes: Iterable[ast.AST]) -> _Names:
    names = _Names()
    for node in nodes:
        names.visit(node)
    return names


class _Root:
    """The composition root: the imports of the module, and the names that each of its functions uses."""

    def __init__(self, path: Path) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        self._parts: dict[str, list[ast.AST]] = {}
        top: list[ast.AST] = []
        for node in tree.body:
            for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name != "__init__":
                    self._parts.setdefault(inner.name, []).append(inner)
                else:
                    top.append(inner)
        self._top = _read(top).imports

    def members(self, names: Iterable[str]) -> set[str]:
        """Return the named functions and those that they use in turn."""
        found: set[str] = set()
        waiting = set(names) & self._parts.keys()
        while waiting:
            name = waiting.pop()
            found.add(name)
            read = _read(self._parts[name])
            used = {attribute for _, attribute in read.attributes} | read.bare
            waiting |= (used & self._parts.keys()) - found
        return found

    def imports(self, members: Iterable[str]) -> set[str]:
        return self._top.union(*(_read(self._parts[name]).imports for name in members))


def find_dependencies(group: str, tree: Path = ROOT) -> Dependencies:
    """Return what a group imports, directly or not. Raises ForeignImport where it imports another group."""
    root = _Root(_file_of(tree, COMPOSITION_ROOT))
    modules: dict[str, Path] = {}
    members: set[str] = set()
    imports = {f"functions.{group}.main"}
    while new := set().union(*(_ours(tree, name) for name in imports)) - modules.keys() - LOCAL_ONLY:
        modules |= {name: _file_of(tree, name) for name in new}
        read = [_names(path) for name, path in modules.items() if name != COMPOSITION_ROOT]
        used = {name for names in read for owner, name in names.attributes if owner != "self"}
        members = root.members(used)
        imports = root.imports(members).union(*(names.imports for names in read))
    _check(group, modules)
    external = frozenset(name for name in imports if name.partition(".")[0] not in _OURS)
    return Dependencies(dict(sorted(modules.items())), external, frozenset(members))


@cache
def _ours(tree: Path, name: str) -> frozenset[str]:
    """Return the modules of ours that importing a dotted name loads: the module and its parent packages."""
    parts = name.split(".")
    if parts[0] not in _OURS:
        return frozenset()
    prefixes = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return frozenset(prefix for prefix in prefixes if _file_of(tree, prefix).is_file())


def _file_of(tree: Path, module: str) -> Path:
    path = tree.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _check(group: str, modules: Iterable[str]) -> None:
    for name in modules:
        if name.startswith("functions.") and name.split(".")[1] != group:
            raise ForeignImport(f"{group} imports {name}")

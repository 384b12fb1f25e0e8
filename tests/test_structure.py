"""No file and no feature imports itself by way of others."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TREES = ("functions", "shared", "infra")

Graph = Mapping[str, set[str]]


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what each import statement names: the module itself, then the module with the name it takes.

    Imports inside functions and under TYPE_CHECKING count: they put off the moment at which a circle
    breaks the start, while the files still cannot be understood, tested or moved without each other.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute: a relative one loads a second copy"
            yield from ((node.module or "", f"{node.module}.{alias.name}") for alias in node.names)


def import_graph() -> Graph:
    files = {module_name(file): file for tree in TREES for file in (ROOT / tree).rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, file in files.items():
        names = imported_names(ast.parse(file.read_text(encoding="utf-8")))
        targets = (name if name in files else parent for parent, name in names)
        graph[module] = {target for target in targets if target in files and target != module}
    return graph


def sibling_graphs(graph: Graph) -> dict[str, Graph]:
    """Return, for each folder, the imports between the folders in it."""
    packages = {module.rpartition(".")[0] for module in graph}
    siblings: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for module, targets in graph.items():
        for target in targets:
            parent, one, other = diverging(module, target)
            if parent and one in packages and other in packages:
                siblings[parent][one].add(other)
    return dict(siblings)


def diverging(module: str, target: str) -> tuple[str, str, str]:
    """Return the nearest folder above both, and the child of it that each lies in."""
    one, other = module.split("."), target.split(".")
    depth = next(
        (depth for depth, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return ".".join(one[:depth]), ".".join(one[: depth + 1]), ".".join(other[: depth + 1])


def cycle(graph: Graph) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


@pytest.fixture(scope="module")
def graph() -> Graph:
    return import_graph()


def test_files_do_not_import_each_other_in_a_circle(graph: Graph) -> None:
    assert cycle(graph) == []


def test_features_do_not_import_each_other_in_a_circle(graph: Graph) -> None:
    circles = {folder: cycle(children) for folder, children in sibling_graphs(graph).items()}
    assert {folder: circle for folder, circle in circles.items() if circle} == {}


def test_a_circle_of_files_is_found() -> None:
    assert set(cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}


def test_a_circle_of_features_without_a_circle_of_files_is_found() -> None:
    graph: Graph = {
        "functions.shop.carts.service": {"functions.shop.prices.rules"},
        "functions.shop.prices.handlers": {"functions.shop.carts.models"},
        "functions.shop.prices.rules": set(),
        "functions.shop.carts.models": set(),
    }
    assert cycle(graph) == []
    assert cycle(sibling_graphs(graph)["functions.shop"])


def test_every_import_statement_counts() -> None:
    source = "import a.b\nif TYPE_CHECKING:\n    from c import d\ndef late():\n    from e.f import g\n"
    assert set(imported_names(ast.parse(source))) == {("a.b", "a.b"), ("c", "c.d"), ("e.f", "e.f.g")}


def test_no_docstring_opens_with_a_question_word() -> None:
    """A docstring says what a thing is or does; pydocstyle's rules in ruff hold the rest."""
    opening = re.compile(r'"""(?:What|Whether|Which|How|Who|Where)\b')
    files = [file for tree in (*TREES, "tests") for file in (ROOT / tree).rglob("*.py")]
    assert [str(file) for file in files if opening.search(file.read_text("utf-8"))] == []


def test_limits_are_named_max() -> None:
    private = re.compile(r"\b_?(?:MOST|LARGEST|LONGEST)_[A-Z]")
    files = [file for tree in (*TREES, "tests") for file in (ROOT / tree).rglob("*.py")]
    assert [str(file) for file in files if private.search(file.read_text("utf-8"))] == []

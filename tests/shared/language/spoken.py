"""Every sentence that the product may say to an end user, read from its source.

`python -m tests.shared.language.spoken` prints those that a language lacks.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.groups import entries
from shared.errors import ApiError
from shared.language import LANGUAGES
from shared.language.translation import load_catalogue
from tests.test_structure import ROOT

TREES = ("functions", "shared")
# Sentences about the inside of files stay in English, as do those for the operators of the product.
_IN_ENGLISH = (
    "functions/assessments/flashcards/decks/",
    "functions/assessments/quizzes/exchange/",
    "functions/admin/",
    "shared/archives.py",
    "shared/events/",
    "shared/settings.py",
    "shared/spans/",
    "shared/store/",
    "shared/tasks/",
    "shared/google_apis.py",
    "shared/mail/",
    "shared/push/",
)


@cache
def spoken() -> frozenset[str]:
    """Return the templates of all sentences; those that are put together otherwise are not among them."""
    loaded = [entry.load() for entry in entries()]  # so that all classes of errors are known
    assert loaded
    return frozenset(text for file in _files() for text in _sentences(ast.parse(file.read_text("utf-8"))))


def _files() -> Iterator[Path]:
    for tree in TREES:
        for file in sorted((ROOT / tree).rglob("*.py")):
            if not file.relative_to(ROOT).as_posix().startswith(_IN_ENGLISH):
                yield file


def _sentences(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    errors = {each.__name__ for each in _all_errors()}
    examples = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in ("examples", "json_schema_extra")
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if node in examples:
            continue
        if isinstance(node, ast.ClassDef):
            yield from _messages(node)
        elif isinstance(node, ast.Call):
            yield from _arguments(node, constants, errors)
        elif isinstance(node, ast.List):
            texts = _text(node, {}) if len(node.elts) == 1 else ()
            yield from (text for text in texts if text[:1].isupper() and " " in text)


def _messages(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        if isinstance(target, ast.Name) and target.id == "message":
            yield from _text(getattr(line, "value", None), {})


def _arguments(node: ast.Call, constants: dict[str, str], errors: set[str]) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in errors | {"say", "template", "_fixed", "describe_pattern"} and node.args:
        place = 1 if name == "describe_pattern" else 0
        texts = _text(node.args[place], constants)
        yield from (text for text in texts if name not in errors or " " in text)
    for keyword in node.keywords:
        if keyword.arg == "details" or (name == "say_number" and keyword.arg in ("one", "many")):
            yield from _text(keyword.value, constants)


def _text(node: ast.AST | None, constants: dict[str, str]) -> Iterator[str]:
    """Yield the constant texts of an expression: itself, those of its lists and the values of its dicts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _text(value, constants)
    elif isinstance(node, ast.List | ast.Tuple):
        for value in node.elts:
            yield from _text(value, constants)
    elif isinstance(node, ast.DictComp):
        yield from _text(node.value, constants)
    elif isinstance(node, ast.IfExp):
        yield from _text(node.body, constants)
        yield from _text(node.orelse, constants)


def _all_errors(base: type[ApiError] = ApiError) -> Iterator[type[ApiError]]:
    yield base
    for child in base.__subclasses__():
        yield from _all_errors(child)


if __name__ == "__main__":  # pragma: no cover
    for language in LANGUAGES[1:]:
        for template in sorted(spoken() - load_catalogue(language).keys()):
            sys.stdout.write(f"{language}: {template}\n")

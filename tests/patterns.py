"""Every compiled pattern of the repository, and texts made to be hard for it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as codes
from re import _parser as parser
from typing import Any

PACKAGES = ("functions", "shared", "infra")
_ENTRY_POINTS = ("main", "__main__")  # importing these runs something

# What careless patterns run over again and again.
UNITS = (
    " ", "\n", "\t", " \n", "\r\n", "a", "a ", "A ", "aB", "1", "1.", "1,", "-", "--", "- ", ".", "...",
    "_", "*", "**", "*a", "#", "# ", "(", ")", "[", "]", "![", "[]", "[](", "(a", "{", "{{", "}",
    "{{c1::", "<", "<a ", "<a", ">", "<!--", "<![CDATA[", "'", '"', "a='", "=", "a=", ":", "a:", ": ",
    "::", "/", "//", "./", "\\", "\\a", "|", "| a ", "`", "```\n", "~", "$", "%", "&", "&a", "@", "a@",
    "a.", "\xe9", "\u4e2d", "\u0301", "\u202e", "\xa0", "x\n", "\n\n- a", "http://", "a-", "-\n",
    "in-\n", "the ", "is a ", "A: b ", "1 2 ", "c1::",
)  # fmt: skip


def load_modules() -> Iterator[tuple[str, Any]]:
    """Import every module of the packages."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if found.name.rpartition(".")[2] not in _ENTRY_POINTS:
                yield found.name, importlib.import_module(found.name)


def find_patterns() -> dict[str, re.Pattern[Any]]:
    """Find the compiled patterns of all modules, within their tables too, each once, by name."""
    seen: dict[int, str] = {}
    patterns: dict[str, re.Pattern[Any]] = {}
    for module, content in load_modules():
        for name, value in vars(content).items():
            for place, pattern in _find_inside(value):
                if id(pattern) not in seen:
                    seen[id(pattern)] = patterns_name = f"{module}.{name}{place}"
                    patterns[patterns_name] = pattern
    return patterns


def _find_inside(value: Any, place: str = "") -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _find_inside(key, f"{place}[{key!r:.20}]")
            yield from _find_inside(item, f"{place}[{key!r:.20}]")
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            yield from _find_inside(item, f"{place}[{position}]")


def list_units(pattern: re.Pattern[Any]) -> list[str]:
    """List units to repeat: the common ones, and every beginning of what the pattern itself matches."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    sample = _build_sample(parser.parse(source, pattern.flags & ~re.UNICODE & ~re.DEBUG))[:40]
    return list(dict.fromkeys([*UNITS, *(sample[:end] for end in range(1, len(sample) + 1))]))


def _build_sample(parsed: Any) -> str:
    """Build a text that the parsed pattern matches, or nearly: one of each repetition, each first branch."""
    return "".join(_build_part(code, value) for code, value in parsed)


def _build_part(code: Any, value: Any) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        return _build_sample(inner) * int(least or min(1, most))
    if code is codes.SUBPATTERN:
        return _build_sample(value[-1])
    if code is codes.ATOMIC_GROUP:
        return _build_sample(value)
    if code is codes.BRANCH:
        return _build_sample(value[1][0])
    if code is codes.IN:
        return _choose_from(value)
    if code in (codes.ANY, codes.NOT_LITERAL):
        return "a"
    return ""


_OF_CATEGORY: dict[Any, str] = {
    codes.CATEGORY_DIGIT: "1",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: " ",
}


def _choose_from(choices: Any) -> str:
    if choices[0][0] is codes.NEGATE:
        excluded = {chr(value) for code, value in choices[1:] if code is codes.LITERAL}
        return next(each for each in "a1 .\n" if each not in excluded)
    code, value = choices[0]
    if code is codes.RANGE:
        return chr(value[0])
    return _OF_CATEGORY[value] if code is codes.CATEGORY else chr(value)

"""Find the target of a path by patterns, as infra/functions.yaml describes them."""

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

Target = TypeVar("Target")

_PATTERN = re.compile(r"(/([a-z0-9._-]+|\{[a-z_]+\}))+/")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_LITERAL, _ANY, _END = range(3)  # the order in which patterns are tried


class Routes(Generic[Target]):
    """A table of targets by pattern, of which the most specific wins.

    A pattern such as `/api/children/{id}/progress/` matches that path, with and without the last slash, and
    everything below it; `{id}` matches any one segment. Patterns are compared segment by segment from the
    left: a literal is more specific than a placeholder, a longer pattern than its own beginning.
    """

    def __init__(self, targets: Iterable[tuple[str, Target]]) -> None:
        """Order the patterns. Raises ValueError for a malformed one and for two that match the same paths."""
        by_shape: dict[tuple[str, ...], Target] = {}
        for pattern, target in targets:
            if not _PATTERN.fullmatch(pattern):
                raise ValueError(f"{pattern} is not a pattern: segments or {{placeholders}} between slashes")
            shape = tuple(_PLACEHOLDER.sub("{}", pattern).strip("/").split("/"))
            if shape in by_shape:
                raise ValueError(f"{pattern} is declared twice")
            by_shape[shape] = target
        self._routes = [(_expression(shape), by_shape[shape]) for shape in sorted(by_shape, key=_rank)]

    def find(self, path: str) -> Target | None:
        """Return the target of the most specific pattern that matches, None where no pattern does."""
        return next((target for expression, target in self._routes if expression.fullmatch(path)), None)


def _rank(shape: tuple[str, ...]) -> list[int]:
    return [*(_ANY if segment == "{}" else _LITERAL for segment in shape), _END]


def _expression(shape: tuple[str, ...]) -> re.Pattern[str]:
    segments = ("/[^/]+" if segment == "{}" else f"/{re.escape(segment)}" for segment in shape)
    return re.compile(f"{''.join(segments)}(/.*)?", re.DOTALL)

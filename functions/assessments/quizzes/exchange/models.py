"""What every reader of files gives: questions as a request would send them, and those that cannot be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal["gift", "qti", "json"]


@dataclass(frozen=True)
class Found:
    """`row` is the question's line in a text, its place in anything else, from 1."""

    row: int
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Refused:
    row: int
    error: str


@dataclass(frozen=True)
class Reading:
    """`settings` are the quiz's own, as far as the file tells them; all are to be checked."""

    items: list[Found | Refused]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """A file to be handed out."""

    content: bytes
    media_type: str
    extension: str

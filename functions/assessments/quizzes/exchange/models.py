"""Results of reading and writing files. Readers return questions as a request would send them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal["gift", "qti", "json"]


@dataclass(frozen=True)
class FoundQuestion:
    """A question of a file. `row` is its line in a text, or its place in any other file, from 1."""

    row: int
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class RejectedQuestion:
    """A question of a file that cannot be imported."""

    row: int
    error: str


@dataclass(frozen=True)
class QuizContents:
    """The questions of a file, and the settings of its quiz; none of them checked yet."""

    items: list[FoundQuestion | RejectedQuestion]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WrittenFile:
    """A file to download."""

    content: bytes
    media_type: str
    extension: str

"""Results of reading and writing files. Readers return questions as a request would send them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal["gift", "qti", "moodle", "json"]
Fields = dict[str, Any]


@dataclass(frozen=True)
class FoundQuestion:
    """A question of a file. `row` is its line in a text, or its place in any other file, from 1.

    `left_out` says, in sentences for the user, what of it has no place here.
    """

    row: int
    fields: Mapping[str, Any]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class RejectedQuestion:
    """A question of a file that cannot be imported."""

    row: int
    error: str


@dataclass(frozen=True)
class QuizContents:
    """The questions of a file, and the settings of its quiz; none of them checked yet.

    `form` is the name of the file's format for the user.
    """

    items: list[FoundQuestion | RejectedQuestion]
    settings: Mapping[str, Any] = field(default_factory=dict)
    form: str = ""


@dataclass(frozen=True)
class WrittenFile:
    """A file to download."""

    content: bytes
    media_type: str
    extension: str

"""One fault put into the source, and applying it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Mutation:
    """A fault: `text` of `file` becomes `replacement`, so that `effect`; one of `tests` should fail."""

    file: str
    text: str
    replacement: str
    effect: str
    tests: Sequence[str]

    @property
    def area(self) -> str:
        return self.file.rpartition("/")[0]


class NotApplicable(Exception):
    """The text stands not once in its file, or the result does not compile."""


def mutate(mutation: Mutation, source: str) -> str:
    """Return the source with the fault. Raises NotApplicable."""
    number = source.count(mutation.text)
    if number != 1:
        raise NotApplicable(f"{mutation.file} has {number} times {mutation.text!r}, and not once")
    mutated = source.replace(mutation.text, mutation.replacement)
    try:
        compile(mutated, mutation.file, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise NotApplicable(f"{mutation.file} does not compile with {mutation.replacement!r}") from error
    return mutated

"""What an import has done so far."""

from dataclasses import dataclass, field
from typing import Any, Self

from functions.assessments.flashcards.decks.incoming import Refused
from functions.assessments.flashcards.decks.schemas import DeckImported, RowError

_MOST_ERRORS = 100
_LONGEST_ERROR = 200


@dataclass
class Tally:
    """`row` is the last one that was seen to: one that broke off goes on after it."""

    row: int = 0
    imported: int = 0
    skipped: int = 0
    updated: int = 0
    reviews: int = 0
    media: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        errors = [RowError(**each) for each in stored.get("errors", [])]
        return cls(**{**stored, "errors": errors})

    def stored(self) -> dict[str, Any]:
        return {**vars(self), "errors": [error.model_dump() for error in self.errors]}

    def refuse(self, refused: Refused) -> None:
        self.failed += 1
        if len(self.errors) < _MOST_ERRORS:
            self.errors.append(RowError(row=refused.row, error=refused.error[:_LONGEST_ERROR]))

    def answer(self) -> DeckImported:
        return DeckImported(**{name: value for name, value in vars(self).items() if name != "row"})

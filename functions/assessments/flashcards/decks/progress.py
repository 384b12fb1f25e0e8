"""Progress of an import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from functions.assessments.flashcards.decks.items import RejectedRow, Remark
from functions.assessments.flashcards.decks.schemas import DeckImported, RowError, RowWarning
from shared.web.schemas import View

_MAX_ERRORS = 100
_MAX_ERROR_CHARS = 200


@dataclass
class ImportProgress:
    """Counts of an import so far.

    `row` is the last that was handled, `files` the number of media files that were: another attempt goes on
    after them.
    """

    row: int = 0
    files: int = 0
    imported: int = 0
    skipped: int = 0
    updated: int = 0
    reviews: int = 0
    media: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    warned: int = 0
    warnings: list[RowWarning] = field(default_factory=list)

    @property
    def position(self) -> tuple[int, int]:
        return self.row, self.files

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        errors = [RowError(**each) for each in stored.get("errors", [])]
        warnings = [RowWarning(**each) for each in stored.get("warnings", [])]
        return cls(**{**stored, "errors": errors, "warnings": warnings})

    def dump(self) -> dict[str, Any]:
        lists: dict[str, Sequence[View]] = {"errors": self.errors, "warnings": self.warnings}
        return {
            **vars(self), **{name: [each.model_dump() for each in rows] for name, rows in lists.items()}
        }  # fmt: skip

    def reject(self, rejected: RejectedRow) -> None:
        self.failed += 1
        if len(self.errors) < _MAX_ERRORS:
            self.errors.append(RowError(row=rejected.row, error=rejected.error[:_MAX_ERROR_CHARS]))

    def warn(self, remark: Remark) -> None:
        self.warned += 1
        if len(self.warnings) < _MAX_ERRORS:
            self.warnings.append(RowWarning(row=remark.row, warning=remark.text[:_MAX_ERROR_CHARS]))

    def to_result(self) -> DeckImported:
        return DeckImported(
            **{name: value for name, value in vars(self).items() if name in DeckImported.model_fields}
        )

"""Looking quotes up again, a page at a time."""

from typing import ClassVar, Literal

from shared.messages import Task

Kind = Literal["flashcards", "questions"]


class RefreshQuotes(Task):
    """Look up what quotes the `document` in its `version`: cards, then questions, from behind `after` on."""

    name: ClassVar[str] = "quotes.refresh"
    group: ClassVar[str] = "assessments"

    user: str
    document: str
    version: int
    kind: Kind = "flashcards"
    after: str | None = None

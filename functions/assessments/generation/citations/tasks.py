"""The task that updates citations, a page at a time."""

from typing import ClassVar, Literal

from shared.messages import Task

Kind = Literal["flashcards", "questions"]


class RefreshQuotes(Task):
    """Looks up the quotes of the document in its version: of cards, then of questions, those past `after`."""

    name: ClassVar[str] = "quotes.refresh"
    group: ClassVar[str] = "assessments"

    user: str
    document: str
    version: int
    kind: Kind = "flashcards"
    after: str | None = None

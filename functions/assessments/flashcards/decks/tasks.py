"""What is done with decks in the background."""

from typing import ClassVar

from shared.messages import Task


class ImportDeck(Task):
    name: ClassVar[str] = "deck.import"
    group: ClassVar[str] = "assessments"

    user: str
    job: str


class PurgeNotes(Task):
    """Delete what is kept of Anki's notes and media in a deleted course."""

    name: ClassVar[str] = "notes.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str

"""Tasks of decks."""

from typing import ClassVar

from shared.messages import Task


class ImportDeck(Task):
    """Import the deck that was parked for a job."""

    name: ClassVar[str] = "deck.import"
    group: ClassVar[str] = "assessments"

    user: str
    job: str


class PurgeNotes(Task):
    """Delete the notes and media of a deleted course."""

    name: ClassVar[str] = "notes.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str

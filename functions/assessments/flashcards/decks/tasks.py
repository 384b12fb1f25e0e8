"""Tasks of decks."""

from typing import ClassVar

from shared.messages import Task


class ImportDeck(Task):
    """Import the deck that was parked for a job, or sent directly as an `upload`."""

    name: ClassVar[str] = "deck.import"
    group: ClassVar[str] = "assessments"

    user: str
    job: str
    upload: str = ""


class ExportDeck(Task):
    """Store the file that an export's job asks for."""

    name: ClassVar[str] = "deck.export"
    group: ClassVar[str] = "assessments"

    user: str
    job: str


class PurgeDeckUpload(Task):
    """Purge an upload of a deck after its time, with its file if it was never completed."""

    name: ClassVar[str] = "deck_upload.purge"
    group: ClassVar[str] = "assessments"

    user: str
    upload: str


class PurgeNotes(Task):
    """Delete the notes and media of a deleted course."""

    name: ClassVar[str] = "notes.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str

"""Request and response bodies of decks."""

from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import Field

from shared.web.schemas import Body, DocumentId, Instant, Name, View


class DeckUpload(Body):
    """A file of cards, and the `course` to import them into."""

    course: DocumentId
    file: UploadFile


class NewDeckUpload(Body):
    """A file of cards to be uploaded for a course. Its size is checked on completion."""

    course: DocumentId
    file_name: Name = Field(examples=["french.apkg"])
    file_size_bytes: Annotated[int, Field(ge=1, strict=True)] = Field(examples=[180_000_000])


class RowError(View):
    """A row that was not imported.

    `row` counts notes, lines or items from 1; 0 is a file within a package.
    """

    row: int = Field(examples=[7])
    error: str = Field(examples=["no answer"])


class RowWarning(View):
    """A row that was imported without a part of it, or read otherwise than it may have been meant.

    `row` counts like that of an error; 0 is the file as a whole, or a file within a package.
    """

    row: int = Field(examples=[12])
    warning: str = Field(examples=["The explanation was cut off after 5,000 characters"])


class DeckImported(View):
    """The result of an import.

    `imported` cards are new; `skipped` ones existed already, of which `updated` ones had newer reviews in the
    file. `errors` lists the first hundred of `failed`; `warnings` says what was left out of cards that were
    imported, the first hundred of `warned`.
    """

    imported: int = Field(examples=[120])
    skipped: int = Field(examples=[3])
    updated: int = 0
    reviews: int = Field(default=0, examples=[840])
    media: int = 0
    failed: int = 0
    errors: Annotated[list[RowError], Field(default_factory=list)]
    warned: int = 0
    warnings: Annotated[list[RowWarning], Field(default_factory=list)]


class NewDeckExport(Body):
    """The cards to be exported: those of a course, or all, as an Anki package, a table or JSON."""

    course: DocumentId | None = None
    format: Literal["apkg", "csv", "json"] = "apkg"


class DeckExported(View):
    """The result of an export as a job; `url` is a download link, valid until `expires_at`."""

    url: str
    expires_at: Instant
    size_bytes: int


class CardMedia(View):
    """A picture, sound or film that the card names; `url` is a download link, valid for an hour."""

    name: str = Field(examples=["dog.png"])
    content_type: str = Field(examples=["image/png"])
    size_bytes: int
    url: str

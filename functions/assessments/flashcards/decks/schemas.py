"""Imports of decks as requests and answers have them."""

from typing import Annotated

from fastapi import UploadFile
from pydantic import Field

from shared.web.schemas import Body, DocumentId, View


class DeckUpload(Body):
    """`course` is where the cards go."""

    course: DocumentId
    file: UploadFile


class RowError(View):
    """`row` counts notes, lines or items of the file from 1; 0 stands for a file within a package."""

    row: int = Field(examples=[7])
    error: str = Field(examples=["no answer"])


class DeckImported(View):
    """`imported` cards are new; `skipped` ones were there already, `updated` ones of these had newer reviews
    in the file. `errors` are the first hundred of `failed`."""

    imported: int = Field(examples=[120])
    skipped: int = Field(examples=[3])
    updated: int = 0
    reviews: int = Field(default=0, examples=[840])
    media: int = 0
    failed: int = 0
    errors: Annotated[list[RowError], Field(default_factory=list)]


class CardMedia(View):
    """A picture, sound or film that the card names; `url` works for an hour, always as a download."""

    name: str = Field(examples=["dog.png"])
    content_type: str = Field(examples=["image/png"])
    size_bytes: int
    url: str

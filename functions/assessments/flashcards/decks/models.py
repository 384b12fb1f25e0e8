"""Notes, note types and media of imported decks, as they are stored, so that an export returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.objects.names import UPLOADS
from shared.store import Collection, Document

_Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
_Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Name = Annotated[str, StringConstraints(max_length=200)]


class NotePlace(BaseModel):
    """The place of a card in Anki: the template or gap of the note that it shows, and its deck.

    `content` is the hash of what the note gave the card when it was imported: while the card still has it, an
    export returns the note. It is empty where an earlier version imported the card.
    """

    model_config = ConfigDict(frozen=True)

    ord: int
    deck: str = ""
    flags: int = 0
    content: str = ""


class Note(Document):
    """A note of Anki's. Its fields are HTML as imported; `cards` has the ids of the cards made of it.

    `modified` is in seconds since 1970.
    """

    course: str
    guid: str
    note_type: str
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()
    modified: int = 0
    cards: dict[str, NotePlace] = Field(default_factory=dict)


class FieldType(BaseModel):
    """A field of a note type; font, size and the rest matter to Anki's editor alone."""

    model_config = ConfigDict(frozen=True)

    name: _Name
    font: _Name = "Arial"
    size: _Int32 = 20
    rtl: bool = False
    sticky: bool = False
    description: _Name = ""
    plain_text: bool = False
    collapsed: bool = False
    exclude_from_search: bool = False
    prevent_deletion: bool = False
    tag: int | None = None


class CardTemplate(BaseModel):
    """A template from which Anki makes one card of each note; its browser may show a shorter one."""

    model_config = ConfigDict(frozen=True)

    name: _Name
    question: str
    answer: str
    browser_question: str = ""
    browser_answer: str = ""
    browser_font: _Name = ""
    browser_size: _Int32 = 0


class NoteType(Document):
    """The fields of notes and the templates of their cards; `anki_id` is its number in Anki.

    `stock_kind` is the number of Anki's own type that it was made of, by which Anki knows image occlusion.
    """

    anki_id: _Int64
    name: _Name
    cloze: bool = False
    fields: tuple[FieldType, ...]
    templates: tuple[CardTemplate, ...]
    css: str = ""
    latex_pre: str = ""
    latex_post: str = ""
    latex_svg: bool = False
    sort_field: _Int32 = 0
    stock_kind: _Int32 = 0


class Media(Document):
    """A picture or sound that cards of a course name; equal files share one object.

    A `generated` one was drawn here: a picture with covered parts, which Anki draws by itself.
    """

    course: str
    name: str
    sha256: str
    size: int
    content_type: str
    created_at: datetime
    generated: bool = False


class DeckUpload(Document):
    """A deck that is being sent to the object store; `job` imports it once it has arrived."""

    course: str
    file_name: str
    size: int
    job: str | None = None
    created_at: datetime
    expires_at: datetime


NOTES = Collection("users/{user}/notes", Note)
NOTE_TYPES = Collection("users/{user}/note_types", NoteType)
MEDIA = Collection("users/{user}/media", Media)
DECK_UPLOADS = Collection("users/{user}/deck_uploads", DeckUpload)


def media_prefix(user_id: str, course_id: str) -> str:
    """Return the prefix of the keys of all media of a course."""
    return f"users/{user_id}/media/{course_id}/"


def media_key(user_id: str, media: Media) -> str:
    """Return the key of a media file's content, which files of equal content share."""
    return f"{media_prefix(user_id, media.course)}{media.sha256}"


def build_upload_key(user_id: str, name: str) -> str:
    """Build the key of a deck that waits for its import, by the id of its upload or else of its job."""
    return f"{UPLOADS}users/{user_id}/decks/{name}"

"""Media of cards: pictures, sounds and films, as imports store them."""

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import unquote

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.decks.media_names import list_media_names
from functions.assessments.flashcards.decks.models import MEDIA, media_key
from functions.assessments.flashcards.decks.schemas import CardMedia
from shared.clock import derive_id
from shared.services import Services
from shared.store.meter import note_items

_MAX_NAMES = 50  # of one card
_LINK_LIFETIME = timedelta(hours=1)

# The first bytes of files that may be shown or played; SVG and HTML, which may run code, are not among them.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}


def detect_content_type(head: bytes) -> str | None:
    """Return the type of a picture, sound or film that begins so, or None."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "image/avif" if head[8:12] == b"avif" else "video/mp4"
    return next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)


async def list_media(services: Services, *, user_id: str, card: Flashcard) -> list[CardMedia]:
    """Return the media that the card names and its course has, with links. Costs 1 read for each name."""
    texts = f"{card.question}\n{card.answer}\n{card.explanation}"
    names = _list_stored_names(list_media_names(texts)[:_MAX_NAMES])
    note_items(len(names))
    refs = [MEDIA.doc(derive_media_id(user_id, card.course, name), user=user_id) for name in names]
    found = [media for media in await services.store.get_many(refs) if media is not None]
    return [
        CardMedia(
            name=media.name,
            content_type=media.content_type,
            size_bytes=media.size,
            url=await services.objects.sign_download(
                media_key(user_id, media), expires_in=_LINK_LIFETIME, download_name=media.name
            ),
        )
        for media in found
    ]


def _list_stored_names(names: Sequence[str]) -> list[str]:
    """Return the names under which files may be stored: earlier versions had them as they came."""
    forms = (
        form for name in names for form in (name, unquote(name), unicodedata.normalize("NFD", unquote(name)))
    )
    return list(dict.fromkeys(forms))


def derive_media_id(user_id: str, course_id: str, name: str) -> str:
    """Return the id of a course's file of this name, in composed form."""
    return derive_id("media", user_id, course_id, name)

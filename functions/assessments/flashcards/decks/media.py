"""Pictures and sounds of a package: looked at, kept in the object store, and forgotten with their course."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.incoming import MediaFile, Place, Refused
from functions.assessments.flashcards.decks.models import MEDIA, Media, media_key
from functions.assessments.flashcards.decks.package import MAX_MEDIA_FILE_BYTES, Package
from functions.assessments.flashcards.decks.plain import media_names, visible
from functions.assessments.flashcards.decks.schemas import CardMedia
from functions.assessments.flashcards.decks.tally import Tally
from shared.clock import derive_id
from shared.errors import QuotaExceeded
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.usage import UsageOf, reserve_storage

_MOST_FILES = 10_000
_MOST_BYTES = 300 * 1024 * 1024  # of one package, unpacked
_IN_MEMORY = 1024 * 1024
_CHUNK = 262_144
_LONGEST_NAME = 200
_MOST_NAMED = 50  # of one card
_LINK_LIVES = timedelta(hours=1)

# The first bytes of what may be shown or played; SVG and HTML, which may act, are not among them.
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


@dataclass
class _Looked:
    """A file that was unpacked: its bytes, what they are, and their hash."""

    file: IO[bytes]
    size: int
    sha256: str
    content_type: str


def content_type(head: bytes) -> str | None:
    """What begins so, where it is a picture, a sound or a film."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "image/avif" if head[8:12] == b"avif" else "video/mp4"
    return next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)


async def keep_media(services: Services, package: Package, place: Place, tally: Tally) -> None:
    """Every file of the package that is not there yet; what can't be taken is named in the tally's errors."""
    left = _MOST_BYTES
    for found in (await asyncio.to_thread(package.media))[:_MOST_FILES]:
        try:
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
                looked = await asyncio.to_thread(
                    _look, package, found, spool, min(left, MAX_MEDIA_FILE_BYTES)
                )
                left -= looked.size
                tally.media += await _keep(services, place, found, looked)
        except (Unreadable, DeckTooLarge, QuotaExceeded, _Taken) as error:
            reason = error.details["file"][0] if isinstance(error, Unreadable) else str(error)
            tally.refuse(Refused(0, f"{visible(found.name)[:80]}: {reason}"))


async def media_of(services: Services, *, user_id: str, card: Flashcard) -> list[CardMedia]:
    """What the card names and the course has, each with a link. Costs 1 read for each name."""
    names = media_names(f"{card.question}\n{card.answer}\n{card.explanation}")[:_MOST_NAMED]
    note_items(len(names))
    refs = [MEDIA.doc(_media_id(user_id, card.course, name), user=user_id) for name in names]
    found = [media for media in await services.store.get_many(refs) if media is not None]
    return [
        CardMedia(
            name=media.name,
            content_type=media.content_type,
            size_bytes=media.size,
            url=await services.objects.sign_download(
                media_key(user_id, media), expires_in=_LINK_LIVES, download_name=media.name
            ),
        )
        for media in found
    ]


class _Taken(Exception):
    """Cards of the course have another file of this name."""


def _look(package: Package, found: MediaFile, spool: IO[bytes], limit: int) -> _Looked:
    """Unpack the file into the spool. Raises Unreadable, DeckTooLarge."""
    if not found.name or found.name != visible(found.name) or len(found.name) > _LONGEST_NAME:
        raise Unreadable("Not a name of a file")
    if "/" in found.name or "\\" in found.name or found.name.startswith("."):
        raise Unreadable("The name leads elsewhere")
    digest, size, head = hashlib.sha256(), 0, b""
    for part in package.unpack(found.entry, max_bytes=limit):
        head = head or part[:16]
        digest.update(part)
        spool.write(part)
        size += len(part)
    kind = content_type(head)
    if kind is None:
        raise Unreadable("Neither a picture nor a sound nor a film")
    return _Looked(spool, size, digest.hexdigest(), kind)


async def _keep(services: Services, place: Place, found: MediaFile, looked: _Looked) -> bool:
    """Whether it was not there before. Raises _Taken, QuotaExceeded, CourseNotFound."""
    media = _media(place, found.name, looked, services.clock.now())
    ref = MEDIA.doc(media.id, user=place.user_id)
    note_items(1)
    there = await services.store.get(ref)
    if there is not None:
        if there.sha256 != media.sha256:
            raise _Taken("The course has another file of this name")
        return False
    key = media_key(place.user_id, media)
    await services.objects.put(key, _chunks(looked.file), content_type=media.content_type)

    async def work(tx: Transaction) -> None:
        state = await get_study_state(tx, place.user_id)
        await require_courses(tx, user_id=place.user_id, courses={place.course}, state=state)
        usage = UsageOf(place.user_id, services.clock.now())
        await reserve_storage(tx, usage, services.settings, size=media.size)
        tx.put(ref, media)

    try:
        await services.store.transact(work)
    except (CourseNotFound, QuotaExceeded):
        await services.objects.delete(key)
        raise
    return True


def _media(place: Place, name: str, looked: _Looked, now: datetime) -> Media:
    return Media(
        id=_media_id(place.user_id, place.course, name),
        course=place.course,
        name=name,
        sha256=looked.sha256,
        size=looked.size,
        content_type=looked.content_type,
        created_at=now,
    )


def _media_id(user_id: str, course_id: str, name: str) -> str:
    return derive_id("media", user_id, course_id, name)


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    file.seek(0)
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk

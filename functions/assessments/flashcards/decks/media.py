"""Media of packages: pictures, sounds and films, checked and stored in the object store."""

import asyncio
import hashlib
import tempfile
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from urllib.parse import unquote

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks.anki_package import MAX_MEDIA_FILE_BYTES, Package
from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.files import read_chunks
from functions.assessments.flashcards.decks.items import MediaFile, RejectedRow, Remark, Target
from functions.assessments.flashcards.decks.masks import MAX_DRAWING_BYTES, draw_mask
from functions.assessments.flashcards.decks.media_names import list_media_names, normalize_name
from functions.assessments.flashcards.decks.models import MEDIA, Media, media_key
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.decks.progress import ImportProgress
from functions.assessments.flashcards.decks.schemas import CardMedia
from shared.clock import derive_id
from shared.errors import QuotaExceeded
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.usage import UsageOf, reserve_storage

_MAX_FILES = 10_000
_MAX_PACKAGE_BYTES = 300 * 1024 * 1024  # of media, unpacked
_MAX_MEMORY_BYTES = 1024 * 1024
_MAX_NAME_CHARS = 200
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


@dataclass
class _CheckedFile:
    """The size, hash and type of a file."""

    size: int
    sha256: str
    content_type: str


def detect_content_type(head: bytes) -> str | None:
    """Return the type of a picture, sound or film that begins so, or None."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "image/avif" if head[8:12] == b"avif" else "video/mp4"
    return next((kind for mark, kind in _SIGNATURES if head.startswith(mark)), None)


async def save_media(
    services: Services,
    package: Package,
    target: Target,
    progress: ImportProgress,
    *,
    masks: Collection[Mask] = (),
) -> None:
    """Save the files of the package that do not exist yet, then the covered pictures that cards show.

    Rejected ones are named in the errors.
    """
    left = _MAX_PACKAGE_BYTES
    files = await asyncio.to_thread(package.list_media)
    drawings = {mask.drawing for mask in masks if mask.drawing}
    if len(files) > _MAX_FILES:
        progress.warn(Remark(0, f"Of {len(files):,} media files the first {_MAX_FILES:,} were taken"))
    for media_file in files[:_MAX_FILES]:
        if normalize_name(media_file.name) in drawings:
            continue
        with _naming_errors(media_file.name, progress), _open_spool() as spool:
            limit = min(left, MAX_MEDIA_FILE_BYTES)
            checked = await asyncio.to_thread(_check_file, package, media_file, spool, limit)
            left -= checked.size
            media = _build_media(target, media_file.name, checked)
            progress.media += await _save_file(services, target, media, spool)
    entries = {normalize_name(each.name): each for each in files}
    for mask in masks:
        with _naming_errors(mask.picture, progress), _open_spool() as spool:
            await _save_mask(services, target, package, entries, mask, spool)


async def _save_mask(
    services: Services,
    target: Target,
    package: Package,
    entries: Mapping[str, MediaFile],
    mask: Mask,
    spool: IO[bytes],
) -> None:
    """Draw and save a covered picture, unless it exists. Raises Unreadable, DeckTooLarge, QuotaExceeded."""
    note_items(1)
    ref = MEDIA.doc(_derive_media_id(target.user_id, target.course, mask.name), user=target.user_id)
    if await services.store.get(ref) is not None:
        return
    checked = await asyncio.to_thread(_draw_mask, package, entries, mask, spool)
    media = _build_media(target, mask.name, checked).model_copy(update={"generated": True})
    await _save_file(services, target, media, spool)


def _draw_mask(
    package: Package, entries: Mapping[str, MediaFile], mask: Mask, spool: IO[bytes]
) -> "_CheckedFile":
    picture = b"".join(package.unpack(entries[mask.picture].entry, max_bytes=MAX_MEDIA_FILE_BYTES))
    drawing = None
    if mask.drawing:
        drawing = b"".join(package.unpack(entries[mask.drawing].entry, max_bytes=MAX_DRAWING_BYTES))
    content = draw_mask(mask, picture, drawing)
    spool.write(content)
    kind = detect_content_type(content[:16]) or "image/png"
    return _CheckedFile(len(content), hashlib.sha256(content).hexdigest(), kind)


def _open_spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=_MAX_MEMORY_BYTES)


@contextmanager
def _naming_errors(name: str, progress: ImportProgress) -> Iterator[None]:
    """Count a file that cannot be taken as failed, with its name and the reason."""
    try:
        yield
    except (Unreadable, DeckTooLarge, QuotaExceeded, _NameTaken) as error:
        reason = error.details["file"][0] if isinstance(error, Unreadable) else str(error)
        progress.reject(RejectedRow(0, f"{strip_controls(name)[:80]}: {reason}"))


async def list_media(services: Services, *, user_id: str, card: Flashcard) -> list[CardMedia]:
    """Return the media that the card names and its course has, with links. Costs 1 read for each name."""
    texts = f"{card.question}\n{card.answer}\n{card.explanation}"
    names = _list_stored_names(list_media_names(texts)[:_MAX_NAMES])
    note_items(len(names))
    refs = [MEDIA.doc(_derive_media_id(user_id, card.course, name), user=user_id) for name in names]
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


class _NameTaken(Exception):
    """Another file of the course has this name."""


def _check_file(package: Package, media_file: MediaFile, spool: IO[bytes], limit: int) -> _CheckedFile:
    """Unpack the file into the spool. Raises Unreadable, DeckTooLarge."""
    name = media_file.name
    if not name or name != strip_controls(name) or len(name) > _MAX_NAME_CHARS:
        raise Unreadable("The name is empty, too long or has control characters")
    if "/" in name or "\\" in name or name.startswith("."):
        raise Unreadable("The name contains a path")
    digest, size, head = hashlib.sha256(), 0, b""
    for part in package.unpack(media_file.entry, max_bytes=limit):
        head = head or part[:16]
        digest.update(part)
        spool.write(part)
        size += len(part)
    kind = detect_content_type(head)
    if kind is None:
        raise Unreadable("The file is not a supported picture, sound or film")
    return _CheckedFile(size, digest.hexdigest(), kind)


async def _save_file(services: Services, target: Target, media: Media, spool: IO[bytes]) -> bool:
    """Save the file; return False if it exists. Raises _NameTaken, QuotaExceeded, CourseNotFound."""
    ref = MEDIA.doc(media.id, user=target.user_id)
    note_items(1)
    existing = await services.store.get(ref)
    if existing is not None:
        if existing.sha256 != media.sha256:
            raise _NameTaken("The course has another file of this name")
        return False
    key = media_key(target.user_id, media)
    await services.objects.put(key, read_chunks(spool), content_type=media.content_type)

    async def work(tx: Transaction) -> None:
        state = await get_study_state(tx, target.user_id)
        await require_courses(tx, user_id=target.user_id, courses={target.course}, state=state)
        usage = UsageOf(target.user_id, services.clock.now())
        await reserve_storage(tx, usage, services.settings, size=media.size)
        tx.put(ref, media)

    try:
        await services.store.transact(work)
    except (CourseNotFound, QuotaExceeded):
        await services.objects.delete(key)
        raise
    return True


def _build_media(target: Target, name: str, checked: _CheckedFile) -> Media:
    normal = normalize_name(name)
    return Media(
        id=_derive_media_id(target.user_id, target.course, normal),
        course=target.course,
        name=normal,
        sha256=checked.sha256,
        size=checked.size,
        content_type=checked.content_type,
        created_at=target.now,
    )


def _derive_media_id(user_id: str, course_id: str, name: str) -> str:
    return derive_id("media", user_id, course_id, name)

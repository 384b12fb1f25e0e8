"""Saving of a package's media: some files at a time are checked, stored, and recorded in one transaction."""

import asyncio
import hashlib
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.decks.anki_package import MAX_MEDIA_FILE_BYTES, Package
from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.errors import DeckTooLarge, Unreadable
from functions.assessments.flashcards.decks.importing import DeckImporter
from functions.assessments.flashcards.decks.items import MediaFile, RejectedRow, Target
from functions.assessments.flashcards.decks.masks import MAX_DRAWING_BYTES, draw_mask
from functions.assessments.flashcards.decks.media import derive_media_id, detect_content_type
from functions.assessments.flashcards.decks.media_names import normalize_name
from functions.assessments.flashcards.decks.models import MEDIA, Media, media_key
from functions.assessments.flashcards.decks.occlusion import Mask
from functions.assessments.flashcards.decks.progress import ImportProgress
from shared.services import Services
from shared.store import Store, Transaction
from shared.store.meter import note_items
from shared.usage import UsageOf, build_storage_error, get_storage_room, settle_storage

MAX_FILES = 50_000
_MAX_BATCH_FILES, _MAX_BATCH_BYTES = 200, 8 * 1024 * 1024  # in memory at once; a larger file is alone
_MAX_UPLOADS = 8  # at the same time
_MAX_NAME_CHARS = 200
_TOO_LARGE = (
    f"The file has more than {MAX_MEDIA_FILE_BYTES // 1024**2} MB, the most for a picture, sound or film"
)


@dataclass(frozen=True, slots=True)
class _File:
    """A checked file on its way to the store; `name` is that in the package."""

    name: str
    media: Media
    content: bytes


@dataclass
class _Plan:
    """The files to be saved, and those that cannot be."""

    accepted: list[_File] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


_Outcome = _File | RejectedRow | None  # None for a covered picture that exists already


async def save_media(importer: DeckImporter, package: Package, *, masks: Collection[Mask] = ()) -> None:
    """Save the files of the package that do not exist yet, then the covered pictures that cards show.

    Goes on after the files that the progress counts. Rejected ones are named in the errors. Raises
    CourseNotFound.
    """
    listed = await asyncio.to_thread(package.list_media)
    drawings = {mask.drawing for mask in masks if mask.drawing}
    files = [each for each in listed if normalize_name(each.name) not in drawings]
    importer.files = len(files) + len(masks)
    done = importer.progress.files
    await _save_all(importer, _read_files(package, importer.target, files, after=done))
    entries = {normalize_name(each.name): each for each in listed}
    left = sorted(masks, key=lambda mask: (mask.picture, mask.name))[max(0, done - len(files)) :]
    for start in range(0, len(left), _MAX_BATCH_FILES):
        chunk = left[start : start + _MAX_BATCH_FILES]
        existing = await _find_existing(importer, chunk)
        await _save_all(importer, _draw_masks(package, importer.target, chunk, entries, existing))


async def _save_all(importer: DeckImporter, outcomes: Iterator[_Outcome]) -> None:
    while batch := await asyncio.to_thread(_take_batch, outcomes):
        await _save_batch(importer, batch)


def _take_batch(outcomes: Iterator[_Outcome]) -> list[_Outcome]:
    """Return the next outcomes, as many as may be in memory at once."""
    batch: list[_Outcome] = []
    size = 0
    for outcome in outcomes:
        batch.append(outcome)
        size += len(outcome.content) if isinstance(outcome, _File) else 0
        if len(batch) >= _MAX_BATCH_FILES or size >= _MAX_BATCH_BYTES:
            break
    return batch


async def _save_batch(importer: DeckImporter, batch: Sequence[_Outcome]) -> None:
    """Store the files that do not exist yet, then their documents with the progress.

    Raises CourseNotFound; what was stored for the batch is deleted then.
    """
    services, user_id = importer.services, importer.target.user_id
    files = [each for each in batch if isinstance(each, _File)]
    note_items(len(files))
    plan = await _plan_saving(importer, services.store, files)
    await _store_objects(services, user_id, plan.accepted)
    position = importer.progress.files + len(batch)
    final = plan

    async def save(tx: Transaction, progress: ImportProgress) -> None:
        nonlocal final
        state = await get_study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={importer.target.course}, state=state)
        final = await _plan_saving(importer, tx, plan.accepted)
        for each in final.accepted:
            tx.put(MEDIA.doc(each.media.id, user=user_id), each.media)
        if final.accepted:
            size = sum(each.media.size for each in final.accepted)
            settle_storage(tx, UsageOf(user_id, services.clock.now()), difference=size)
        rejected = [each for each in batch if isinstance(each, RejectedRow)]
        for row in (*rejected, *plan.rejected, *final.rejected):
            progress.reject(row)
        progress.media += sum(not each.media.generated for each in final.accepted)
        progress.files = position

    try:
        await importer.commit(save, position=(importer.progress.row, position))
    except CourseNotFound:
        await _delete_unused(services, user_id, plan.accepted)
        raise
    saved = {each.media.id for each in final.accepted}
    await _delete_unused(services, user_id, [each for each in plan.accepted if each.media.id not in saved])


async def _plan_saving(importer: DeckImporter, reads: Store | Transaction, files: Sequence[_File]) -> _Plan:
    """Decide which files are saved: those that do not exist yet, as far as the user has room for them."""
    user_id, services, plan = importer.target.user_id, importer.services, _Plan()
    found = await reads.get_many([MEDIA.doc(each.media.id, user=user_id) for each in files])
    room = await get_storage_room(reads, UsageOf(user_id, services.clock.now()), services.settings)
    hashes = {media.id: media.sha256 for media in found if media is not None}
    for each in files:
        if each.media.id in hashes:
            if hashes[each.media.id] != each.media.sha256:
                plan.rejected.append(_reject(each.name, "The course has another file of this name"))
        elif each.media.size > room:
            plan.rejected.append(_reject(each.name, str(build_storage_error(services.settings))))
        else:
            room -= each.media.size
            hashes[each.media.id] = each.media.sha256
            plan.accepted.append(each)
    return plan


async def _store_objects(services: Services, user_id: str, files: Sequence[_File]) -> None:
    turns = asyncio.Semaphore(_MAX_UPLOADS)

    async def store(key: str, file: _File) -> None:
        async with turns:
            await services.objects.put(key, file.content, content_type=file.media.content_type)

    contents = {media_key(user_id, each.media): each for each in files}
    async with asyncio.TaskGroup() as group:
        for key, file in contents.items():
            group.create_task(store(key, file))


async def _delete_unused(services: Services, user_id: str, files: Sequence[_File]) -> None:
    """Delete the contents of files that were not saved, unless another file of the course has the same."""
    for each in files:
        same = MEDIA.query(user=user_id).where("sha256", "==", each.media.sha256)
        if await services.store.first(same.where("course", "==", each.media.course)) is None:
            await services.objects.delete(media_key(user_id, each.media))


async def _find_existing(importer: DeckImporter, masks: Sequence[Mask]) -> set[str]:
    """Return the names of the covered pictures that exist already."""
    note_items(len(masks))
    refs = [MEDIA.doc(_derive_id(importer.target, mask.name), user=importer.target.user_id) for mask in masks]
    found = await importer.services.store.get_many(refs)
    return {media.name for media in found if media is not None}


def _read_files(
    package: Package, target: Target, files: Sequence[MediaFile], *, after: int
) -> Iterator[_Outcome]:
    for position, each in enumerate(files[after:], after):
        if position >= MAX_FILES:
            yield _reject(each.name, f"A deck has at most {MAX_FILES:,} pictures, sounds and films")
            continue
        try:
            yield _read_file(package, target, each)
        except (Unreadable, DeckTooLarge) as error:
            yield _reject(each.name, _describe(error))


def _read_file(package: Package, target: Target, file: MediaFile) -> _File:
    """Unpack the file. Raises Unreadable, DeckTooLarge."""
    name = file.name
    if not name or name != strip_controls(name) or len(name) > _MAX_NAME_CHARS:
        raise Unreadable("The name is empty, too long or has control characters")
    if "/" in name or "\\" in name or name.startswith("."):
        raise Unreadable("The name contains a path")
    if package.get_size(file.entry) > MAX_MEDIA_FILE_BYTES:
        raise DeckTooLarge(_TOO_LARGE)
    parts = package.unpack(file.entry, max_bytes=MAX_MEDIA_FILE_BYTES)
    first = next(parts, b"")
    kind = detect_content_type(first[:16])
    if kind is None:
        raise Unreadable("The file is not a supported picture, sound or film")
    content = b"".join([first, *parts])
    return _File(name, _build_media(target, name, content, kind), content)


def _draw_masks(
    package: Package,
    target: Target,
    masks: Sequence[Mask],
    entries: Mapping[str, MediaFile],
    existing: Container[str],
) -> Iterator[_Outcome]:
    for mask in masks:
        if mask.name in existing:
            yield None
            continue
        try:
            yield _draw_mask(package, target, mask, entries)
        except (Unreadable, DeckTooLarge) as error:
            yield _reject(mask.picture, _describe(error))


def _draw_mask(package: Package, target: Target, mask: Mask, entries: Mapping[str, MediaFile]) -> _File:
    """Draw a covered picture. Raises Unreadable, DeckTooLarge."""
    picture = b"".join(package.unpack(entries[mask.picture].entry, max_bytes=MAX_MEDIA_FILE_BYTES))
    drawing = None
    if mask.drawing:
        drawing = b"".join(package.unpack(entries[mask.drawing].entry, max_bytes=MAX_DRAWING_BYTES))
    content = draw_mask(mask, picture, drawing)
    kind = detect_content_type(content[:16]) or "image/png"
    media = _build_media(target, mask.name, content, kind).model_copy(update={"generated": True})
    return _File(mask.picture, media, content)


def _build_media(target: Target, name: str, content: bytes, content_type: str) -> Media:
    normal = normalize_name(name)
    return Media(
        id=_derive_id(target, normal),
        course=target.course,
        name=normal,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content_type=content_type,
        created_at=target.now,
    )


def _derive_id(target: Target, name: str) -> str:
    return derive_media_id(target.user_id, target.course, name)


def _reject(name: str, reason: str) -> RejectedRow:
    return RejectedRow(0, f"{strip_controls(name)[:80]}: {reason}")


def _describe(error: Unreadable | DeckTooLarge) -> str:
    return error.details["file"][0] if isinstance(error, Unreadable) else str(error)

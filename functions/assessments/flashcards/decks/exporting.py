"""Export of decks, written while it is sent: no deck is in memory as a whole."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import anki_package, json_deck, tables
from functions.assessments.flashcards.decks.anki_writer import AnkiWriter
from functions.assessments.flashcards.decks.models import MEDIA, Media, media_key
from functions.assessments.flashcards.decks.records import build_record, dump_json
from functions.assessments.flashcards.decks.selection import ExportedCard, iterate_pages, select_cards
from shared.objects.protocol import ObjectNotFound
from shared.published.courses import COURSE_SUMMARIES
from shared.services import Services
from shared.zip_stream import ZipStream, read_chunks

Exported = Literal["apkg", "csv", "json"]

CONTENT_TYPES: dict[Exported, str] = {
    "apkg": "application/octet-stream",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_META = b"\x08\x01"  # in protobuf, the version of a package whose collection has schema 11
_DEFAULT_DECK = "Aksio"  # for cards of a course without a name
_PAGE_SIZE = 200


def export_deck(
    services: Services, kind: Exported, *, user_id: str, course: str | None, zone: ZoneInfo
) -> AsyncGenerator[bytes, None]:
    """Yield the cards of the course, or all, as a file of this kind; its first bytes take no reading."""
    if kind == "json":
        return export_json(services, user_id=user_id, course=course)
    if kind == "csv":
        return export_csv(services, user_id=user_id, course=course)
    return export_package(services, user_id=user_id, course=course, zone=zone)


def name_file(kind: Exported, now: datetime) -> str:
    """Return the name under which a client saves the file."""
    return f"flashcards-{now:%Y-%m-%d}.{kind}"


async def export_json(services: Services, *, user_id: str, course: str | None) -> AsyncGenerator[bytes, None]:
    """Yield a JSON list with an item on each line, a note type before the first card that has it."""
    written: set[str] = set()
    yield b"["
    separator = "\n"
    async for page in select_cards(services.store, user_id=user_id, course=course):
        lines = [line for exported in page for line in _list_lines(exported, written)]
        if lines:
            yield (separator + ",\n".join(lines)).encode()
            separator = ",\n"
    yield b"\n]\n"


async def export_csv(services: Services, *, user_id: str, course: str | None) -> AsyncGenerator[bytes, None]:
    """Yield a table in UTF-8 with the byte order mark by which spreadsheets recognise it."""
    text = io.StringIO()
    written: set[str] = set()
    writer = tables.create_writer(text)
    yield b"\xef\xbb\xbf"
    async for page in select_cards(services.store, user_id=user_id, course=course):
        for exported in page:
            kind = exported.kind if exported.kind and exported.kind.id not in written else None
            written |= {kind.id} if kind else set()
            record = build_record(exported.card, exported.reviews, exported.note)
            writer.writerow(tables.build_row(record, kind))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


async def export_package(
    services: Services, *, user_id: str, course: str | None, zone: ZoneInfo
) -> AsyncGenerator[bytes, None]:
    """Yield an Anki package: its media pass through, then its collection, which is written to disk first."""
    now = services.clock.now()
    stream = ZipStream(now)
    async for part in stream.add("meta", _stream_bytes(_META)):
        yield part
    names: dict[str, str] = {}
    drawn: list[Media] = []
    async for media in _list_media(services, user_id, course):
        if media.generated:
            drawn.append(media)
            continue
        async for part in _add_media(services, stream, user_id, media, names):
            yield part
    with anki_package.create_temporary_folder() as folder:
        path, masks = await _write_collection(
            services, Path(folder), user_id=user_id, course=course, zone=zone, now=now
        )
        async for part in stream.add("collection.anki2", read_chunks(path)):
            yield part
    for media in drawn:
        if media.name in masks:
            async for part in _add_media(services, stream, user_id, media, names):
                yield part
    listed = {entry: name for name, entry in names.items()}
    async for part in stream.add("media", _stream_bytes(json.dumps(listed, ensure_ascii=False).encode())):
        yield part
    yield stream.end()


async def _add_media(
    services: Services, stream: ZipStream, user_id: str, media: Media, names: dict[str, str]
) -> AsyncIterator[bytes]:
    """Add a file whose name is new to `names`, with its entry; one without content is left out."""
    if media.name in names:
        return
    entry = str(len(names))
    try:
        content = services.objects.stream(media_key(user_id, media))
        async for part in stream.add(entry, content, compress=False):
            yield part
    except ObjectNotFound:
        return
    names[media.name] = entry


def _list_lines(exported: ExportedCard, written: set[str]) -> Iterable[str]:
    kind = exported.kind
    if kind is not None and kind.id not in written:
        written.add(kind.id)
        yield dump_json({json_deck.NOTE_TYPE: kind.model_dump(mode="json")})
    yield dump_json(build_record(exported.card, exported.reviews, exported.note))


async def _write_collection(
    services: Services, folder: Path, *, user_id: str, course: str | None, zone: ZoneInfo, now: datetime
) -> tuple[Path, set[str]]:
    decks: dict[str, str] = {}
    with AnkiWriter(folder, zone=zone, now=now) as writer:
        async for page in select_cards(services.store, user_id=user_id, course=course):
            await _load_names(services, user_id, page, decks)
            await asyncio.to_thread(_add_cards, writer, page, decks)
        return await asyncio.to_thread(writer.finish), writer.masks


def _add_cards(writer: AnkiWriter, page: Sequence[ExportedCard], decks: dict[str, str]) -> None:
    for exported in page:
        writer.add(exported, deck=decks[exported.card.course])


async def _load_names(
    services: Services, user_id: str, page: Sequence[ExportedCard], decks: dict[str, str]
) -> None:
    missing = sorted({exported.card.course for exported in page} - decks.keys())
    found = await services.store.get_many([COURSE_SUMMARIES.doc(each, user=user_id) for each in missing])
    decks |= {
        each: course.name if course else _DEFAULT_DECK for each, course in zip(missing, found, strict=True)
    }


async def _list_media(services: Services, user_id: str, course: str | None) -> AsyncIterator[Media]:
    query = MEDIA.query(user=user_id)
    if course is not None:
        query = query.where("course", "==", course)
    async for page in iterate_pages(services.store, query, size=_PAGE_SIZE):
        for media in page:
            yield media


async def _stream_bytes(content: bytes) -> AsyncIterator[bytes]:
    yield content

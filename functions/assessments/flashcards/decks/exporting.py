"""Export of decks, written while it is sent: no deck is in memory as a whole."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from pathlib import Path
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

_DEFAULT_DECK = "Aksio"  # for cards of a course without a name
_PAGE_SIZE = 200


async def export_json(services: Services, *, user_id: str, course: str | None) -> AsyncIterator[bytes]:
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


async def export_csv(services: Services, *, user_id: str, course: str | None) -> AsyncIterator[bytes]:
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
) -> AsyncIterator[bytes]:
    """Yield an Anki package; its collection is written to disk first, its media pass through."""
    now = services.clock.now()
    stream = ZipStream(now)
    with anki_package.create_temporary_folder() as folder:
        path, masks = await _write_collection(
            services, Path(folder), user_id=user_id, course=course, zone=zone, now=now
        )
        async for part in stream.add("collection.anki2", read_chunks(path)):
            yield part
    names: dict[str, str] = {}
    taken: set[str] = set()
    async for media in _list_media(services, user_id, course):
        entry = str(len(names))
        if media.name not in taken and not (media.generated and media.name not in masks):
            try:
                async for part in stream.add(entry, services.objects.stream(media_key(user_id, media))):
                    yield part
            except ObjectNotFound:
                continue
            names[entry] = media.name
            taken.add(media.name)
    async for part in stream.add("media", _stream_text(json.dumps(names, ensure_ascii=False))):
        yield part
    yield stream.end()


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


async def _stream_text(text: str) -> AsyncIterator[bytes]:
    yield text.encode()

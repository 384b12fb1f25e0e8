"""Decks as files, made while they are sent: no deck stands in memory whole."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import json_deck, package, tables
from functions.assessments.flashcards.decks.anki_file import AnkiFile
from functions.assessments.flashcards.decks.models import MEDIA, Media, media_key
from functions.assessments.flashcards.decks.records import as_json, record_of
from functions.assessments.flashcards.decks.selection import Outgoing, cards_of, pages
from shared.objects.protocol import ObjectNotFound
from shared.published.courses import COURSE_SUMMARIES
from shared.services import Services
from shared.zip_stream import ZipStream, read_chunks

_DECK = "Aksio"  # the name of cards whose course has none
_PAGE = 200


async def as_list(services: Services, *, user_id: str, course: str | None) -> AsyncIterator[bytes]:
    """A JSON list with an item to a line: each type of notes before the first card that has it."""
    told: set[str] = set()
    yield b"["
    separator = "\n"
    async for page in cards_of(services.store, user_id=user_id, course=course):
        lines = [line for outgoing in page for line in _items(outgoing, told)]
        if lines:
            yield (separator + ",\n".join(lines)).encode()
            separator = ",\n"
    yield b"\n]\n"


async def as_table(services: Services, *, user_id: str, course: str | None) -> AsyncIterator[bytes]:
    """UTF-8 with its mark, by which spreadsheets know it."""
    text = io.StringIO()
    writer = tables.writer(text)
    yield b"\xef\xbb\xbf"
    async for page in cards_of(services.store, user_id=user_id, course=course):
        for outgoing in page:
            writer.writerow(tables.row_of(record_of(outgoing.card, outgoing.reviews, outgoing.note)))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


async def as_package(
    services: Services, *, user_id: str, course: str | None, zone: ZoneInfo
) -> AsyncIterator[bytes]:
    """An Anki package: its collection is made on disk, its media pass through."""
    now = services.clock.now()
    stream = ZipStream(now)
    with package.temporary_folder() as folder:
        path = await _collection(services, Path(folder), user_id=user_id, course=course, zone=zone, now=now)
        async for part in stream.add("collection.anki2", read_chunks(path)):
            yield part
    names: dict[str, str] = {}
    async for media in _media(services, user_id, course):
        entry = str(len(names))
        if media.name not in names.values():
            try:
                async for part in stream.add(entry, services.objects.stream(media_key(user_id, media))):
                    yield part
            except ObjectNotFound:
                continue
            names[entry] = media.name
    async for part in stream.add("media", _text(json.dumps(names, ensure_ascii=False))):
        yield part
    yield stream.end()


def _items(outgoing: Outgoing, told: set[str]) -> Iterable[str]:
    kind = outgoing.kind
    if kind is not None and kind.id not in told:
        told.add(kind.id)
        yield as_json({json_deck.NOTE_TYPE: kind.model_dump(mode="json")})
    yield as_json(record_of(outgoing.card, outgoing.reviews, outgoing.note))


async def _collection(
    services: Services, folder: Path, *, user_id: str, course: str | None, zone: ZoneInfo, now: datetime
) -> Path:
    decks: dict[str, str] = {}
    with AnkiFile(folder, zone=zone, now=now) as file:
        async for page in cards_of(services.store, user_id=user_id, course=course):
            await _learn_names(services, user_id, page, decks)
            await asyncio.to_thread(_add, file, page, decks)
        return await asyncio.to_thread(file.finish)


def _add(file: AnkiFile, page: Sequence[Outgoing], decks: dict[str, str]) -> None:
    for outgoing in page:
        file.add(outgoing, deck=decks[outgoing.card.course])


async def _learn_names(
    services: Services, user_id: str, page: Sequence[Outgoing], decks: dict[str, str]
) -> None:
    missing = sorted({outgoing.card.course for outgoing in page} - decks.keys())
    found = await services.store.get_many([COURSE_SUMMARIES.doc(each, user=user_id) for each in missing])
    decks |= {each: course.name if course else _DECK for each, course in zip(missing, found, strict=True)}


async def _media(services: Services, user_id: str, course: str | None) -> AsyncIterator[Media]:
    query = MEDIA.query(user=user_id)
    if course is not None:
        query = query.where("course", "==", course)
    async for page in pages(services.store, query, size=_PAGE):
        for media in page:
            yield media


async def _text(text: str) -> AsyncIterator[bytes]:
    yield text.encode()

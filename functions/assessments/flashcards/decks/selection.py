"""Selection of the cards of an export, page by page, each with its reviews and its note."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.flashcards.decks.items import MAX_REVIEWS
from functions.assessments.flashcards.decks.models import NOTE_TYPES, NOTES, Note, NoteType
from functions.assessments.flashcards.reviews.store import query_history
from functions.assessments.flashcards.scheduling.models import Review
from shared.store import Document, Query, Store
from shared.store.meter import note_items
from shared.store.query import NAME

D = TypeVar("D", bound=Document)

_PAGE_SIZE = 50


@dataclass(frozen=True)
class ExportedCard:
    """A card with its reviews in order of time; `note` and `kind` if it came from Anki."""

    card: Flashcard
    reviews: Sequence[Review]
    note: Note | None
    kind: NoteType | None


async def select_cards(
    store: Store, *, user_id: str, course: str | None
) -> AsyncIterator[list[ExportedCard]]:
    """Yield pages of all cards, or those of the course, in the order in which they were made.

    Cards of courses being deleted are left out.
    """
    state = await get_study_state(store, user_id)
    query = FLASHCARDS.query(user=user_id)
    if course is not None:
        query = query.where("course", "==", course)
    types: dict[str, NoteType | None] = {}
    async for page in iterate_pages(store, query.order_by("created_at"), size=_PAGE_SIZE):
        cards = [card for card in page if card.course not in state.forgotten_courses]
        histories = await _load_histories(store, user_id, cards)
        notes = await _load_notes(store, user_id, cards)
        await _load_types(store, user_id, notes, types)
        yield [_build_exported(card, histories, notes, types) for card in cards]


async def iterate_pages(store: Store, query: Query[D], *, size: int) -> AsyncIterator[list[D]]:
    """Yield pages of everything that the query finds, in its order or that of ids."""
    query = (query if query.orders else query.order_by(NAME)).limit(size)
    while found := await store.find(query):
        note_items(len(found))
        yield found
        if len(found) < size:
            return
        query = query.after(query.get_cursor(found[-1]))


def _build_exported(
    card: Flashcard,
    histories: dict[str, list[Review]],
    notes: dict[str, Note],
    types: dict[str, NoteType | None],
) -> ExportedCard:
    note = notes.get(card.note or "")
    kind = types.get(note.note_type) if note and card.id in note.cards else None
    reviews = histories.get(card.id, [])[::-1]
    return ExportedCard(card, reviews, note if kind else None, kind)


async def _load_histories(store: Store, user_id: str, cards: Sequence[Flashcard]) -> dict[str, list[Review]]:
    """Return the reviews of each card, the latest first; one query for all cards would have to sort."""
    reviewed = [card.id for card in cards if card.schedule.last_review]
    found = await asyncio.gather(
        *(store.find(query_history(user_id, card_id).limit(MAX_REVIEWS)) for card_id in reviewed)
    )
    note_items(sum(max(1, len(reviews)) for reviews in found))
    return dict(zip(reviewed, found, strict=True))


async def _load_notes(store: Store, user_id: str, cards: Sequence[Flashcard]) -> dict[str, Note]:
    names = list(dict.fromkeys(card.note for card in cards if card.note))
    found = await store.get_many([NOTES.doc(name, user=user_id) for name in names])
    return {note.id: note for note in found if note is not None}


async def _load_types(
    store: Store, user_id: str, notes: dict[str, Note], types: dict[str, NoteType | None]
) -> None:
    missing = {note.note_type for note in notes.values()} - types.keys()
    found = await store.get_many([NOTE_TYPES.doc(name, user=user_id) for name in sorted(missing)])
    types |= dict(zip(sorted(missing), found, strict=True))

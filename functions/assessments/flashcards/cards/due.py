"""The cards that are due: what the queues hold for the user's day, within the user's limits."""

from datetime import date

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.cards.tasks import PlaceCards
from shared.published.due_cards import DueCards, count_due, lacks_places
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats, StudyState
from shared.store import Query, Store
from shared.store.meter import note_items

_MAX_ROUNDS = 10


async def list_due_cards(
    store: Store, *, user_id: str, today: date, course: str | None, limit: int
) -> list[Flashcard]:
    """Return the cards due on the user's day, one of each note.

    First come reviews, the most overdue first, then new cards in the order in which they were made or
    imported, last what was forgotten today. As many as there are, `shared.published.due_cards` counts.
    Costs 2 reads where none is due: a queue is read where its counts say that there is something to find.
    """
    state, everything = await store.get_both(
        STUDY_STATES.doc(STATE, user=user_id), CARD_STATS.doc(ALL, user=user_id)
    )
    state, everything = state or StudyState(id=STATE), everything or CardStats(id=ALL)
    if lacks_places(everything):
        await enqueue_placing(store, user_id=user_id)
        return await _list_by_due_day(store, user_id, today, course, limit, state)
    due = count_due(everything, everything, state, today)
    queues = _Queues(store, user_id, course, state)
    overdue, forgotten = await queues.list_reviews(today, limit, due)
    new = await queues.list_new(today, min(limit - len(overdue), due.new))
    return [*overdue, *new, *forgotten][:limit]


async def enqueue_placing(store: Store, *, user_id: str) -> None:
    """Have cards that an earlier version stored placed in the queues. Each look at them repeats it."""
    await store.enqueue_unstored(PlaceCards(user=user_id), key=user_id)


class _Queues:
    """The queues of the user's cards, or of those of one course."""

    def __init__(self, store: Store, user_id: str, course: str | None, state: StudyState) -> None:
        self._store, self._user_id, self._course, self._state = store, user_id, course, state

    async def list_reviews(
        self, today: date, limit: int, due: DueCards
    ) -> tuple[list[Flashcard], list[Flashcard]]:
        """Return what is due, the most overdue first, and what was forgotten today."""
        reviews = await self._find("review", today, min(limit, due.reviews))
        forgotten = await self._find("relearn", today, limit if due.relearning else 0)
        before = [card for card in forgotten if card.due_on < today]
        overdue = sorted([*reviews, *before], key=lambda card: (card.due_on, card.id))
        return overdue[:limit], [card for card in forgotten if card.due_on >= today]

    async def list_new(self, today: date, limit: int) -> list[Flashcard]:
        query = self._of_queue("new").where("asked_on", "<=", today).where("asked_until", ">", today)
        return await _find_kept(self._store, query.order_by("created_at"), limit, self._state)

    async def _find(self, queue: str, today: date, limit: int) -> list[Flashcard]:
        query = self._of_queue(queue).where("asked_on", "<=", today).order_by("asked_on")
        return await _find_kept(self._store, query, limit, self._state)

    def _of_queue(self, queue: str) -> Query[Flashcard]:
        query = FLASHCARDS.query(user=self._user_id).where("queue", "==", queue)
        return query if self._course is None else query.where("course", "==", self._course)


async def _find_kept(store: Store, query: Query[Flashcard], limit: int, state: StudyState) -> list[Flashcard]:
    """Return the first cards of the query that are not of a course being deleted."""
    if limit <= 0:
        return []
    query, kept = query.limit(limit), list[Flashcard]()
    for _ in range(_MAX_ROUNDS):
        cards = await store.find(query)
        note_items(len(cards))
        kept += [card for card in cards if card.course not in state.forgotten_courses]
        if len(kept) >= limit or len(cards) < limit:
            break
        query = query.after(query.get_cursor(cards[-1]))
    return kept[:limit]


async def _list_by_due_day(
    store: Store, user_id: str, today: date, course: str | None, limit: int, state: StudyState
) -> list[Flashcard]:
    """Return what an earlier version would have shown, until its cards have their places."""
    query = FLASHCARDS.query(user=user_id).where("status", "==", "active").where("due_on", "<=", today)
    if course is not None:
        query = query.where("course", "==", course)
    query = query.order_by("due_on").order_by("created_at").limit(limit)
    due: dict[str, Flashcard] = {}
    for _ in range(_MAX_ROUNDS):
        cards = await store.find(query)
        note_items(len(cards))
        for card in cards:
            if card.course not in state.forgotten_courses:
                due.setdefault(f"note {card.note}" if card.note else card.id, card)
        if len(due) >= limit or len(cards) < limit:
            break
        query = query.after(query.get_cursor(cards[-1]))
    return list(due.values())[:limit]

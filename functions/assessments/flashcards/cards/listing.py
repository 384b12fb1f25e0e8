"""Lists of cards: by filters, newest first, and what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from functions.assessments.flashcards.cards.models import Difficulty, Flashcard, Mastery, Status
from functions.assessments.flashcards.cards.rules import LONGEST_TERM, contains_all, folded_words
from functions.assessments.flashcards.cards.store import FLASHCARDS, study_state
from shared.published.flashcards import ALL, CARD_STATS, StudyState
from shared.store import Query, Store
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, V, page

MOST_COUNTED = 10_000  # a filtered list counts no further: ten reads
_MOST_ROUNDS = 10

Keep = Callable[[Flashcard], bool]


@dataclass(frozen=True)
class Filters:
    course: str | None = None
    difficulty_level: Difficulty | None = None
    status: Status | None = None
    mastery: Mastery | None = None
    tag: str | None = None
    search: str | None = None

    @property
    def equalities(self) -> dict[str, str]:
        named = {
            "course": self.course,
            "difficulty_level": self.difficulty_level,
            "status": self.status,
            "mastery": self.mastery,
        }
        return {field: value for field, value in named.items() if value is not None}

    @property
    def words(self) -> list[str]:
        """What is searched for, the word that says most first."""
        return sorted(folded_words(self.search or ""), key=len, reverse=True)

    @property
    def only_course(self) -> bool:
        return not (self.equalities.keys() - {"course"} or self.tag or self.words)


async def list_cards(
    store: Store, *, user_id: str, filters: Filters, asked: PageRequest, view: Callable[[Flashcard], V]
) -> Page[V]:
    """A page of the cards that match, newest first."""
    state = await study_state(store, user_id)
    query, keep = _query(user_id, filters), _keep(filters, state)
    count = await _count(store, user_id, filters, state, query)
    return await page(store, query, asked, view, count=count, keep=keep)


async def due_cards(
    store: Store, *, user_id: str, today: date, course: str | None, limit: int
) -> list[Flashcard]:
    """Active cards that are due on the user's day, the most overdue first; one of each note."""
    state = await study_state(store, user_id)
    query = FLASHCARDS.query(user=user_id).where("status", "==", "active").where("due_on", "<=", today)
    if course is not None:
        query = query.where("course", "==", course)
    query = query.order_by("due_on").limit(limit)
    due: dict[str, Flashcard] = {}
    for _ in range(_MOST_ROUNDS):
        found = await store.find(query)
        note_items(len(found))
        for card in found:
            if card.course not in state.forgotten_courses:
                due.setdefault(f"note {card.note}" if card.note else card.id, card)
        if len(due) >= limit or len(found) < limit:
            break
        query = query.after(query.cursor_of(found[-1]))
    return list(due.values())[:limit]


def _query(user_id: str, filters: Filters) -> Query[Flashcard]:
    query = FLASHCARDS.query(user=user_id)
    for field, value in filters.equalities.items():
        query = query.where(field, "==", value)
    # One `array_contains` is all that a query may have: the longest word narrows best.
    if filters.words:
        query = query.where("search_terms", "array_contains", filters.words[0][:LONGEST_TERM])
    elif filters.tag:
        query = query.where("tags", "array_contains", filters.tag)
    return query.order_by("created_at", descending=True)


def _keep(filters: Filters, state: StudyState) -> Keep | None:
    """What the query could not tell, or None where it told everything."""
    checks: list[Keep] = []
    if state.forgotten_courses:
        checks.append(lambda card: card.course not in state.forgotten_courses)
    if len(filters.words) > 1 or any(len(word) > LONGEST_TERM for word in filters.words):
        checks.append(lambda card: contains_all(card, filters.words))
    if filters.words and filters.tag:
        checks.append(lambda card: filters.tag in card.tags)
    return (lambda card: all(check(card) for check in checks)) if checks else None


async def _count(
    store: Store, user_id: str, filters: Filters, state: StudyState, query: Query[Flashcard]
) -> int:
    if filters.course in state.forgotten_courses:
        return 0
    if filters.only_course:
        counted = await store.get(CARD_STATS.doc(filters.course or ALL, user=user_id))
        return max(0, counted.total) if counted else 0
    total = await store.count(query.limit(MOST_COUNTED))
    for course in () if filters.course else state.forgotten_courses:
        note_items(MOST_COUNTED // 1000)
        total -= await store.count(query.where("course", "==", course).limit(MOST_COUNTED))
    return max(0, total)

"""Lists of cards by filters, newest first."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.assessments.flashcards.cards.counts import clamp_count
from functions.assessments.flashcards.cards.models import Difficulty, Flashcard, Mastery, Status
from functions.assessments.flashcards.cards.rules import build_search_term, contains_all, fold_words
from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from shared.published.flashcards import ALL, CARD_STATS, StudyState
from shared.store import Query, Store
from shared.store.meter import note_items
from shared.web.ordering import order_query
from shared.web.pages import Page, PageRequest, V, get_page

MAX_COUNTED_CARDS = 10_000  # of a filtered list: ten reads

Condition = Callable[[Flashcard], bool]


@dataclass(frozen=True)
class Filters:
    """The filters of a listing of cards; None means any value."""

    course: str | None = None
    difficulty_level: Difficulty | None = None
    status: Status | None = None
    mastery: Mastery | None = None
    tag: str | None = None
    search: str | None = None
    document: str | None = None

    @property
    def equalities(self) -> dict[str, str]:
        named = {
            "course": self.course,
            "difficulty_level": self.difficulty_level,
            "status": self.status,
            "mastery": self.mastery,
            "citation.document_id": self.document,
        }
        return {field: value for field, value in named.items() if value is not None}

    @property
    def words(self) -> list[str]:
        """The words to search for, the longest first: it narrows most."""
        return sorted(fold_words(self.search or ""), key=len, reverse=True)

    @property
    def only_course(self) -> bool:
        return not (self.equalities.keys() - {"course"} or self.tag or self.words)


async def list_cards(
    store: Store,
    *,
    user_id: str,
    filters: Filters,
    ordering: str,
    asked: PageRequest,
    view: Callable[[Flashcard], V],
) -> Page[V]:
    """Return a page of the cards that match, in an order."""
    state = await get_study_state(store, user_id)
    query, condition = _build_query(user_id, filters), _build_condition(filters, state)
    query = order_query(query, ordering, next_review_date="due_on")
    count = await _count_cards(store, user_id, filters, state, query)
    return await get_page(store, query, asked, view, count=count, keep=condition)


def _build_query(user_id: str, filters: Filters) -> Query[Flashcard]:
    query = FLASHCARDS.query(user=user_id)
    for field, value in filters.equalities.items():
        query = query.where(field, "==", value)
    # A query may have one `array_contains`: the longest word narrows most.
    if filters.words:
        query = query.where("search_terms", "array_contains", build_search_term(filters.words[0]))
    elif filters.tag:
        query = query.where("tags", "array_contains", filters.tag)
    return query


def _build_condition(filters: Filters, state: StudyState) -> Condition | None:
    """Return the condition that the query could not express, or None if it expressed all."""
    conditions: list[Condition] = []
    if state.forgotten_courses:
        conditions.append(lambda card: card.course not in state.forgotten_courses)
    if len(filters.words) > 1 or any(build_search_term(word) != word for word in filters.words):
        conditions.append(lambda card: contains_all(card, filters.words))
    if filters.words and filters.tag:
        conditions.append(lambda card: filters.tag in card.tags)
    return (lambda card: all(each(card) for each in conditions)) if conditions else None


async def _count_cards(
    store: Store, user_id: str, filters: Filters, state: StudyState, query: Query[Flashcard]
) -> int:
    if filters.course in state.forgotten_courses:
        return 0
    if filters.only_course:
        stats = await store.get(CARD_STATS.doc(filters.course or ALL, user=user_id))
        return clamp_count(stats.total) if stats else 0
    total = await store.count(query.limit(MAX_COUNTED_CARDS))
    for course in () if filters.course else state.forgotten_courses:
        note_items(MAX_COUNTED_CARDS // 1000)
        total -= await store.count(query.where("course", "==", course).limit(MAX_COUNTED_CARDS))
    return clamp_count(total)

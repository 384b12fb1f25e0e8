"""The load of the days to come."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from functions.assessments.flashcards.cards.models import Flashcard
from shared.published.flashcards import ALL, CARD_STATS
from shared.store import Store


class Load:
    """The number of active cards due on each day, as it was read and as this request moves cards.

    It is read outside of transactions, as every review writes it: a card or two more on a day do no harm.
    `reviews` is the number of the user's reviews, `pending_since` the arrival of the first that activity does
    not count yet, in microseconds since 1970.
    """

    def __init__(self, due: Mapping[str, int], reviews: int = 0, *, pending_since: int | None = None) -> None:
        self._due = Counter(due)
        self.reviews = reviews
        self.pending_since = pending_since

    def count_others(self, card: Flashcard) -> Callable[[date], int]:
        """Return a function that counts the other cards due on a day."""
        own = card.due_on if card.status == "active" else None
        return lambda day: self._due[day.isoformat()] - (day == own)

    def move(self, before: Flashcard | None, after: Flashcard | None) -> None:
        if before is not None:
            self._due[before.due_on.isoformat()] -= before.status == "active"
        if after is not None:
            self._due[after.due_on.isoformat()] += after.status == "active"

    def undo_move(self, before: Flashcard | None, after: Flashcard | None) -> None:
        self.move(after, before)


async def read_load(store: Store, user_id: str) -> Load:
    """Return the user's load. Costs 1 read."""
    stats = await store.get(CARD_STATS.doc(ALL, user=user_id))
    if stats is None:
        return Load({})
    return Load(stats.due, stats.reviews, pending_since=stats.pending.since)

"""Statistics from the kept counts: the same one read for ten cards and for a hundred thousand."""

from datetime import date, timedelta
from typing import get_args

from functions.assessments.cards.models import Difficulty, Mastery
from functions.assessments.statistics.rules import counted, due_by, forecast, shown, success_rate
from functions.assessments.statistics.schemas import (
    DifficultyCount,
    DueOn,
    FlashcardForecast,
    FlashcardStatistics,
    MasteryCount,
)
from shared.published.flashcards import ALL, CARD_STATS, CardStats
from shared.store import Store


async def statistics(store: Store, *, user_id: str, course: str | None, today: date) -> FlashcardStatistics:
    """Costs 1 read."""
    stats = await _stats(store, user_id, course)
    return FlashcardStatistics(
        total_flashcards=shown(stats.total),
        active_flashcards=shown(stats.active),
        due_flashcards=due_by(stats, today),
        mastered_flashcards=counted(stats.by_mastery, "mastered"),
        average_success_rate=success_rate(stats),
        by_difficulty=[
            DifficultyCount(difficulty_level=level, count=counted(stats.by_difficulty, level))
            for level in get_args(Difficulty)
        ],
        by_mastery=[
            MasteryCount(level=level, count=counted(stats.by_mastery, level)) for level in get_args(Mastery)
        ],
    )


async def due_ahead(
    store: Store, *, user_id: str, course: str | None, today: date, days: int
) -> FlashcardForecast:
    """Costs 1 read."""
    stats = await _stats(store, user_id, course)
    ahead = [DueOn(date=day, due=due) for day, due in forecast(stats, today, days)]
    return FlashcardForecast(days=ahead, overdue=due_by(stats, today - timedelta(days=1)))


async def _stats(store: Store, user_id: str, course: str | None) -> CardStats:
    name = course or ALL
    return await store.get(CARD_STATS.doc(name, user=user_id)) or CardStats(id=name)

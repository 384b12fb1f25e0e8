"""Rules that compute figures from the counts of cards."""

from datetime import date, timedelta

from functions.assessments.flashcards.cards.counts import clamp_count, count_due_on
from shared.published.flashcards import CardStats


def compute_success_rate(stats: CardStats) -> float:
    """Return the share of successful reviews from 0 to 1, 0 without reviews."""
    if stats.reviews <= 0:
        return 0.0
    return round(min(1.0, clamp_count(stats.successes) / stats.reviews), 4)


def forecast_due(stats: CardStats, today: date, days: int) -> list[tuple[date, int]]:
    """Return the number of cards that fall due on each of so many days, the first of which is today."""
    dates = (today + timedelta(days=ahead) for ahead in range(days))
    return [(day, count_due_on(stats, day)) for day in dates]

"""Rules that compute figures from the counts of cards."""

from datetime import date, timedelta

from functions.assessments.flashcards.cards.counts import clamp_count
from shared.published.due_cards import count_due, lacks_places, sum_until
from shared.published.flashcards import CardCounts, CardStats, StudyState


def compute_success_rate(stats: CardStats) -> float:
    """Return the share of successful reviews from 0 to 1, 0 without reviews."""
    if stats.reviews <= 0:
        return 0.0
    return round(min(1.0, clamp_count(stats.successes) / stats.reviews), 4)


def count_overdue(counts: CardCounts, everything: CardCounts, state: StudyState, today: date) -> int:
    """Count those of the cards due today that were due before."""
    yesterday = today - timedelta(days=1)
    if lacks_places(everything):
        return sum_until(counts.due, yesterday)
    reviews = count_due(counts, everything, state, today).reviews
    return min(reviews, sum_until(counts.asked, yesterday)) + sum_until(counts.relearning, yesterday)

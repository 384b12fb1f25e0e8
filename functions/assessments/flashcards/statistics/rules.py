"""What the kept counts say on a day of the user's. Counts that fell to nothing, or below, show as zero."""

from collections.abc import Mapping
from datetime import date, timedelta

from shared.published.flashcards import CardStats


def shown(count: int) -> int:
    return max(0, count)


def counted(counts: Mapping[str, int], name: str) -> int:
    return shown(counts.get(name, 0))


def due_by(stats: CardStats, day: date) -> int:
    """How many active cards are due on the day or were before; ISO dates sort as the days do."""
    return sum(shown(count) for each, count in stats.due.items() if each <= day.isoformat())


def success_rate(stats: CardStats) -> float:
    if stats.reviews <= 0:
        return 0.0
    return round(min(1.0, shown(stats.successes) / stats.reviews), 4)


def forecast(stats: CardStats, today: date, days: int) -> list[tuple[date, int]]:
    """How many cards fall due on each of the days, beginning today."""
    dates = (today + timedelta(days=ahead) for ahead in range(days))
    return [(day, counted(stats.due, day.isoformat())) for day in dates]

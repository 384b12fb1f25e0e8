"""Published by `functions/assessments`: how many cards a user is asked today, from the counts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.published.flashcards import CardCounts, StudyState


@dataclass(frozen=True)
class Room:
    """The numbers of reviews and of new cards that the user's limits leave for a day."""

    reviews: int
    new: int


@dataclass(frozen=True)
class DueCards:
    """The numbers of cards that the list of due cards shows in the course of the day."""

    reviews: int
    relearning: int
    new: int

    @property
    def total(self) -> int:
        return self.reviews + self.relearning + self.new


def lacks_places(everything: CardCounts) -> bool:
    """Return whether an earlier version has stored cards of the user that no queue has."""
    return everything.total > everything.placed


def find_room(everything: CardCounts, state: StudyState, today: date) -> Room:
    """Return what the limits leave for the user's day. A card reviewed twice on it counts once."""
    introduced, answered = (_get(counts, today) for counts in (everything.introduced, everything.answered))
    reviewed = max(0, answered - introduced)
    return Room(
        reviews=max(0, state.daily_review_limit - reviewed),
        new=max(0, state.new_cards_per_day - introduced),
    )


def count_due(counts: CardCounts, everything: CardCounts, state: StudyState, today: date) -> DueCards:
    """Count the cards due on the user's day, of a course or of all; the limits are for all together."""
    if lacks_places(everything):
        return DueCards(reviews=sum_until(counts.due, today), relearning=0, new=0)
    room = find_room(everything, state, today)
    return DueCards(
        reviews=min(room.reviews, sum_until(counts.asked, today)),
        relearning=sum_until(counts.relearning, today),
        new=min(room.new, count_new(counts, today)),
    )


def count_new(counts: CardCounts, day: date) -> int:
    """Count the new cards that may be asked on a day."""
    later = sum(_clamp(number) for each, number in counts.new_from.items() if each > day.isoformat())
    return _clamp(counts.new - later - sum_until(counts.new_until, day))


def sum_until(counts: Mapping[str, int], day: date) -> int:
    """Return the sum of the counts of the day and those before; ISO dates sort as the days do."""
    last = day.isoformat()
    return sum(_clamp(number) for each, number in counts.items() if each[: len(last)] <= last)


def _get(counts: Mapping[str, int], day: date) -> int:
    return _clamp(counts.get(day.isoformat(), 0))


def _clamp(count: int) -> int:
    """Return at least 0: increments that arrive out of order can take a counter below it for a while."""
    return max(0, count)

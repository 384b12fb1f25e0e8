"""Histories: a user's reviews by card, in order of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from functions.assessments.flashcards.scheduling.models import PASSING


class Answered(NamedTuple):
    """A review: `days` counts the user's days since the card's last one; the `first` of a card has none."""

    card: str
    at: datetime
    day: date
    quality: int
    first: bool
    days: int = 0

    @property
    def known(self) -> bool:
        return self.quality >= PASSING


History = Sequence[Answered]


def group_histories(answers: Iterable[Answered]) -> list[History]:
    """Return the histories that are whole: those of cards whose very first review is among the answers."""
    by_card: dict[str, list[Answered]] = defaultdict(list)
    for answer in answers:
        by_card[answer.card].append(answer)
    return [_count_days(history) for history in by_card.values() if history[0].first]


def _count_days(history: History) -> History:
    days = [0, *((after.day - before.day).days for before, after in pairwise(history))]
    return [answer._replace(days=max(0, ahead)) for answer, ahead in zip(history, days, strict=True)]

"""Thousands of cards learnt on one day come back evenly."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

import pytest

from functions.assessments.flashcards.cards.models import Schedule
from functions.assessments.flashcards.scheduling.fsrs import Fsrs
from functions.assessments.flashcards.scheduling.models import Answer
from functions.assessments.flashcards.scheduling.placing import Days, Wish, place
from functions.assessments.flashcards.scheduling.protocol import Scheduler
from functions.assessments.flashcards.scheduling.sm2 import Sm2
from shared.published.accounts import Ease, Weekday

pytestmark = pytest.mark.slow

CARDS, LIMIT, AHEAD = 5000, 200, 60
GRADES = ((1, 3, 4, 5), (10, 15, 60, 15))  # and how often
TODAY = date(2026, 3, 2)


class Learning:
    """A user who reviews what is due, the most overdue first, up to the limit; `fell` is how many cards each
    day had been given when it came."""

    def __init__(self, scheduler: Scheduler, easy: dict[Weekday, Ease] | None = None) -> None:
        self.scheduler = scheduler
        self.chance = random.Random(5)
        self.load: Counter[date] = Counter()
        self.days = Days(lambda day: self.load[day], LIMIT, easy or {})
        self.cards = dict.fromkeys(range(CARDS), Schedule(scheduled_on=TODAY))
        self.on: dict[date, list[int]] = defaultdict(list)

    def review(self, card: int, day: date) -> None:
        schedule, quality = self.cards[card], self.chance.choices(*GRADES)[0]
        at = datetime.combine(day, time(9), tzinfo=UTC)
        given = Answer(id="", flashcard="", quality=quality, reviewed_at=at, day=day)
        memory, days = self.scheduler.advance(schedule, given)
        due = place(Wish(day, days, given.successful, seed=self.chance.randrange(2)), self.days)
        self.load[due] += 1
        self.on[due].append(card)
        done = {"total_reviews": schedule.total_reviews + 1, "last_reviewed": at, "scheduled_on": due}
        self.cards[card] = schedule.model_copy(update={**memory, **done, "interval_days": days})

    def learn(self) -> list[int]:
        """Everything on one day: how many cards fall due on each day from then on."""
        for card in self.cards:
            self.review(card, TODAY)
        return [self.load[day] for day in coming()]

    def go_on(self) -> list[int]:
        fell: list[int] = []
        waiting: list[int] = []
        for day in coming():
            fell.append(self.load[day])
            waiting += self.on.pop(day, [])
            today, waiting = waiting[:LIMIT], waiting[LIMIT:]
            for card in today:
                self.load[self.cards[card].scheduled_on] -= 1
                self.review(card, day)
        return fell


def coming() -> list[date]:
    return [TODAY + timedelta(days=ahead) for ahead in range(1, AHEAD + 1)]


def unevenness(counts: Sequence[int]) -> float:
    """Of any week, what its busiest day has to the median of the week."""
    weeks = [counts[start : start + 7] for start in range(0, len(counts), 7)]
    return max(max(week) / median(week) for week in weeks if any(week))


@pytest.mark.parametrize("scheduler", [Sm2(), Fsrs()], ids=["sm2", "fsrs"])
def test_no_day_is_much_fuller_than_its_week(scheduler: Scheduler) -> None:
    learning = Learning(scheduler)
    forecast = learning.learn()
    assert sum(forecast) == CARDS
    assert unevenness(forecast) <= 1.3
    assert unevenness(learning.go_on()) <= 1.3


def test_easy_days_are_easier() -> None:
    learning = Learning(Fsrs(), {"saturday": "reduced", "sunday": "minimum"})
    forecast = learning.learn()
    by_weekday: Counter[int] = Counter()
    for day, due in zip(coming()[7:21], forecast[7:21], strict=True):  # the first week has what was forgotten
        by_weekday[day.weekday()] += due
    usual = median(by_weekday[weekday] for weekday in range(5))
    assert by_weekday[5] <= 0.55 * usual
    assert by_weekday[6] <= 0.15 * usual

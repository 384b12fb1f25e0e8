"""Students who learn for an exam: what they know follows FSRS with weights that no scheduler sees."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from functions.assessments.flashcards.exams.rules import StudiedCard, adjust_due_day, choose_period, replan
from functions.assessments.flashcards.scheduling.fsrs import Memory, Model, Rating
from functions.assessments.flashcards.scheduling.sm2 import Memory as Sm2Memory
from functions.assessments.flashcards.scheduling.sm2 import update_memory as update_sm2

Scheduler = Literal["sm2", "fsrs"]

START = date(2026, 3, 2)

# A student who begins lower, forgets faster and along a steeper curve than FSRS's own weights say.
TRUE_WEIGHTS = (
    0.4, 1.1, 2.0, 6.0, 6.8, 0.7, 2.5, 0.01, 1.6, 0.15, 0.9,
    1.6, 0.08, 0.3, 1.5, 0.5, 1.9, 0.5, 0.1, 0.07, 0.22,
)  # fmt: skip
_FIRST_KNOWN = 0.35
_UNLIKE = 1.2  # the deviation of how much harder or easier each card is than its answers show


@dataclass(frozen=True)
class Course:
    """`cards` appear evenly over the first `lectures` days; `limit` reviews are done a day, no more."""

    cards: int = 500
    days: int = 60
    limit: int = 30
    lectures: int = 25

    @property
    def exam(self) -> date:
        return START + timedelta(days=self.days)


@dataclass
class Card:
    id: str
    due: date
    harder: float
    truth: Memory | None = None
    memory: Memory | None = None
    last: date = START
    sm2: Sm2Memory = field(default_factory=Sm2Memory)


@dataclass(frozen=True)
class Outcome:
    """`recall` is the mean true probability, on the exam day, that a card is known."""

    recall: float
    reviews: int


class Student:
    """Does each day what is due, the most overdue first, up to the limit."""

    def __init__(self, course: Course, *, scheduler: Scheduler, planned: bool, seed: int) -> None:
        self.course, self.scheduler, self.planned = course, scheduler, planned
        self.chance = random.Random(seed)
        self.truth, self.model = Model(TRUE_WEIGHTS), Model()
        appear = [n * course.lectures // course.cards for n in range(course.cards)]
        ids = [f"{n:04}" for n in range(course.cards)]
        self.chance.shuffle(ids)
        self.cards = [
            Card(name, START + timedelta(days=ahead), self.chance.gauss(0, _UNLIKE))
            for name, ahead in zip(ids, appear, strict=True)
        ]
        self.due = Counter(card.due for card in self.cards)
        self.reviews = 0
        self.plans_on = START

    def learn(self) -> Outcome:
        for ahead in range(self.course.days):
            self._day(START + timedelta(days=ahead))
        exam, cards = self.course.exam, self.cards
        known = [
            self.truth.predict_recall(card.truth, (exam - card.last).days) for card in cards if card.truth
        ]
        return Outcome(sum(known) / len(cards), self.reviews)

    def _day(self, today: date) -> None:
        if self.planned and today >= self.plans_on:
            self._plan(today)
        due = sorted((card for card in self.cards if card.due <= today), key=lambda card: (card.due, card.id))
        for card in due[: self.course.limit]:
            self._move(card, self._answered(card, today))
            self.reviews += 1

    def _plan(self, today: date) -> None:
        period = choose_period(today, self.course.exam)
        self.plans_on = period.ends
        seen = [StudiedCard(card.id, card.memory, card.last, card.due) for card in self.cards if card.memory]
        new = sum(card.memory is None and card.due <= today for card in self.cards)
        limit = self.course.limit
        capacity = dict.fromkeys(period.days, limit)
        days = replan(
            seen, period=period, capacity=capacity, new=new, new_per_day=limit, limit=limit, model=self.model
        )
        for card in self.cards:
            if card.id in days:
                self._move(card, days[card.id])

    def _answered(self, card: Card, today: date) -> date:
        days = (today - card.last).days
        expected = self.truth.predict_recall(card.truth, days) if card.truth else _FIRST_KNOWN
        known = self.chance.random() < expected
        rating = Rating.GOOD if known else Rating.AGAIN
        waited = None if card.memory is None else days
        if card.truth is None or card.memory is None:
            first = self.truth.start_memory(rating)
            card.truth = first._replace(difficulty=min(10, max(1, first.difficulty + card.harder)))
            card.memory = self.model.start_memory(rating)
        else:
            card.truth = self.truth.update_memory(card.truth, days, rating)
            card.memory = self.model.update_memory(card.memory, days, rating)
        card.last, card.sm2 = today, update_sm2(card.sm2, 4 if known else 1, days=waited)
        return self._next(card, today)

    def _next(self, card: Card, today: date) -> date:
        assert card.memory is not None
        fsrs_days = self.model.compute_interval(card.memory, 0.9)
        due = today + timedelta(days=fsrs_days if self.scheduler == "fsrs" else card.sm2.interval_days)
        has_room: Callable[[date], bool] = lambda day: self.due[day] < self.course.limit  # noqa: E731
        if not self.planned:
            return due
        while not has_room(due):
            due += timedelta(days=1)
        return adjust_due_day(
            card.memory,
            answered_on=today,
            today=today,
            due=due,
            exam=self.course.exam,
            has_room=has_room,
            model=self.model,
        )

    def _move(self, card: Card, day: date) -> None:
        self.due[card.due] -= 1
        self.due[day] += 1
        card.due = day


def learned(course: Course, *, scheduler: Scheduler, planned: bool, seed: int) -> Outcome:
    return Student(course, scheduler=scheduler, planned=planned, seed=seed).learn()

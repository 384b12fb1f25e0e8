"""What is expected on the exam day, reckoned on a sample of the cards, as the plan would place them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, stdev

from functions.assessments.flashcards.exams.memory import Memory, Model
from functions.assessments.flashcards.exams.rules import (
    Studied,
    days_between,
    due_before_exam,
    first_plan_on,
    period,
    replanned,
)
from functions.assessments.flashcards.exams.snapshot import Deck
from functions.assessments.flashcards.scheduling.fsrs import interval

_FIRST_KNOWN = 0.5  # a card never seen may well be guessed, or known already


@dataclass(frozen=True)
class Expected:
    """Mean recall over the cards, and the standard error that comes of looking at a sample of them only."""

    now: float
    on_exam_day: float
    if_nothing_reviewed: float
    standard_error: float


@dataclass(frozen=True)
class Study:
    """How the learner studies: `room` for the course's cards on the days before the exam."""

    today: date
    exam: date
    room: Mapping[date, int]
    limit: int
    desired_retention: float
    model: Model


def expected(sample: Deck, *, cards: int, study: Study, chance: random.Random) -> Expected:
    """Of a course with that many cards; cards never reviewed count as not known."""
    now = [_recall(card.memory, card.last, study.today, study.model) for card in sample.studied]
    later = [_recall(card.memory, card.last, study.exam, study.model) for card in sample.studied]
    followed = _Ahead(sample, cards, study, chance).recalls()
    unknown = [0.0] * len(sample.new)
    return Expected(
        now=_mean([*now, *unknown]),
        on_exam_day=_mean(followed),
        if_nothing_reviewed=_mean([*later, *unknown]),
        standard_error=max(_error(each, cards) for each in ([*now, *unknown], [*later, *unknown], followed)),
    )


class _Ahead:
    """The days to the exam as they may go: each card is known as often as its memory says."""

    def __init__(self, sample: Deck, cards: int, study: Study, chance: random.Random) -> None:
        self.study, self.chance = study, chance
        self.share = len(sample) / max(1, cards)
        self.seen = {card.id: card for card in sample.studied}
        self.new = sorted(sample.new)
        self.never_seen = len(sample.new)
        self.plans_on = first_plan_on(study.today, study.exam)
        self.room = self._scaled(study.room)

    def recalls(self) -> list[float]:
        for day in days_between(self.study.today, self.study.exam):
            if day == self.plans_on:
                self._plan(day)
            self._study(day)
        model, exam = self.study.model, self.study.exam
        known = [_recall(card.memory, card.last, exam, model) for card in self.seen.values()]
        return [*known, *([0.0] * len(self.new))]

    def _scaled(self, room: Mapping[date, int]) -> dict[date, int]:
        """The sample's share of the room, none lost by rounding."""
        scaled, done, total = {}, 0, 0.0
        for day, most in room.items():
            total += most * self.share
            scaled[day] = int(total) - done
            done = int(total)
        return scaled

    def _plan(self, day: date) -> None:
        plan = period(day, self.study.exam)
        self.plans_on = plan.ends
        moved = replanned(
            list(self.seen.values()),
            plan=plan,
            room={each: self.room[each] for each in plan.days},
            new=sum(each <= day for each in self.new),
            limit=max(1, round(self.study.limit * self.share)),
            model=self.study.model,
        )
        for name, due in moved.items():
            card = self.seen[name]
            self.seen[name] = Studied(name, card.memory, card.last, due)

    def _study(self, day: date) -> None:
        left = self.room[day]
        while self.new and self.new[0] <= day and left > 0:
            self.new.pop(0)
            known = self.chance.random() < _FIRST_KNOWN
            self._answered(f"new-{len(self.new)}", self.study.model.first(known=known), day)
            left -= 1
        due = sorted((card.due, name) for name, card in self.seen.items() if card.due <= day)
        for _, name in due[:left]:
            self._review(self.seen[name], day)

    def _review(self, card: Studied, day: date) -> None:
        days = max(1, (day - card.last).days)
        known = self.chance.random() < self.study.model.recall(card.memory, days)
        self._answered(card.id, self.study.model.after(card.memory, days, known=known), day)

    def _answered(self, name: str, memory: Memory, day: date) -> None:
        study = self.study
        days = interval(
            memory.stability, desired_retention=study.desired_retention, weights=study.model.weights
        )
        due = due_before_exam(
            memory,
            answered_on=day,
            due=day + timedelta(days=days),
            exam=study.exam,
            has_room=lambda _: True,
            model=study.model,
        )
        self.seen[name] = Studied(name, memory, day, due)


def _recall(memory: Memory, last: date, day: date, model: Model) -> float:
    return model.recall(memory, (day - last).days)


def _mean(recalls: Sequence[float]) -> float:
    return fmean(recalls) if recalls else 0.0


def _error(recalls: Sequence[float], cards: int) -> float:
    """Of the mean of a sample without replacement: nothing where every card is in it."""
    number = len(recalls)
    if number < 2 or number >= cards:
        return 0.0
    unseen = (cards - number) / (cards - 1)
    return float(stdev(recalls) / number**0.5 * unseen**0.5)

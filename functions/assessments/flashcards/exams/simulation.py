"""Simulation of the days to an exam on a sample of the cards, as the plans ahead would place them."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import fmean, stdev

from functions.assessments.flashcards.exams.rules import (
    StudiedCard,
    adjust_due_day,
    choose_first_plan_day,
    choose_period,
    list_days,
    replan,
)
from functions.assessments.flashcards.exams.snapshot import DeckSnapshot
from functions.assessments.flashcards.scheduling.fsrs import Memory, Model, Rating

_FIRST_RECALL = 0.5  # of a new card, which may be guessed or known already


@dataclass(frozen=True)
class ExpectedRecall:
    """Mean recall over the cards, and the standard error that comes of looking at a sample of them only."""

    now: float
    on_exam_day: float
    if_nothing_reviewed: float
    standard_error: float


@dataclass(frozen=True)
class Scenario:
    """The conditions of study: `capacity` is for the course's cards on the days before the exam."""

    today: date
    exam: date
    capacity: Mapping[date, int]
    limit: int
    new_per_day: int
    desired_retention: float
    model: Model


def simulate_exam(
    sample: DeckSnapshot, *, cards: int, scenario: Scenario, chance: random.Random
) -> ExpectedRecall:
    """Return the recall to expect of a course with so many cards; a new card counts as not known."""
    today, exam, model = scenario.today, scenario.exam, scenario.model
    unknown = [0.0] * len(sample.new)
    now = [*(_predict(card, today, model) for card in sample.studied), *unknown]
    unreviewed = [*(_predict(card, exam, model) for card in sample.studied), *unknown]
    planned = _Simulation(sample, cards, scenario, chance).run()
    return ExpectedRecall(
        now=_mean(now),
        on_exam_day=_mean(planned),
        if_nothing_reviewed=_mean(unreviewed),
        standard_error=max(_standard_error(recalls, cards) for recalls in (now, unreviewed, planned)),
    )


class _Simulation:
    """One run of the days to the exam: each card is known as often as its memory predicts."""

    def __init__(self, sample: DeckSnapshot, cards: int, scenario: Scenario, chance: random.Random) -> None:
        self.scenario, self.chance = scenario, chance
        self.share = len(sample) / max(1, cards)
        self.studied = {card.id: card for card in sample.studied}
        self.new = sorted(sample.new)
        self.plans_on = choose_first_plan_day(scenario.today, scenario.exam)
        self.capacity = self._scale(scenario.capacity)
        self.room = self._scale(dict.fromkeys(scenario.capacity, scenario.new_per_day))

    def run(self) -> list[float]:
        """Return the recall of each card on the exam day."""
        for day in list_days(self.scenario.today, self.scenario.exam):
            if day == self.plans_on:
                self._plan(day)
            self._study(day)
        exam, model = self.scenario.exam, self.scenario.model
        return [*(_predict(card, exam, model) for card in self.studied.values()), *([0.0] * len(self.new))]

    def _scale(self, capacity: Mapping[date, int]) -> dict[date, int]:
        """Return the sample's share of the capacity, none lost by rounding."""
        scaled, done, total = {}, 0, 0.0
        for day, most in capacity.items():
            total += most * self.share
            scaled[day] = int(total) - done
            done = int(total)
        return scaled

    def _plan(self, day: date) -> None:
        period = choose_period(day, self.scenario.exam)
        self.plans_on = period.ends
        moves = replan(
            list(self.studied.values()),
            period=period,
            capacity={each: self.capacity[each] for each in period.days},
            new=sum(each <= day for each in self.new),
            new_per_day=math.ceil(self.scenario.new_per_day * self.share),
            limit=max(1, round(self.scenario.limit * self.share)),
            model=self.scenario.model,
        )
        for card_id, due in moves.items():
            self.studied[card_id] = replace(self.studied[card_id], due=due)

    def _study(self, day: date) -> None:
        left, new, model = self.capacity[day], self.room[day], self.scenario.model
        while self.new and self.new[0] <= day and left > 0 and new > 0:
            new -= 1
            self.new.pop(0)
            self._reschedule(f"new-{len(self.new)}", model.start_memory(self._draw(_FIRST_RECALL)), day)
            left -= 1
        due = sorted((card.due, card.id) for card in self.studied.values() if card.due <= day)
        for _, card_id in due[:left]:
            self._review(self.studied[card_id], day)

    def _review(self, card: StudiedCard, day: date) -> None:
        days, model = max(1, (day - card.last).days), self.scenario.model
        rating = self._draw(model.predict_recall(card.memory, days))
        self._reschedule(card.id, model.update_memory(card.memory, days, rating), day)

    def _draw(self, recall: float) -> Rating:
        return Rating.GOOD if self.chance.random() < recall else Rating.AGAIN

    def _reschedule(self, card_id: str, memory: Memory, day: date) -> None:
        scenario = self.scenario
        days = scenario.model.compute_interval(memory, scenario.desired_retention)
        due = adjust_due_day(
            memory,
            answered_on=day,
            today=day,
            due=day + timedelta(days=days),
            exam=scenario.exam,
            has_room=lambda _: True,
            model=scenario.model,
        )
        self.studied[card_id] = StudiedCard(card_id, memory, day, due)


def _predict(card: StudiedCard, day: date, model: Model) -> float:
    return model.predict_recall(card.memory, (day - card.last).days)


def _mean(recalls: Sequence[float]) -> float:
    return fmean(recalls) if recalls else 0.0


def _standard_error(recalls: Sequence[float], cards: int) -> float:
    """Return the error of the mean of a sample without replacement: zero where every card is in it."""
    number = len(recalls)
    if number < 2 or number >= cards:
        return 0.0
    unseen = (cards - number) / (cards - 1)
    return float(stdev(recalls) / number**0.5 * unseen**0.5)

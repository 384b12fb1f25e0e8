"""Which cards of a course are asked when, so that as much as can be is known on the day of its exam.

The exam day itself is free; the day before is the last to learn. docs/adr/0011 tells how this was found.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from functions.assessments.flashcards.exams.memory import Memory, Model

LONGEST_AHEAD = 90  # days before the exam; until then the schedulers' own days are as good
MOST_EXAMS = 100
WORTHWHILE = 0.02  # of recall on the exam day: what a review must add to be asked for out of turn

_LONGEST_GAP = 7
_GAPS_LEFT = 8  # a plan holds for an eighth of the days left
_SHORTEST_FINAL = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Studied:
    """A card that was reviewed before, `last` on that day of the user's."""

    id: str
    memory: Memory
    last: date
    due: date


@dataclass(frozen=True)
class Period:
    """The days from `today` on, before `ends`, that one plan is made for; another follows, or the `exam`."""

    today: date
    ends: date
    exam: date

    @property
    def days(self) -> list[date]:
        return days_between(self.today, self.ends)

    @property
    def days_left(self) -> int:
        """Days on which cards may be asked before the exam."""
        return (self.exam - self.today).days


def period(today: date, exam: date) -> Period:
    """The plan to make on a day before the exam: the nearer the exam, the shorter it holds."""
    left = (exam - today).days
    gap = max(1, min(_LONGEST_GAP, left // _GAPS_LEFT))
    return Period(today, min(today + timedelta(days=gap), exam), exam)


def first_plan_on(today: date, exam: date) -> date:
    return max(today, exam - timedelta(days=LONGEST_AHEAD))


def upcoming(exams: Mapping[str, date], today: date) -> dict[str, date]:
    """The exams to come, the nearest where they are too many."""
    ahead = sorted((day, course) for course, day in exams.items() if day > today)
    return {course: day for day, course in ahead[:MOST_EXAMS]}


def due_before_exam(
    memory: Memory,
    *,
    answered_on: date,
    due: date,
    exam: date,
    has_room: Callable[[date], bool],
    model: Model,
) -> date:
    """The day for a card that was just answered, instead of the scheduler's `due`.

    A day before the exam stays. Later ones become the latest before the exam that has room, where a review
    adds something; else the exam day is left free.
    """
    if due < exam or exam <= answered_on:
        return due
    until = (exam - answered_on).days
    latest = next((ahead for ahead in range(until - 1, 0, -1) if has_room(answered_on + ahead * _DAY)), None)
    if latest is not None:
        gain = model.once_more(memory, latest, until=until) - model.recall(memory, until)
        if gain >= WORTHWHILE:
            return answered_on + latest * _DAY
    return max(due, exam + _DAY)


def replanned(
    cards: Sequence[Studied], *, plan: Period, room: Mapping[date, int], new: int, limit: int, model: Model
) -> dict[str, date]:
    """The day of each card that gets another one.

    `room` is what the course may ask on each day of the period; the `new` cards, due at once, come first.
    Then come the cards whose review adds most to recall on the exam day, then what is due anyway. What finds
    no room waits for the next plan and the days after it, `limit` on each.
    """
    left = _without_new(room, plan.days, new)
    final = _final_days(len(cards) + new, limit, plan)
    gains = {card.id: gain(card, plan=plan, final=final, model=model) for card in cards}
    by_gain = sorted(cards, key=lambda card: (-gains[card.id], card.id))
    worth = [card for card in by_gain if gains[card.id] > WORTHWHILE]
    if plan.days_left <= final:
        worth = _evenly(worth, plan, most=sum(left.values()))
    days = _spread(_asked(worth, by_gain, plan, most=sum(left.values())), left)
    waiting = [card.id for card in by_gain if card.id not in days and card.due < plan.ends]
    days |= zip(waiting, _waiting_days(plan, limit), strict=False)
    return {card.id: days[card.id] for card in cards if card.id in days and days[card.id] != card.due}


def gain(card: Studied, *, plan: Period, final: int, model: Model) -> float:
    """What a review today adds to recall on the exam day, given that the card is asked once more when the
    `final` days begin, where those are still to come."""
    now, until = max(1, (plan.today - card.last).days), (plan.exam - card.last).days
    later = until - final
    if later <= now:
        return model.once_more(card.memory, now, until=until) - model.recall(card.memory, until)
    known = model.recall(card.memory, now)
    better, worse = (
        model.once_more(model.after(card.memory, now, known=each), later - now, until=until - now)
        for each in (True, False)
    )
    return known * better + (1 - known) * worse - model.once_more(card.memory, later, until=until)


def _final_days(cards: int, limit: int, plan: Period) -> int:
    """How many days it takes to ask every card once."""
    return min(plan.days_left, max(_SHORTEST_FINAL, math.ceil(cards / max(1, limit))))


def _asked(worth: Sequence[Studied], by_gain: Sequence[Studied], plan: Period, *, most: int) -> list[Studied]:
    wanted = {card.id for card in worth}
    due = [card for card in by_gain if card.due < plan.ends and card.id not in wanted]
    return [*worth, *due][:most]


def _evenly(worth: Sequence[Studied], plan: Period, *, most: int) -> list[Studied]:
    """The share of these days in what is worth asking before the exam. What is due comes first, then what
    bears waiting best: the weakest cards are asked nearest to the exam. Where there is no room for all, those
    stay first that gain most."""
    share = math.ceil(len(worth) / plan.days_left) * len(plan.days)
    if share >= most:
        return list(worth)
    due = [card for card in worth if card.due < plan.ends]
    rest = sorted((card for card in worth if card.due >= plan.ends), key=lambda card: -card.memory.stability)
    return [*due, *rest[: max(0, share - len(due))]]


def _spread(asked: Iterable[Studied], left: dict[date, int]) -> dict[str, date]:
    """Each on its own day where that has room, else on the emptiest; there is room for all."""
    days = {}
    for card in asked:
        day = card.due if left.get(card.due, 0) else max(left, key=left.__getitem__)
        days[card.id] = day
        left[day] -= 1
    return days


def _without_new(room: Mapping[date, int], days: Iterable[date], new: int) -> dict[date, int]:
    left = {}
    for day in days:
        taken = min(new, room[day])
        left[day], new = room[day] - taken, new - taken
    return left


def _waiting_days(plan: Period, limit: int) -> Iterable[date]:
    """Days after the period, as many cards on each as can be asked: so the next plan moves few of them."""
    for number in count():
        day = plan.ends + number // max(1, limit) * _DAY
        yield day if day < plan.exam else day + _DAY


def days_between(start: date, end: date) -> list[date]:
    return [start + ahead * _DAY for ahead in range((end - start).days)]

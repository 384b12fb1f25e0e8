"""Rules for which cards of a course are asked when, so that recall on the day of its exam is highest.

The exam day itself is free; the day before is the last to learn. docs/adr/0011 tells how this was found.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from functions.assessments.flashcards.scheduling.fsrs import Memory, Model, Rating

MAX_DAYS_AHEAD = 90  # of an exam that is planned for; until then the schedulers' own days are as good
MAX_EXAMS = 100
MIN_GAIN = 0.02  # of recall on the exam day: a review must add as much to be asked for out of turn

_MAX_PERIOD_DAYS = 7
_PERIODS_LEFT = 8  # a plan holds for an eighth of the days left
_MIN_FINAL_DAYS = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StudiedCard:
    """A card that was reviewed before, on the user's day `last` for the last time."""

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
        return list_days(self.today, self.ends)

    @property
    def days_left(self) -> int:
        """Days on which cards may be asked before the exam."""
        return (self.exam - self.today).days


def choose_period(today: date, exam: date) -> Period:
    """Return the period of a plan made today, before the exam: the nearer the exam, the shorter."""
    days_left = (exam - today).days
    length = max(1, min(_MAX_PERIOD_DAYS, days_left // _PERIODS_LEFT))
    return Period(today, min(today + timedelta(days=length), exam), exam)


def choose_first_plan_day(today: date, exam: date) -> date:
    """Return the first day that a plan covers, at most `MAX_DAYS_AHEAD` before the exam."""
    return max(today, exam - timedelta(days=MAX_DAYS_AHEAD))


def select_upcoming(exams: Mapping[str, date], today: date) -> dict[str, date]:
    """Return the exams to come, the nearest `MAX_EXAMS` of them."""
    ahead = sorted((day, course) for course, day in exams.items() if day > today)
    return {course: day for day, course in ahead[:MAX_EXAMS]}


def adjust_due_day(
    memory: Memory,
    *,
    answered_on: date,
    today: date,
    due: date,
    exam: date,
    has_room: Callable[[date], bool],
    model: Model,
) -> date:
    """Return the day for a card that was answered, today or earlier, instead of the scheduler's `due`.

    A day before the exam stays. A later one becomes the latest before the exam that has room, if a review
    adds enough there; else it stays, but leaves the exam day free. An exam that is over moves nothing, and no
    card is moved to the past.
    """
    if due < exam or exam <= max(answered_on, today):
        return due
    until, earliest = (exam - answered_on).days, max(1, (today - answered_on).days)
    aheads = range(until - 1, earliest - 1, -1)
    latest = next((ahead for ahead in aheads if has_room(answered_on + ahead * _DAY)), None)
    if latest is not None and model.predict_gain(memory, latest, until=until) >= MIN_GAIN:
        return answered_on + latest * _DAY
    return max(due, exam + _DAY)


def replan(
    cards: Sequence[StudiedCard],
    *,
    period: Period,
    capacity: Mapping[date, int],
    new: int,
    new_per_day: int,
    limit: int,
    model: Model,
) -> dict[str, date]:
    """Return the day of each card that gets another one.

    `capacity` is what the course may ask on each day of the period; the `new` cards, due at once and at most
    `new_per_day`, come first. Then come the cards whose review adds most to recall on the exam day, then what
    is due anyway. What finds no room waits for the next plan and the days after it, `limit` on each. What was
    answered today is not asked again today.
    """
    left = _reserve_for_new(capacity, period.days, new, new_per_day)
    final_days = _count_final_days(len(cards) + new, limit, period)
    gains = {card.id: compute_gain(card, period=period, final_days=final_days, model=model) for card in cards}
    by_gain = sorted(cards, key=lambda card: (-gains[card.id], card.id))
    worthwhile = [card for card in by_gain if gains[card.id] > MIN_GAIN]
    if period.days_left <= final_days:
        worthwhile = _take_even_share(worthwhile, period, capacity=sum(left.values()))
    days = _spread(_select(worthwhile, by_gain, period), left)
    waiting = [card.id for card in by_gain if card.id not in days and card.due < period.ends]
    days |= zip(waiting, _list_waiting_days(period, limit), strict=False)
    return {card.id: days[card.id] for card in cards if card.id in days and days[card.id] != card.due}


def compute_gain(card: StudiedCard, *, period: Period, final_days: int, model: Model) -> float:
    """Return what a review today adds to recall on the exam day.

    The card is taken to be asked once more when the final days begin, if those are still to come.
    """
    now, until = max(1, (period.today - card.last).days), (period.exam - card.last).days
    later = until - final_days
    if later <= now:
        return model.predict_gain(card.memory, now, until=until)
    recall = model.predict_recall(card.memory, now)
    known, forgotten = (
        model.predict_reviewed_recall(
            model.update_memory(card.memory, now, rating), later - now, until=until - now
        )
        for rating in (Rating.GOOD, Rating.AGAIN)
    )
    without = model.predict_reviewed_recall(card.memory, later, until=until)
    return recall * known + (1 - recall) * forgotten - without


def list_days(start: date, end: date) -> list[date]:
    """Return the days from `start` on, before `end`."""
    return [start + ahead * _DAY for ahead in range((end - start).days)]


def _count_final_days(cards: int, limit: int, period: Period) -> int:
    """Return how many days it takes to ask every card once."""
    return min(period.days_left, max(_MIN_FINAL_DAYS, math.ceil(cards / max(1, limit))))


def _select(
    worthwhile: Sequence[StudiedCard], by_gain: Sequence[StudiedCard], period: Period
) -> list[StudiedCard]:
    """Return the cards to find a place for: those worth it first, then those that are due."""
    wanted = {card.id for card in worthwhile}
    due = [card for card in by_gain if card.due < period.ends and card.id not in wanted]
    return [*worthwhile, *due]


def _take_even_share(
    worthwhile: Sequence[StudiedCard], period: Period, *, capacity: int
) -> list[StudiedCard]:
    """Return the share of the period's days in what is worth asking before the exam.

    What is due comes first, then what bears waiting best: the weakest cards are asked nearest to the exam.
    Where there is not capacity for all, those that gain most stay first.
    """
    share = math.ceil(len(worthwhile) / period.days_left) * len(period.days)
    if share >= capacity:
        return list(worthwhile)
    due = [card for card in worthwhile if card.due < period.ends]
    later = [card for card in worthwhile if card.due >= period.ends]
    later.sort(key=lambda card: -card.memory.stability)
    return [*due, *later[: max(0, share - len(due))]]


def _spread(cards: Iterable[StudiedCard], left: dict[date, int]) -> dict[str, date]:
    """Return a day for each while there is room: its own, else the emptiest after its last answer's."""
    days: dict[str, date] = {}
    room = sum(left.values())
    for card in cards:
        if not room:
            break
        free = [day for day, number in left.items() if number > 0 and day > card.last]
        if free:
            day = card.due if card.due in free else max(free, key=left.__getitem__)
            days[card.id] = day
            left[day] -= 1
            room -= 1
    return days


def _reserve_for_new(
    capacity: Mapping[date, int], days: Iterable[date], new: int, new_per_day: int
) -> dict[date, int]:
    """Return what is left of each day's capacity once new cards have theirs."""
    left = {}
    for day in days:
        taken = min(new, new_per_day, capacity[day])
        left[day], new = capacity[day] - taken, new - taken
    return left


def _list_waiting_days(period: Period, limit: int) -> Iterable[date]:
    """Yield days after the period, each as often as cards can be asked on it: so the next plan moves few."""
    for number in count():
        day = period.ends + number // max(1, limit) * _DAY
        yield day if day < period.exam else day + _DAY

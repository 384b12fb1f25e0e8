"""Placing of cards: on a day near the scheduler's own on which the fewest cards are due."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.published.accounts import Ease, Weekday

# A day may lie a day, and a share of each part of the interval, from the scheduler's own: the ranges of the
# fuzz in the library `fsrs` and in Anki (rslib/src/scheduler/states/fuzz.rs).
_UNMOVED_UNDER_DAYS = 2.5
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))

_WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_SHARES: Mapping[Ease, float] = {"reduced": 0.5, "minimum": 0.1}
_QUIET_CARDS = 10  # so few cards keep the scheduler's own days; fewer where the limit is low
_QUIET_SHARE = 0.05

_WEEK = 7
_MAX_WAIT_DAYS = 365


@dataclass(frozen=True)
class Days:
    """The days to come: the number of cards due on each, and the number that should be."""

    load: Callable[[date], int]
    limit: int = 200
    easy: Mapping[Weekday, Ease] = field(default_factory=dict)

    def limit_on(self, day: date) -> float:
        return self.limit * self._share(day)

    def has_room(self, day: date) -> bool:
        return self.load(day) < self.limit_on(day)

    def fullness(self, day: date) -> float:
        quiet = min(_QUIET_CARDS, self.limit * _QUIET_SHARE)
        return max(self.load(day), quiet) / self._share(day)

    def _share(self, day: date) -> float:
        ease = self.easy.get(_WEEKDAYS[day.weekday()])
        return _SHARES[ease] if ease else 1.0


@dataclass(frozen=True)
class Wish:
    """The interval that the scheduler wishes after an answer on `day`, and the days of siblings to avoid.

    `seed` decides between two days that are equally good.
    """

    day: date
    interval_days: int
    passed: bool = True
    siblings: Collection[date] = ()
    seed: int = 0

    @property
    def exact(self) -> date:
        return self.day + timedelta(days=self.interval_days)


def place(wish: Wish, days: Days) -> date:
    """Return the day on which the card is due, at the earliest the one after the answer's.

    It is the emptiest day of the window around the scheduler's own. Where all of these are at the user's
    limit, it is the emptiest of the first week after them that has room: what is over the limit would not be
    done on its day anyway. A card that was not known waits six days at most, limit or not.
    """
    least, most = compute_window(wish.interval_days)
    near = _list_days(wish.day, least, most)
    if free := [day for day in near if days.has_room(day)]:
        return _choose_best(free, wish, days)
    if not wish.passed:
        soon = _list_days(wish.day, most, most + _WEEK - 1)
        return next((day for day in soon if days.has_room(day)), None) or _choose_best(soon, wish, days)
    for ends in range(most + _WEEK - most % _WEEK, most + _MAX_WAIT_DAYS, _WEEK):
        later = _list_days(wish.day, max(most, ends - _WEEK) + 1, ends)
        if free := [day for day in later if days.has_room(day)]:
            return _choose_best(free, wish, days)
    return _choose_best(near, wish, days)


def compute_window(interval_days: int) -> tuple[int, int]:
    """Return the fewest and the most days after which a card of this interval may be asked."""
    if interval_days < _UNMOVED_UNDER_DAYS:
        return interval_days, interval_days
    delta = 1 + sum(share * max(0.0, min(interval_days, end) - start) for start, end, share in _RANGES)
    return max(2, round(interval_days - delta)), round(interval_days + delta)


def _choose_best(candidates: Iterable[date], wish: Wish, days: Days) -> date:
    """Return the day apart from siblings, then the emptiest, then the nearest to the scheduler's own."""

    def rank(day: date) -> tuple[bool, float, int, bool]:
        later = day > wish.exact
        return day in wish.siblings, days.fullness(day), abs((day - wish.exact).days), later == wish.seed % 2

    return min(candidates, key=rank)


def _list_days(start: date, least: int, most: int) -> list[date]:
    return [start + timedelta(days=ahead) for ahead in range(least, most + 1)]

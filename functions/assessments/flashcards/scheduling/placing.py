"""On which day a card is asked again: near the scheduler's own, where the fewest cards are due."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from shared.published.accounts import Ease, Weekday

# How far a day may lie from the scheduler's own: a day, and a share of each part of the interval. These are
# the ranges of the fuzz in the library `fsrs` and in Anki (rslib/src/scheduler/states/fuzz.rs).
_UNMOVED_UNDER_DAYS = 2.5
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))

_WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_SHARES: Mapping[Ease, float] = {"reduced": 0.5, "minimum": 0.1}
_QUIET = 10  # so few cards keep the scheduler's own days; fewer where the limit is low
_QUIET_SHARE = 0.05

_WEEK = 7
_LONGEST_WAIT = 365


@dataclass(frozen=True)
class Days:
    """How many cards are due on each day to come, and how many are to be."""

    load: Callable[[date], int]
    limit: int = 200
    easy: Mapping[Weekday, Ease] = field(default_factory=dict)

    def limit_on(self, day: date) -> float:
        return self.limit * self._share(day)

    def has_room(self, day: date) -> bool:
        return self.load(day) < self.limit_on(day)

    def fullness(self, day: date) -> float:
        quiet = min(_QUIET, self.limit * _QUIET_SHARE)
        return max(self.load(day), quiet) / self._share(day)

    def _share(self, day: date) -> float:
        ease = self.easy.get(_WEEKDAYS[day.weekday()])
        return _SHARES[ease] if ease else 1.0


@dataclass(frozen=True)
class Wish:
    """When a card should be asked again by its scheduler, after an answer on `day`; not with its siblings,
    if it can be helped. `seed` decides between two days that are equally good."""

    day: date
    interval_days: int
    passed: bool = True
    siblings: Collection[date] = ()
    seed: int = 0

    @property
    def exact(self) -> date:
        return self.day + timedelta(days=self.interval_days)


def place(wish: Wish, days: Days) -> date:
    """The day on which the card is due, at the earliest the one after the answer's.

    It is the emptiest day of the window round the scheduler's own. Where all of these are at the user's
    limit, it is the emptiest of the first week after them that has room: what is over the limit would not be
    done on its day anyway. A card that was not known waits six days at the most, limit or not.
    """
    least, most = window(wish.interval_days)
    near = _days(wish.day, least, most)
    if free := [day for day in near if days.has_room(day)]:
        return _best(free, wish, days)
    if not wish.passed:
        soon = _days(wish.day, most, most + _WEEK - 1)
        return next((day for day in soon if days.has_room(day)), None) or _best(soon, wish, days)
    for ends in range(most + _WEEK - most % _WEEK, most + _LONGEST_WAIT, _WEEK):
        later = _days(wish.day, max(most, ends - _WEEK) + 1, ends)
        if free := [day for day in later if days.has_room(day)]:
            return _best(free, wish, days)
    return _best(near, wish, days)


def window(interval_days: int) -> tuple[int, int]:
    """The fewest and the most days after which a card of this interval may be asked."""
    if interval_days < _UNMOVED_UNDER_DAYS:
        return interval_days, interval_days
    delta = 1 + sum(share * max(0.0, min(interval_days, end) - start) for start, end, share in _RANGES)
    return max(2, round(interval_days - delta)), round(interval_days + delta)


def _best(candidates: Iterable[date], wish: Wish, days: Days) -> date:
    """Apart from siblings, then emptiest, then nearest to the scheduler's own day."""

    def rank(day: date) -> tuple[bool, float, int, bool]:
        later = day > wish.exact
        return day in wish.siblings, days.fullness(day), abs((day - wish.exact).days), later == wish.seed % 2

    return min(candidates, key=rank)


def _days(start: date, least: int, most: int) -> list[date]:
    return [start + timedelta(days=ahead) for ahead in range(least, most + 1)]

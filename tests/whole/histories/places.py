"""The days on which docs/adr/0010 and 0011 let an answered card fall due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.whole.histories.model import Card, Student

_SHARES = {"reduced": 0.5, "minimum": 0.1}
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))  # Anki's fuzz
_FAR_DAYS = 365  # as long a card over the limit waits for room


@dataclass(frozen=True)
class Surroundings:
    """The facts that placement looks at beside the card: the load of the days, and the days of siblings."""

    load: Mapping[date, int]
    siblings: frozenset[date]

    @classmethod
    def of(cls, student: Student, card: Card) -> "Surroundings":
        others = [each for each in student.cards.values() if each.id != card.id and each.status == "active"]
        load: dict[date, int] = {}
        for each in others:
            load[each.due_on] = load.get(each.due_on, 0) + 1
        return cls(load, frozenset(each.due_on for each in others if each.group == card.group))


def find_misplacement(
    student: Student, card: Card, around: Surroundings, *, due: date, today: date, alone: bool
) -> str | None:
    """Return what is wrong with the day on which the card is due after its last answer, None if it may be.

    `alone` where nothing else was placed by the same request, so that the load is known exactly.
    """
    answer, interval = card.taken[-1], card.memory.interval
    if not answer.passed and student.settings.relearn_today and answer.day == today:
        return None if due == today else f"a card forgotten today comes again on {due}, not today"
    if due <= answer.day:
        return f"due on {due}, though answered on {answer.day}"
    days = _Days(student, around)
    least, most = measure_window(interval)
    window = [answer.day + timedelta(days=ahead) for ahead in range(least, most + 1)]
    exact = answer.day + timedelta(days=interval)
    usual = days.list_usual(window, exact, passed=answer.passed) if alone else _list_any(window)
    exam = student.exams.get(card.course)
    if exam is not None and exam > max(answer.day, today) and max(usual) >= exam:
        usual = [day for day in usual if day != exam] + [exam + timedelta(days=1)]
        early = [answer.day + timedelta(days=ahead) for ahead in range(1, (exam - answer.day).days)]
        early = [day for day in early if day >= today]
        usual += [day for day in reversed(early) if days.has_room(day)][:1] if alone else early
    if due in usual:
        return None
    return f"due on {due}, not on one of {sorted(set(usual))[:12]} (interval {interval}, {answer.day})"


def measure_window(interval: int) -> tuple[int, int]:
    """Return the fewest and the most days, the window that Anki's fuzz has."""
    if interval < 2.5:
        return interval, interval
    delta = 1 + sum(share * max(0.0, min(interval, end) - start) for start, end, share in _RANGES)
    return max(2, round(interval - delta)), round(interval + delta)


def _list_any(window: list[date]) -> list[date]:
    return [*window, *(window[-1] + timedelta(days=ahead) for ahead in range(1, _FAR_DAYS))]


@dataclass(frozen=True)
class _Days:
    """The days to come, with the load that is known exactly."""

    student: Student
    around: Surroundings

    def list_usual(self, window: list[date], exact: date, *, passed: bool) -> list[date]:
        """Return the best of the window, or the days to which a card over the limit may go."""
        if free := [day for day in window if self.has_room(day)]:
            best = min(self._rank(day, exact) for day in free)
            return [day for day in free if self._rank(day, exact) == best]
        later = [window[-1] + timedelta(days=ahead) for ahead in range(0 if not passed else 1, _FAR_DAYS)]
        first = next((day for day in later if self.has_room(day)), None)
        if not passed:  # within six days it is asked, limit or not
            soon = later[:7]
            return [first] if first in soon else soon
        if first is None:
            return window
        return [day for day in later if self.has_room(day) and day < first + timedelta(days=7)]

    def has_room(self, day: date) -> bool:
        return self._count(day) < self.student.settings.reviews_per_day * self._get_share(day)

    def _rank(self, day: date, exact: date) -> tuple[bool, float, int]:
        """Apart from siblings, then where few are due, then near the scheduler's own day."""
        quiet = min(10, self.student.settings.reviews_per_day * 0.05)
        fullness = max(self._count(day), quiet) / self._get_share(day)
        return day in self.around.siblings, fullness, abs((day - exact).days)

    def _count(self, day: date) -> int:
        return self.around.load.get(day, 0)

    def _get_share(self, day: date) -> float:
        return _SHARES.get(self.student.settings.easy_days.get(f"{day:%A}".lower(), ""), 1.0)

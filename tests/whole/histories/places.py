"""The days on which docs/adr/0010 and 0011 let an answered card fall due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.whole.histories.model import Card, Student

_SHARES = {"reduced": 0.5, "minimum": 0.1}
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))  # Anki's fuzz
_FAR_DAYS = 400  # a card over the limit waits for room as long


@dataclass(frozen=True)
class Surroundings:
    """What placement looks at beside the card: the load of the days, and the days of siblings."""

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
    least, most = measure_window(interval)
    window = [answer.day + timedelta(days=ahead) for ahead in range(least, most + 1)]
    exact = answer.day + timedelta(days=interval)
    usual = _list_usual(student, around, window, exact, alone=alone)
    exam = student.courses[card.course]
    if exam is not None and exam > max(answer.day, today) and max(usual) >= exam:
        early = [answer.day + timedelta(days=ahead) for ahead in range(1, (exam - answer.day).days)]
        usual = [day for day in usual if day != exam] + [exam + timedelta(days=1)]
        usual += [day for day in early if day >= today]
    if due in usual:
        return None
    return f"due on {due}, not on one of {sorted(set(usual))[:12]} (interval {interval}, {answer.day})"


def measure_window(interval: int) -> tuple[int, int]:
    """Return the fewest and the most days, the window that Anki's fuzz has."""
    if interval < 2.5:
        return interval, interval
    delta = 1 + sum(share * max(0.0, min(interval, end) - start) for start, end, share in _RANGES)
    return max(2, round(interval - delta)), round(interval + delta)


def _list_usual(
    student: Student, around: Surroundings, window: list[date], exact: date, *, alone: bool
) -> list[date]:
    """Return the scheduler's own day where nothing stands against it, its window, or later days."""
    limit = student.settings.reviews_per_day
    quiet = min(10, limit * 0.05)
    shares = {day: _get_share(student, day) for day in window}
    if not alone:
        return [*window, *_list_later(window)]
    if all(around.load.get(day, 0) >= limit * shares[day] for day in window):
        return [*window, *_list_later(window)]
    is_quiet = all(around.load.get(day, 0) <= quiet and shares[day] == 1 for day in window)
    if is_quiet and not around.siblings.intersection(window):
        return [exact]
    return window


def _get_share(student: Student, day: date) -> float:
    return _SHARES.get(student.settings.easy_days.get(f"{day:%A}".lower(), ""), 1.0)


def _list_later(window: list[date]) -> list[date]:
    return [window[-1] + timedelta(days=ahead) for ahead in range(1, _FAR_DAYS)]

"""The workload of the days to come, expected from the counts alone, if the user does each day what is due.

Cards are told apart by the step of their interval: what is known comes again after a longer interval, what is
forgotten on the next day, and new cards join as their limit lets them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from functions.assessments.flashcards.cards.counts import MAX_STEP, clamp_count, compute_step
from functions.assessments.flashcards.scheduling.fsrs import Model, Rating
from functions.assessments.flashcards.scheduling.placing import compute_window
from shared.published.due_cards import Room, count_new, find_room, lacks_places
from shared.published.flashcards import CardCounts, StudyState

_GROWTH = 2.5  # of the interval of a card that is known: SM-2's first ease
_SECOND_INTERVAL_DAYS = 6
_MIN_REVIEWS = 20  # of a user whose own share of known cards is taken
_UNKNOWN_STEP = 3
_FORGOTTEN = 0  # the step of cards whose last answer was wrong
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workload:
    """The cards expected on a day: of `due` so many are `new`, so many were `forgotten` the day before."""

    day: date
    due: float
    new: float
    forgotten: float


@dataclass
class _Deck:
    """The cards that wait from a day on, by step, and those of the day."""

    arriving: dict[date, dict[int, float]] = field(default_factory=dict)
    waiting: dict[int, float] = field(default_factory=dict)

    def add(self, day: date, step: int, number: float) -> None:
        steps = self.arriving.setdefault(day, {})
        steps[step] = steps.get(step, 0) + number

    def spread(self, day: date, interval_days: int, number: float) -> None:
        """Add cards after an interval, on the days among which they are placed."""
        least, most = compute_window(interval_days)
        for days in range(least, most + 1):
            self.add(day + days * _DAY, compute_step(interval_days), number / (most - least + 1))

    def receive(self, day: date) -> float:
        """Let the day's cards wait; return how many of them were forgotten."""
        arrived = self.arriving.pop(day, {})
        for step, number in arrived.items():
            self.waiting[step] = self.waiting.get(step, 0) + number
        return arrived.get(_FORGOTTEN, 0)

    def review(self, limit: float) -> dict[int, float]:
        """Take out as many of the waiting cards as the limit lets, of each step its share."""
        total = sum(self.waiting.values())
        share = min(1.0, limit / total) if total else 0.0
        done = {step: number * share for step, number in self.waiting.items()}
        self.waiting = {step: number - done[step] for step, number in self.waiting.items()}
        return done


def expect_workload(
    counts: CardCounts, everything: CardCounts, state: StudyState, today: date
) -> Iterator[Workload]:
    """Yield the workload of today and of each day after it, of a course's cards or of all, without end."""
    deck, known = _build_deck(counts, everything, today), _estimate_known(everything, state)
    relearning = sum(clamp_count(number) for number in counts.relearning.values())
    first_days, introduced, day = _choose_first_interval(state), 0.0, today
    while True:
        room = find_room(everything, state, today) if day == today else _get_whole_room(state)
        forgotten = deck.receive(day)
        done = deck.review(room.reviews)
        new = min(room.new, max(0.0, count_new(counts, day) - introduced))
        introduced += new
        again = relearning if day == today else 0
        yield Workload(day, sum(done.values()) + again + new, new, forgotten)
        for step, number in done.items():
            days = _grow(step, relearned=state.relearn_today)
            deck.spread(day, days, number * known)
            deck.add(day + _DAY, _FORGOTTEN, number * (1 - known))
        deck.spread(day, first_days, new * known + again)
        deck.add(day + _DAY, _FORGOTTEN, new * (1 - known))
        day += _DAY


def _build_deck(counts: CardCounts, everything: CardCounts, today: date) -> _Deck:
    """Return the deck of the counts; cards of earlier versions tell their day and no step."""
    deck = _Deck()
    if lacks_places(everything):
        asked = {f"{day}:{_UNKNOWN_STEP}": number for day, number in counts.due.items()}
    else:
        asked = counts.asked
    for name, number in asked.items():
        day, _, step = name.partition(":")
        deck.add(max(today, date.fromisoformat(day)), int(step), clamp_count(number))
    return deck


def _estimate_known(everything: CardCounts, state: StudyState) -> float:
    """Return the share of answers that will be right: the user's own, or what the scheduler aims at."""
    if everything.reviews < _MIN_REVIEWS:
        return state.desired_retention
    return min(1.0, clamp_count(everything.successes) / everything.reviews)


def _choose_first_interval(state: StudyState) -> int:
    if state.scheduler == "sm2":
        return 1
    model = Model.of(state.weights)
    return model.compute_interval(model.start_memory(Rating.GOOD), state.desired_retention)


def _grow(step: int, *, relearned: bool) -> int:
    """Return the days until a known card of the step comes again.

    A forgotten card begins again; one that was `relearned` on its day has its first interval behind it.
    """
    if step == _FORGOTTEN and not relearned:
        return 1
    if step <= 1:
        return _SECOND_INTERVAL_DAYS
    return round(0.75 * (1 << min(step, MAX_STEP)) * _GROWTH)  # the middle of the step


def _get_whole_room(state: StudyState) -> Room:
    return Room(state.daily_review_limit, state.new_cards_per_day)

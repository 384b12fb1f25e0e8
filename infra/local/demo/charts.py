"""Charts for a terminal, as text without colours."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.demo.review_answers import ForecastDay

MARKERS = "●+×◆"
CURVE_DAYS = 30
RETENTION_WHEN_DUE = 0.9
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_COLUMN = 3  # characters for each day
_TICK_DAYS = 7
_POINTS_PER_DAY = 8


def draw_forecast(days: Sequence[ForecastDay], *, height: int = 6) -> str:
    """Draw the cards due on each day as bars, with their numbers above; three columns for each day."""
    highest = max((day.due for day in days), default=0) or 1
    levels = [math.ceil(8 * height * day.due / highest) for day in days]
    numbers = "".join(f"{day.due or '·':>{_COLUMN - 1}} " for day in days)
    rows = ["".join(_draw_cell(level - 8 * row) for level in levels) for row in reversed(range(height))]
    weeks = "".join(f"{day.date:%d %b}".ljust(_COLUMN * _TICK_DAYS) for day in days[::_TICK_DAYS])
    return "\n".join(line.rstrip() for line in [numbers, *rows, "─" * _COLUMN * len(days), weeks])


def _draw_cell(eighths: int) -> str:
    return _EIGHTHS[max(0, min(8, eighths))] * (_COLUMN - 1) + " "


def estimate_retention(days: float, *, interval: float) -> float:
    """Return the share still recalled, R(t) = exp(-t/S), with S such that 90 % are left when the card is due.

    This is the usual simplified form of Ebbinghaus's curve; the 90 % are the demo's assumption.
    """
    stability = -interval / math.log(RETENTION_WHEN_DUE)
    return math.exp(-days / stability)


def draw_forgetting(intervals: Sequence[int], *, width: int, height: int = 15) -> str:
    """Draw percent recalled over the coming days, a curve for each interval, marked as in its legend."""
    import plotext

    plotext.terminal.limit(False, False)  # noqa: FBT003 - the library's own signature
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height).theme("colorless")
    days = [point / _POINTS_PER_DAY for point in range(_POINTS_PER_DAY * CURVE_DAYS + 1)]
    for marker, interval in zip(MARKERS, intervals, strict=False):
        recalled = [100 * estimate_retention(day, interval=interval) for day in days]
        figure.draw(figure.signal(days, recalled, marker=marker))
    figure.ruler("y").lim(0, 100)
    figure.ruler("y").ticks([0, 25, 50, 75, 90, 100])
    return _render(figure)


def describe_curves(cards_by_interval: Mapping[int, int]) -> list[str]:
    """Describe each curve that the forgetting chart draws of these intervals, given in days."""
    return [
        f"{marker}  {_count(cards, 'card')} due again after {_count(interval, 'day')}"
        for marker, (interval, cards) in zip(MARKERS, cards_by_interval.items(), strict=False)
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _render(figure: Any) -> str:
    text: str = figure.build().string(colorless=True)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())

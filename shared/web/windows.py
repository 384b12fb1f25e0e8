"""Counters for limits per minute."""

import time
from collections.abc import Callable

_SECONDS = 60.0


class MinuteCounters:
    """Counters by key, each for a minute from its first count.

    Those whose minute is over are dropped in one sweep a minute, by the count that comes first: a timer for
    each would be a thread for each.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        """Count by `now`, in seconds from any origin."""
        self._now = now
        self._counters: dict[str, tuple[float, int]] = {}  # the end of the minute, and the number
        self._next_sweep = now() + _SECONDS

    def add(self, key: str) -> int:
        """Count one more; return the number in this minute."""
        now = self._now()
        if now >= self._next_sweep:
            self._sweep(now)
        end, number = self._counters.get(key, (0.0, 0))
        if now >= end:
            end, number = now + _SECONDS, 0
        self._counters[key] = end, number + 1
        return number + 1

    def read(self, key: str) -> tuple[int, float]:
        """Return the number in this minute, and the seconds until it is over: 60 before any count."""
        now = self._now()
        end, number = self._counters.get(key, (0.0, 0))
        return (number, end - now) if now < end else (0, _SECONDS)

    def _sweep(self, now: float) -> None:
        self._counters = {key: counter for key, counter in self._counters.items() if now < counter[0]}
        self._next_sweep = now + _SECONDS

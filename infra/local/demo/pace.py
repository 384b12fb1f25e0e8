"""Staying below a rate limit: as many calls in a window of time as allowed, then a pause."""

from collections import deque
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[object]]


class Pace:
    """At most `most` turns in any `per` seconds, by the monotonic `timer`."""

    def __init__(self, most: int, *, per: float = 60.0, timer: Callable[[], float], sleep: Sleep) -> None:
        self._most = most
        self._per = per
        self._timer = timer
        self._sleep = sleep
        self._turns: deque[float] = deque(maxlen=most)

    async def turn(self) -> None:
        """Return when the next call may be made."""
        pause = self._pause()
        if pause > 0:
            await self._sleep(pause)
        self._turns.append(self._timer())

    def _pause(self) -> float:
        if len(self._turns) < self._most:
            return 0.0
        return self._turns[0] + self._per - self._timer()

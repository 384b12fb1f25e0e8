"""The pace of the demo: calls below a rate limit, and looks at what is worked on in the background."""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.retries import RetryPolicy

Sleep = Callable[[float], Awaitable[object]]

MAX_LOOKS = 60  # at what is worked on in the background
LOOKS = RetryPolicy(first_pause=timedelta(seconds=0.3), factor=1.5, max_pause=timedelta(seconds=3))


class Pace:
    """A pace of at most `max_turns` turns in any `per` seconds, by the monotonic `timer`."""

    def __init__(
        self, max_turns: int, *, per: float = 60.0, timer: Callable[[], float], sleep: Sleep
    ) -> None:
        self._max_turns = max_turns
        self._per = per
        self._timer = timer
        self._sleep = sleep
        self._turns: deque[float] = deque(maxlen=max_turns)

    async def wait_for_turn(self) -> None:
        """Wait until the next call may be made."""
        pause = self._pause()
        if pause > 0:
            await self._sleep(pause)
        self._turns.append(self._timer())

    def _pause(self) -> float:
        if len(self._turns) < self._max_turns:
            return 0.0
        return self._turns[0] + self._per - self._timer()

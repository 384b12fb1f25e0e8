"""Turns of calls to addresses from users, so that slow addresses of one user hold up nobody else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from shared.clock import Clock
from shared.messages import Postponed

MAX_CALLS_PER_USER = 3
MAX_CALLS_PER_HOST = 8
_SPACING = timedelta(seconds=1)  # between two postponed calls of one user or host


class _Turns:
    """At most `limit` calls of one key at the same time; postponed ones come back one after another."""

    def __init__(self, clock: Clock, *, limit: int) -> None:
        self._clock = clock
        self._limit = limit
        self._running: Counter[str] = Counter()
        self._last_return: dict[str, datetime] = {}

    @contextmanager
    def take(self, key: str) -> Iterator[None]:
        """Take a turn for the block. Raises Postponed."""
        now = self._clock.now()
        self._last_return = {name: at for name, at in self._last_return.items() if at > now}
        if self._running[key] >= self._limit:
            self._last_return[key] = self._last_return.get(key, now) + _SPACING
            raise Postponed(self._last_return[key])
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1
            if not self._running[key]:
                del self._running[key]


class OutsideCalls:
    """Limits the calls that run at the same time for each user and to each host.

    Counted in the memory of each instance; the limit of the queue holds for all instances together.
    """

    def __init__(self, clock: Clock) -> None:
        self._users = _Turns(clock, limit=MAX_CALLS_PER_USER)
        self._hosts = _Turns(clock, limit=MAX_CALLS_PER_HOST)

    @contextmanager
    def take_turn(self, *, user_id: str, url: str) -> Iterator[None]:
        """Take a turn for the block. Raises Postponed, with the instant at which to try again."""
        with ExitStack() as turns:
            turns.enter_context(self._users.take(user_id))
            turns.enter_context(self._hosts.take(_get_host(url)))
            yield


def _get_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""

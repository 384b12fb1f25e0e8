"""The one policy for trying again: the number of attempts and the pauses between them."""

from dataclasses import dataclass
from datetime import timedelta

_MAX_STEPS = 64  # of growth: a power beyond it would leave the range of a float


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Pauses that grow by `factor` from `first_pause` to `max_pause`, between `max_attempts` attempts.

    Chance shortens a pause by up to the share `jitter` of it, so that those that failed together do not come
    back together. Without `max_attempts` there is no last attempt.
    """

    first_pause: timedelta
    max_pause: timedelta
    factor: float = 2.0
    max_attempts: int | None = None
    jitter: float = 0.0

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.first_pause <= self.max_pause:
            raise ValueError("first_pause lies between 0 and max_pause")
        if self.factor < 1 or not 0 <= self.jitter <= 1:
            raise ValueError("factor is at least 1, and jitter lies between 0 and 1")
        if self.max_attempts is not None and self.max_attempts < 1:
            raise ValueError("max_attempts is at least 1")

    def is_last(self, attempt: int) -> bool:
        """Tell whether no attempt follows this one; attempts are counted from 1."""
        return self.max_attempts is not None and attempt >= self.max_attempts

    def pause_after(
        self, attempt: int, *, chance: float = 0.0, requested: timedelta | None = None
    ) -> timedelta:
        """Return the pause after a failed attempt, counted from 1.

        `chance`, from 0 to 1, decides within the jitter. A pause that was `requested` (Retry-After) takes the
        place of the growing one and is lengthened by the jitter, up to `max_pause`.
        """
        growth = self.factor ** min(attempt - 1, _MAX_STEPS)
        longest = timedelta(
            seconds=min(self.first_pause.total_seconds() * growth, self.max_pause.total_seconds())
        )
        if requested is not None:
            return min(requested + longest * (self.jitter * chance), self.max_pause)
        return longest * (1 - self.jitter * chance)

"""A policy that does not keep tests waiting."""

from datetime import timedelta

from shared.retries import RetryPolicy


def quick_retries(attempts: int = 3) -> RetryPolicy:
    return RetryPolicy(
        first_pause=timedelta(seconds=0.02),
        max_pause=timedelta(seconds=20),
        max_attempts=attempts,
        jitter=0.5,
    )

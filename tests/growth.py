"""Time against size: the ratio of two runs in one process, so that a slow machine makes no difference."""

import time
from collections.abc import Callable

GROWTH = 4  # the larger input is this many times the smaller


def measure_seconds(work: Callable[[], object], *, runs: int = 3) -> float:
    """Return the processor time of the fastest of some runs."""
    spent = []
    for _ in range(runs):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


def is_linear(
    work: Callable[[str], object],
    make: Callable[[int], str],
    *,
    start: int = 2000,
    limit: int = 200_000,
    floor: float = 0.01,
) -> bool:
    """Tell whether `work` takes time in proportion to the length of what `make` builds.

    Grows the text until one run takes `floor` seconds, then compares with one four times as long: linear work
    takes four times as long, quadratic sixteen. Work still below the floor at `limit` is fast enough.
    """
    size = start
    while size <= limit:
        text = make(size)
        small = measure_seconds(lambda text=text: work(text), runs=1)  # type: ignore[misc]
        if small >= floor:
            break
        size *= 2
    else:
        return True
    longer = make(size * GROWTH)
    for _ in range(3):
        small = min(small, measure_seconds(lambda: work(text), runs=2))
        if measure_seconds(lambda: work(longer), runs=1) <= 2.2 * GROWTH * small:
            return True
    return False

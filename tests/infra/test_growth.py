"""The measuring of growth, by a clock that the computation moves."""

import pytest

from infra import growth


@pytest.mark.parametrize("power", [1, 2])
async def test_the_time_of_twice_the_input_tells_how_it_grows(power: int) -> None:
    now = 0.0

    async def work(size: int) -> None:
        nonlocal now
        now += size**power

    assert await growth.measure_doubling(work, clock=lambda: now) == (1, 2**power)


@pytest.mark.slow
async def test_every_computation_is_one_that_runs() -> None:
    names = [name for name, job in growth.jobs() if await job(1) is None]
    assert len(set(names)) == len(names) > 10

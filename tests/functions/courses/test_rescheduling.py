from typing import ClassVar

import pytest

from functions.courses.rescheduling import RescheduledTask, run_or_reschedule
from shared.errors import ServiceUnavailable
from tests.stack import Stack


class Tidy(RescheduledTask):
    name: ClassVar[str] = "test.tidy"
    group: ClassVar[str] = "courses"


async def away() -> None:
    raise ServiceUnavailable


async def test_a_service_that_is_away_is_asked_again_later_and_later(stack: Stack) -> None:
    waited = []
    for tries in (0, 1, 5, 100):
        await run_or_reschedule(stack.services, Tidy(tries=tries), away())
        (planned,) = await stack.services.queue.list_waiting()
        assert planned.payload["data"] == {"tries": tries + 1}
        waited.append((planned.due_at - stack.clock.now()).total_seconds())
        await stack.services.queue.complete(planned)
    assert waited == [60, 120, 1920, 3600]


async def test_the_last_attempt_fails(stack: Stack) -> None:
    with pytest.raises(ServiceUnavailable):
        await run_or_reschedule(stack.services, Tidy(tries=200), away())

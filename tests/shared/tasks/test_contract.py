"""Contract of tasks, over the embedded queue and over Cloud Tasks' own protocol."""

from datetime import datetime, timedelta

import pytest

from shared.messages import TaskEnvelope
from shared.queue import MAX_ATTEMPTS
from tests.shared.bells import Ring
from tests.shared.tasks.sides import Side, advance

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def ring(task_id: str = "t1", words: str = "", *, at: datetime | None = None) -> TaskEnvelope:
    return TaskEnvelope(task_id, Ring.name, Ring.group, {"words": words}, at)


def words(side: Side) -> list[str]:
    return sorted(said for said, _ in side.tower.rung)


async def test_tasks_are_delivered_intact(side: Side) -> None:
    said = ["", 'Üben 🔔 \u2028 "x" \u0000', "y" * 50_000]
    await side.tasks.enqueue([ring(f"t{index}", text) for index, text in enumerate(said)])
    await side.deliver()
    assert words(side) == sorted(said)


async def test_nothing_to_enqueue_is_nothing(side: Side) -> None:
    await side.tasks.enqueue([])
    await side.deliver()
    assert words(side) == []


async def test_a_task_waits_for_its_time(side: Side) -> None:
    at = side.clock.now() + timedelta(hours=1, microseconds=5)
    await side.tasks.enqueue([ring(at=at), ring("t2", "past", at=side.clock.now() - DAY)])
    await side.deliver()
    assert words(side) == ["past"]
    side.clock.set(at - SECOND)
    await side.deliver()
    assert words(side) == ["past"]
    side.clock.set(at)
    await side.deliver()
    assert words(side) == ["", "past"]


async def test_the_same_task_waits_once(side: Side) -> None:
    await side.tasks.enqueue([ring("t1", "first")])
    await side.tasks.enqueue([ring("t1", "second"), ring("t2", "other")])
    await side.deliver()
    assert words(side) == ["first", "other"]


async def test_what_a_handler_refuses_is_delivered_again(side: Side) -> None:
    side.tower.refusals = 2
    await side.tasks.enqueue([ring("t1", "again")])
    await side.deliver()
    assert words(side) == []
    await advance(side, MINUTE, step=SECOND)
    assert words(side) == ["again"]


async def test_what_is_always_refused_is_given_up(side: Side) -> None:
    side.tower.refusals = MAX_ATTEMPTS + 5
    await side.tasks.enqueue([ring()])
    await side.deliver()
    await advance(side, timedelta(hours=1), step=MINUTE)
    assert side.tower.refusals == 5


@pytest.mark.parametrize("days", [1, 29, 30, 31, 58, 59, 100, 400])
async def test_a_task_may_lie_any_number_of_days_ahead(side: Side, days: int) -> None:
    at = side.clock.now() + days * DAY
    await side.tasks.enqueue([ring("t1", "late", at=at)])
    await advance(side, days * DAY - SECOND, step=DAY)
    assert words(side) == []
    await advance(side, timedelta(hours=1), step=SECOND * 30)
    (rung,) = side.tower.rung
    assert at - MINUTE <= rung[1] <= at + MINUTE
